/// The failpoints that a program has: what it shows, and what can be asked for.
public struct FailpointCatalogue: Hashable, Sendable {
    /// In the order of the declaration.
    public let failpoints: [Failpoint]

    /// How many requests there may be at once.
    public static let requestsMax = 1000

    /// A catalogue of these; traps if two have one name.
    public init(_ failpoints: [Failpoint]) {
        var names: Set<String> = []
        for failpoint in failpoints {
            precondition(
                names.insert(failpoint.name).inserted,
                "two failpoints are called '\(failpoint.name)'"
            )
        }
        self.failpoints = failpoints
    }

    /// A line for each, for `--failpoints`: its name, and what is true there.
    public var lines: [String] {
        let width = failpoints.map(\.name.utf8.count).max() ?? 0
        return failpoints.map { failpoint in
            let gap = String(repeating: " ", count: width - failpoint.name.utf8.count + 2)
            return failpoint.name + gap + failpoint.meaning
        }
    }

    /// Reads requests, each of the form `[PROCESS:]NAME=ACTION[@N]`.
    ///
    /// - Parameters:
    ///   - texts: The requests.
    ///   - processes: The names of the processes that there can be; nil if that is not known here. A
    ///     request for a process that never is would never land, and nobody would know why.
    /// - Returns: A request for each text, in the same order.
    /// - Throws: `FailpointMistake`, for the first text that is wrong.
    public func requests(
        _ texts: [String],
        processes: [String]? = nil
    ) throws(FailpointMistake) -> [FailpointRequest] {
        guard texts.count <= Self.requestsMax else { throw .tooMany(texts.count) }
        let parser = FailpointParser(names: failpoints.map(\.name), processes: processes)
        var requests: [FailpointRequest] = []
        for text in texts {
            let request = try parser.request(text)
            let isTaken = requests.contains { other in
                other.name == request.name && other.pass == request.pass
                    && (other.process == nil || request.process == nil
                        || other.process == request.process)
            }
            guard !isTaken else { throw .samePass(name: request.name, pass: request.pass) }
            requests.append(request)
        }
        return requests
    }
}
