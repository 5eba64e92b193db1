import Nodes

/// A state as properties see it: filled again and again, from one state to the next.
final class PropertyView<N: Node> {
    private let semantics: Semantics<N>
    // Of one state to the next, few places change.
    @exclusivity(unchecked) private var places: [Place<N>]
    @exclusivity(unchecked) private var locals: [UInt32]
    private let messages: MessageList

    /// The messages of the state that is looked at, should a property ask.
    private final class MessageList {
        @exclusivity(unchecked) var record: StateRecord?
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
        places = Array(repeating: Place(), count: semantics.nodeCount)
        locals = Array(repeating: .max, count: semantics.nodeCount)
        let messages = MessageList(semantics)
        self.messages = messages
    }

    func state(of record: StateRecord) -> SystemState<N> {
        for index in 0..<locals.count where locals[index] != record.locals[index] {
            locals[index] = record.locals[index]
            places[index] = semantics.states[Int(locals[index])].place
        }
        let messages = messages
        messages.record = record
        return SystemState(places: places) { messages.envelopes() }
    }
}

extension Semantics {
    /// A judge of the system's properties.
    func judge() -> StateJudge {
        let properties = system.properties
        let isReached = UnsafeMutableBufferPointer<Bool>.allocate(capacity: properties.count)
        isReached.initialize(repeating: false)
        func those(_ kind: Property<N>.Kind) -> [Int] {
            properties.indices.filter { properties[$0].kind == kind }
        }
        let always = those(.always)
        let eventually = those(.eventually)
        var sometimes = those(.sometimes)
        let view = PropertyView(self)
        return StateJudge(isReached: isReached) { record in
            if always.isEmpty, sometimes.isEmpty { return nil }
            let state = view.state(of: record)
            if !sometimes.isEmpty {
                sometimes.removeAll { index in
                    isReached[index] = properties[index].holds(state)
                    return isReached[index]
                }
            }
            for index in always where !properties[index].holds(state) { return index }
            return nil
        } missed: { record in
            if eventually.isEmpty { return nil }
            let state = view.state(of: record)
            for index in eventually where !properties[index].holds(state) { return index }
            return nil
        }
    }
}
