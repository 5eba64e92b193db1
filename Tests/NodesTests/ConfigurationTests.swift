import Causality
import Nodes
import Testing

@Suite struct ConfigurationTests {
    private func begun(over link: Link) throws -> Configuration<Echo> {
        var configuration = Configuration(try Echo.system(over: link))
        for id in [Echo.asker, Echo.answerer] {
            _ = try configuration.take(Step(.begin(id)), at: 0)
        }
        return configuration
    }

    private func sent(_ number: Int) -> MessageID {
        MessageID(sender: Echo.asker, incarnation: 0, number: number)
    }

    /// `kind node text`, as the log has them.
    private func lines(_ events: [Event]) -> [String] {
        events.map { "\($0.kind) \($0.node) \($0.text ?? "")" }
    }

    @Test func `a step is told with all that it brings about, in order`() throws {
        var configuration = try begun(over: .datagram)
        let step = Step<Echo.Words>(.deliver(sent(2), isKept: false))
        let events = try configuration.take(step, at: 7)
        #expect(
            lines(events) == [
                "receive Answerer Message(number: 2)", "output Answerer Output(number: 2)",
                "save Answerer last: Saved(number: 2)", "send Answerer Message(number: 2)",
            ]
        )
        #expect(events.map(\.time) == [7, 7, 7, 7])
        #expect(events[0].message == "Asker.0.2" && events[3].message == "Answerer.0.1")
        #expect(configuration.flights.map(\.id.number) == [1, 1])
        #expect(configuration.state.inFlight.map(\.receiver) == [Echo.answerer, Echo.asker])
    }

    @Test func `a message that is kept arrives again`() throws {
        var configuration = try begun(over: .datagram)
        for _ in 0..<3 {
            _ = try configuration.take(Step(.deliver(sent(1), isKept: true)), at: 0)
        }
        #expect(configuration.state.outputs(of: Echo.answerer).map(\.number) == [1, 1, 1])
        _ = try configuration.take(Step(.drop(sent(1))), at: 0)
        #expect(throws: NoSuchStep.self) {
            try configuration.take(Step(.deliver(sent(1), isKept: true)), at: 0)
        }
    }

    @Test func `only the first message of a stream can arrive, and none can be lost`() throws {
        var configuration = try begun(over: .stream)
        #expect(configuration.flights.map { configuration.isDeliverable($0) } == [true, false])
        for step in [Step<Echo.Words>(.deliver(sent(2), isKept: false)), Step(.drop(sent(1)))] {
            #expect(throws: NoSuchStep.self) { try configuration.take(step, at: 0) }
        }
        _ = try configuration.take(Step(.deliver(sent(1), isKept: false)), at: 0)
        _ = try configuration.take(Step(.deliver(sent(2), isKept: false)), at: 0)
        #expect(configuration.state.outputs(of: Echo.answerer).map(\.number) == [1, 2])
    }

    @Test func `what is acknowledged arrives in any order, once`() throws {
        var configuration = try begun(over: .acknowledged)
        #expect(configuration.flights.map { configuration.isDeliverable($0) } == [true, true])
        let kept = #expect(throws: NoSuchStep.self) {
            try configuration.take(Step(.deliver(sent(2), isKept: true)), at: 0)
        }
        #expect(kept?.description == "Asker.0.2 arrives once, and cannot be kept")
        _ = try configuration.take(Step(.deliver(sent(2), isKept: false)), at: 0)
        #expect(throws: NoSuchStep.self) {
            try configuration.take(Step(.deliver(sent(2), isKept: false)), at: 0)
        }
        _ = try configuration.take(Step(.deliver(sent(1), isKept: false)), at: 0)
        #expect(configuration.state.outputs(of: Echo.answerer).map(\.number) == [2, 1])
    }

    @Test func `what is acknowledged is lost only once its sender has crashed`() throws {
        var living = try begun(over: .acknowledged)
        let reason = "Asker.0.1 is lost, but its sender has not crashed"
        let error = #expect(throws: NoSuchStep.self) {
            try living.take(Step(.drop(sent(1))), at: 0)
        }
        #expect(error?.description == reason)
        // After a halt it is still sent again.
        var halted = living
        _ = try halted.take(Step(.fire(Echo.asker, .again)), at: 0)
        #expect(throws: NoSuchStep.self) { try halted.take(Step(.drop(sent(1))), at: 0) }
        _ = try living.take(Step(.crash(Echo.asker)), at: 0)
        #expect(living.flights.count == 2)
        let events = try living.take(Step(.drop(sent(1))), at: 0)
        #expect(lines(events) == ["drop Answerer Message(number: 1)"])
        // The other one may arrive, until a new life begins.
        var late = living
        _ = try late.take(Step(.deliver(sent(2), isKept: false)), at: 0)
        _ = try living.take(Step(.begin(Echo.asker)), at: 0)
        #expect(living.flights.allSatisfy { $0.id.incarnation == 1 })
    }

    @Test func `what is acknowledged is lost with the life it was sent to`() throws {
        var configuration = try begun(over: .acknowledged)
        let events = try configuration.take(Step(.crash(Echo.answerer)), at: 0)
        #expect(events.map(\.kind) == [.crash, .drop, .drop])
        #expect(configuration.flights.isEmpty)
    }

    @Test(arguments: 0...3) func `a crash inside a handler keeps the effects before it`(
        count: Int
    ) throws {
        var configuration = try begun(over: .datagram)
        let step = Step<Echo.Words>(.deliver(sent(2), isKept: false), crashAfter: count)
        let events = try configuration.take(step, at: 0)
        let place = configuration.states[1].place
        #expect(place.status == .crashed)
        #expect(place.outputs.count == min(1, count))
        #expect(place.saved.count == (count >= 2 ? 1 : 0))
        let answers = configuration.flights.count { $0.id.sender == Echo.answerer }
        #expect(answers == (count >= 3 ? 1 : 0))
        let crash = try #require(events.first { $0.kind == .crash })
        #expect(crash.effects == count)
        // What is on its way to it is lost with it.
        #expect(configuration.flights.allSatisfy { $0.envelope.receiver == Echo.asker })
    }

    @Test func `a new life begins afresh with what was saved`() throws {
        var configuration = try begun(over: .datagram)
        _ = try configuration.take(Step(.deliver(sent(2), isKept: false)), at: 0)
        _ = try configuration.take(Step(.crash(Echo.answerer)), at: 0)
        let events = try configuration.take(Step(.begin(Echo.answerer)), at: 0)
        #expect(lines(events).contains("recover Answerer "))
        #expect(configuration.state[Echo.answerer]?.last == 0)
        #expect(configuration.states[1].place.incarnation == 1)
        #expect(configuration.states[1].place.saved["last"]?.number == 2)
        // Its answer of the older life is gone.
        #expect(!configuration.flights.contains { $0.id.sender == Echo.answerer })
    }

    @Test func `a step that cannot be taken says why and changes nothing`() throws {
        var configuration = try begun(over: .datagram)
        let before = configuration.states
        let wrong: [(Step<Echo.Words>, String)] = [
            (Step(.begin(Echo.asker)), "Asker begins, but it lives already"),
            (Step(.deliver(sent(9), isKept: false)), "Asker.0.9 is not in flight"),
            (Step(.fire(Echo.answerer, .again)), "Answerer has not armed again"),
            (Step(.idle(Echo.asker)), "Asker does not want to be idle"),
            (Step(.damage(Echo.asker, "last")), "Asker has nothing saved as last"),
        ]
        for (step, reason) in wrong {
            let error = #expect(throws: NoSuchStep.self) { try configuration.take(step, at: 0) }
            #expect(error?.description == reason)
        }
        #expect(configuration.states == before)
        #expect(configuration.flights.count == 2)
        _ = try configuration.take(Step(.fire(Echo.asker, .again)), at: 0)
        let crash = #expect(throws: NoSuchStep.self) {
            try configuration.take(Step(.crash(Echo.asker)), at: 0)
        }
        #expect(crash?.description == "Asker crashes, but it does not live")
    }

    @Test(arguments: Link.allCases) func `what was sent before a halt still arrives`(
        link: Link
    ) throws {
        var configuration = try begun(over: link)
        _ = try configuration.take(Step(.fire(Echo.asker, .again)), at: 0)
        #expect(configuration.states[0].place.status == .halted)
        #expect(configuration.flights.count == 2)
        _ = try configuration.take(Step(.deliver(sent(1), isKept: false)), at: 0)
        #expect(configuration.state.outputs(of: Echo.answerer).map(\.number) == [1])
    }

    @Test func `damage is told and makes a save unreadable`() throws {
        var configuration = try begun(over: .datagram)
        _ = try configuration.take(Step(.deliver(sent(2), isKept: false)), at: 0)
        let events = try configuration.take(Step(.damage(Echo.answerer, "last")), at: 0)
        #expect(lines(events) == ["note Answerer damaged: last"])
        let system = configuration.system
        let surroundings = configuration.states[1].place.surroundings(at: NodeID(1), of: system)
        let effects = Effects(surroundings)
        let error = #expect(throws: DamagedSave.self) { try effects.saved("last") }
        #expect(error?.description == "what was saved as last is damaged")
        #expect(throws: Never.self) { try effects.saved("other") }
    }
}
