import Nodes

/// The judge that knows the types.
final class PropertyJudge<N: Node>: StateJudge {
    private let semantics: Semantics<N>
    private let always: [(index: Int, holds: @Sendable (SystemState<N>) -> Bool)]
    private let eventually: [(index: Int, holds: @Sendable (SystemState<N>) -> Bool)]
    private var sometimes: [(index: Int, holds: @Sendable (SystemState<N>) -> Bool)]

    // The places of the state that was looked at last: mostly, few of them change to the next.
    private var places: [Place<N>]
    private var locals: [UInt32]
    private var messages: MessageList

    /// The messages of the state that is looked at, should a property ask.
    private final class MessageList {
        var record: StateRecord?
        let semantics: Semantics<N>

        init(_ semantics: Semantics<N>) {
            self.semantics = semantics
        }

        func envelopes() -> [Envelope<N.Words>] {
            guard let record else { return [] }
            return semantics.envelopes(in: record)
        }
    }

    init(_ semantics: Semantics<N>) {
        self.semantics = semantics
        let properties = semantics.system.properties.enumerated()
        func those(
            _ kind: Property<N>.Kind
        ) -> [(index: Int, holds: @Sendable (SystemState<N>) -> Bool)] {
            properties.filter { $0.element.kind == kind }.map { ($0.offset, $0.element.holds) }
        }
        always = those(.always)
        sometimes = those(.sometimes)
        eventually = those(.eventually)
        places = Array(repeating: Place(), count: semantics.nodeCount)
        locals = Array(repeating: .max, count: semantics.nodeCount)
        messages = MessageList(semantics)
        super.init(propertyCount: semantics.system.properties.count)
    }

    private func state(of record: StateRecord) -> SystemState<N> {
        for index in 0..<locals.count where locals[index] != record.locals[index] {
            locals[index] = record.locals[index]
            places[index] = semantics.states[Int(locals[index])].place
        }
        messages.record = record
        return SystemState(places: places, messages: messages.envelopes)
    }

    override func broken(by record: StateRecord) -> Int? {
        if always.isEmpty, sometimes.isEmpty { return nil }
        let state = state(of: record)
        if !sometimes.isEmpty {
            sometimes.removeAll { property in
                guard property.holds(state) else { return false }
                isReached[property.index] = true
                return true
            }
        }
        for property in always where !property.holds(state) { return property.index }
        return nil
    }

    override func missed(at record: StateRecord) -> Int? {
        if eventually.isEmpty { return nil }
        let state = state(of: record)
        for property in eventually where !property.holds(state) { return property.index }
        return nil
    }
}
