import Nodes

extension ContentHash {
    /// The fingerprint of a configuration, from nothing, the budgets aside.
    ///
    /// - Parameters:
    ///   - configuration: What is hashed.
    ///   - remembers: Whether datagrams in flight are a set, and do not count how often.
    /// - Returns: The sum of the terms of places, datagrams and streams.
    /// - Throws: What a value's `encode(to:)` throws.
    func configuration<N: Node>(
        _ configuration: Configuration<N>,
        remembers: Bool
    ) throws -> UInt64 {
        var sum: UInt64 = 0
        for (index, state) in configuration.states.enumerated() {
            sum &+= try place(state, at: NodeID(index))
        }
        var seen: Set<Envelope<N.Words>> = []
        var streams: [NodeID: [NodeID: [UInt64]]] = [:]
        for envelope in configuration.flights.map(\.envelope) {
            let term = try message(envelope)
            switch envelope.link {
            case .stream:
                streams[envelope.sender, default: [:]][envelope.receiver, default: []].append(term)
            case .acknowledged:
                sum &+= term
            case .datagram:
                if seen.insert(envelope).inserted || !remembers { sum &+= term }
            }
        }
        for terms in streams.values.flatMap(\.values) { sum &+= Self.stream(terms) }
        return sum
    }
}
