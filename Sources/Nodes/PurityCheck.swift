import FoundationEssentials

/// Runs a handler a second time, on a copy that has been to bytes and back: both must agree.
///
/// This finds what the compiler cannot: a walk over a `Set` or `Dictionary` (equal values walk in
/// different orders), state that `Codable` leaves out, a clock or a random number. One step in two shows
/// a walk over two elements, and nearly each a walk over eight; a pure handler is never accused.
public struct PurityCheck<N: Node>: Sendable {
    private let node: N
    private let call: Call<N.Words>
    private let surroundings: Surroundings<N.Words>

    /// Takes note of how things stand before the handler runs.
    public init(node: N, call: Call<N.Words>, surroundings: Surroundings<N.Words>) {
        self.node = node
        self.call = call
        self.surroundings = surroundings
    }

    /// Runs the handler again.
    ///
    /// - Parameters:
    ///   - after: What the first run made of the node.
    ///   - effects: What the first run asked for.
    /// - Returns: In what the two runs differ; nil if in nothing.
    public func difference(after: N, effects: [Effect<N.Words>]) -> String? {
        do {
            var twin = try Self.toBytesAndBack(node)
            guard twin == node else { return "it is not the same after a way to bytes and back" }
            var again = Effects<N.Words>(surroundings)
            twin.handle(try copy(of: call), &again)
            let list = again.takeList()
            guard list == effects else {
                let place = zip(list, effects).prefix { $0 == $1 }.count
                return "asked once more, it leaves other effects, from effect \(place + 1) on"
            }
            return twin == after ? nil : "asked once more, it becomes another node"
        } catch {
            return "it cannot be turned into bytes and back: \(error)"
        }
    }

    private func copy(of call: Call<N.Words>) throws -> Call<N.Words> {
        switch call {
        case .start: .start
        case .receive(let message, let sender):
            .receive(try Self.toBytesAndBack(message), from: sender)
        case .fire(let timer): .fire(try Self.toBytesAndBack(timer))
        case .idle: .idle
        }
    }

    private static func toBytesAndBack<Value: Codable>(_ value: Value) throws -> Value {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        // In an array, so that a value that is one number or one text is JSON too.
        let copies = try decoder.decode([Value].self, from: try encoder.encode([value]))
        guard let copy = copies.first else {
            throw DecodingError.valueNotFound(
                Value.self,
                .init(codingPath: [], debugDescription: "nothing came back")
            )
        }
        return copy
    }
}
