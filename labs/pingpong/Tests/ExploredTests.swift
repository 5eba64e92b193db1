import Exploration
import Nodes
import Testing
import Worlds

@testable import pingpong

/// Ping-pong in the explored world: every order of everything.
@Suite struct ExploredTests {
    private func explore(
        _ variant: Variant = .right,
        goal: Int,
        _ change: (inout ExplorationOptions) -> Void = { _ in }
    ) throws -> ExplorationResult<Role> {
        var options = ExplorationOptions()
        change(&options)
        let system = try PingPongSystem.make(goal: goal, variant: variant)
        return try Exploration(system, options: options).run()
    }

    @Test(arguments: 1...4)
    func `the right client holds, however datagrams are lost, doubled and late`(
        goal: Int
    ) throws {
        let result = try explore(goal: goal)
        guard case .holds = result.verdict else {
            Issue.record("\(result.verdict)")
            return
        }
        #expect(result.reached == ["the last question is answered"])
        // A question is asked, and has reached the server: two states each, and one at the end. What is
        // late or doubled changes nothing.
        #expect(result.states == 2 * goal + 1)
    }

    @Test(arguments: 1...4)
    func `it holds when anybody crashes at any moment, and begins again`(goal: Int) throws {
        let result = try explore(goal: goal) { $0.crashesMax = 2 }
        guard case .holds = result.verdict else {
            Issue.record("\(result.verdict)")
            return
        }
        #expect(result.reached == ["the last question is answered"])
        #expect(result.states > 2 * goal + 1)
    }

    @Test func `whoever asks a server that died for good gets no answer`() throws {
        let violation = try #require(
            try explore(goal: 1) {
                $0.crashesMax = 1
                $0.restarts = false
            }.violation
        )
        let property = "a client that lives has all its answers"
        #expect(violation.kind == .property(property, isAboutTheEnd: true))
    }

    @Test func `the careless client takes a doubled answer for the next, in three steps`() throws {
        let violation = try #require(try explore(.careless, goal: 2).violation)
        #expect(
            violation.kind == .property("each answer is for its question", isAboutTheEnd: false)
        )
        // Two beginnings; the ping, the pong, and the pong once more.
        #expect(violation.steps.count == 2 + 3)
        #expect(
            EventLines.lines(violation.events) == [
                " 1  Client  begins",
                " 2  Client  → Server  ping(number: 1)",
                " 3  Server  begins",
                " 4  Server  ← Client  ping(number: 1)",
                " 5  Server  → Client  pong(number: 1)",
                " 6  Client  ← Server  pong(number: 1)",
                " 7  Client  emits answered(question: 1, by: 1)",
                " 8  Client  → Server  ping(number: 2)",
                " 9  Client  ← Server  pong(number: 1)",
                "10  Client  emits answered(question: 2, by: 1)",
            ]
        )
    }

    @Test func `it needs no doubling: to ask again too early is enough`() throws {
        let violation = try #require(
            try explore(.careless, goal: 2) {
                $0.datagrams = .consumed(dropsMax: 0, duplicatesMax: 0)
                $0.timerFiringsMax = 1
            }.violation
        )
        // Two beginnings; the timer, two pings, two pongs.
        #expect(violation.steps.count == 2 + 5)
    }

    @Test func `one question alone has no next that could be mistaken`() throws {
        guard case .holds = try explore(.careless, goal: 1).verdict else {
            Issue.record("the careless client with one question is wrong")
            return
        }
    }

    @Test func `that a client goes on for ever is not seen here, but in the simulated world`()
        throws
    {
        #expect(try explore(.restless, goal: 2).violation == nil)
    }

    @Test(arguments: [1, 2])
    func `on any number of cores the search is the same`(cores: Int) throws {
        let result = try explore(.careless, goal: 3) { $0.cores = cores }
        #expect(result.violation?.steps.count == 5)
        #expect(try explore(goal: 3) { $0.cores = cores }.states == 7)
    }
}
