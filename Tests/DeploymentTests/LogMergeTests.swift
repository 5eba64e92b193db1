import Causality
import Chance
import Nodes
import Testing

@testable import Deployment

@Suite struct LogMergeTests {
    private func merged(_ history: RunHistory, isOver: Bool = false) throws -> [Event] {
        try LogMerge.events(history, names: Told.names, isOver: isOver)
    }

    /// The events in a few words each: `A start`, `B receive A.0.1`.
    private func lines(_ history: RunHistory, isOver: Bool = false) throws -> [String] {
        try merged(history, isOver: isOver).map(Told.line)
    }

    @Test func `a send comes before its receive, whatever the clocks say`() throws {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 900, doing: [.send("A.0.1", to: "B")])
        told.call(b, .start, at: 950)
        // B's clock is far behind.
        told.call(b, .receive, at: 3, message: "A.0.1", doing: [.send("B.0.1", to: "A")])
        told.call(a, .receive, at: 2, message: "B.0.1")
        #expect(
            try lines(told.history) == [
                "A start", "A send A.0.1", "B start", "B receive A.0.1", "B send B.0.1",
                "A receive B.0.1",
            ]
        )
    }

    @Test func `a node's own calls keep their order, whatever its clock says`() throws {
        var told = Told()
        let a = told.begin("A")
        told.call(a, .start, at: 30)
        told.call(a, .timer, at: 20)
        told.call(a, .idle, at: 10)
        #expect(try lines(told.history) == ["A start", "A timer", "A idle"])
    }

    @Test func `of orders that could have been, the one nearest to the times is taken`() throws {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 1)
        told.call(a, .timer, at: 5)
        told.call(b, .start, at: 2)
        told.call(b, .timer, at: 4)
        #expect(try lines(told.history) == ["A start", "B start", "B timer", "A timer"])
    }

    @Test func `views come one after the other, whatever the clocks say`() throws {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 90)
        told.call(a, .timer, at: 91)
        told.call(b, .start, at: 1)
        told.call(b, .timer, at: 2, view: 1)
        #expect(try lines(told.history) == ["B start", "A start", "A timer", "B timer"])
    }

    @Test func `a death comes after what its streams still brought`() throws {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 1, doing: [.send("A.0.1", to: "B")])
        told.call(b, .start, at: 1)
        told.history.end(a, .crashed(time: 2, lastSave: 0))
        told.call(b, .receive, at: 50, message: "A.0.1")
        #expect(
            try lines(told.history) == [
                "A start", "A send A.0.1", "B start", "B receive A.0.1", "A crash",
            ]
        )
    }

    @Test func `a datagram may come after the death of who has sent it`() throws {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 1, doing: [.send("A.0.1", to: "B", .datagram)])
        told.call(b, .start, at: 1)
        told.history.end(a, .crashed(time: 2, lastSave: 0))
        told.call(b, .receive, at: 50, message: "A.0.1", over: .datagram)
        #expect(
            try lines(told.history) == [
                "A start", "A send A.0.1", "B start", "A crash", "B receive A.0.1",
            ]
        )
    }

    @Test func `a call that a kill has cut short ends where its records end`() throws {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 1, records: 3, doing: [.send("A.0.1", to: "B")])
        told.call(b, .start, at: 1)
        told.history.end(a, .crashed(time: 9, lastSave: 0))
        let events = try merged(told.history)
        #expect(events.map(Told.line) == ["A start", "A send A.0.1", "A crash", "B start"])
        #expect(events[2].effects == 1)
        // One that was complete is not cut.
        #expect(events.filter { $0.kind == .crash }.count == 1)
    }

    @Test func `a death after a complete call stands alone`() throws {
        var told = Told()
        let a = told.begin("A")
        told.call(a, .start, at: 1, doing: [.send("A.0.1", to: "B")])
        told.history.end(a, .crashed(time: 9, lastSave: 0))
        let crash = try #require(try merged(told.history).last)
        #expect(crash.kind == .crash && crash.effects == nil && crash.time == 9)
    }

    @Test(arguments: [4, 5, 6])
    func `a save on record took place if the store has it`(lastSave: Int) throws {
        var told = Told()
        let a = told.begin("A")
        told.call(a, .start, at: 1, records: 4, doing: [.output("x"), .save(5), .save(6)])
        told.history.end(a, .crashed(time: 9, lastSave: lastSave))
        let events = try merged(told.history)
        let saves = [4: [], 5: ["A save 5"], 6: ["A save 5", "A save 6"]][lastSave] ?? []
        #expect(events.map(Told.line) == ["A start", "A output x"] + saves + ["A crash"])
        #expect(events.last?.effects == lastSave - 3)
    }

    @Test func `what follows a save that did not take place did not either`() throws {
        var told = Told()
        let a = told.begin("A")
        told.call(a, .start, at: 1, doing: [.save(1), .send("A.0.1", to: "B")])
        told.history.end(a, .crashed(time: 9, lastSave: 0))
        #expect(try lines(told.history) == ["A start", "A crash"])
    }

    @Test func `a life that was killed before it could say anything has begun`() throws {
        var told = Told()
        let first = told.begin("A")
        told.history.end(first, .crashed(time: 4, lastSave: 0))
        let second = told.begin("A", 1, view: 1, at: 7)
        told.call(second, .recover, at: 8, view: 1)
        let events = try merged(told.history)
        #expect(events.map(Told.line) == ["A start", "A crash", "A recover"])
        #expect(events.map(\.incarnation) == [0, 0, 1])
        #expect(events[1].effects == 0)
    }

    @Test
    func `a kill by another node stands where its effect stood, after all that the victim did`()
        throws
    {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 1)
        told.call(b, .start, at: 1)
        told.call(b, .timer, at: 80, doing: [.send("B.0.1", to: "C")])
        told.call(a, .timer, at: 5, doing: [.output("before"), .kill(b), .output("after")])
        told.history.end(b, .killed(lastSave: 0))
        #expect(
            try lines(told.history) == [
                "A start", "B start", "B timer", "B send B.0.1", "A timer", "A output before",
                "B crash", "A output after",
            ]
        )
    }

    @Test func `who died inside a call of its own was dead when it was killed`() throws {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 1)
        told.call(b, .start, at: 1, records: 2, doing: [.output("half")])
        told.call(a, .timer, at: 5, doing: [.kill(b)])
        told.history.end(b, .killed(lastSave: 0))
        #expect(
            try lines(told.history) == [
                "A start", "B start", "B output half", "B crash", "A timer",
            ]
        )
    }

    @Test func `a life begins after the call that launches it, and its messages later still`()
        throws
    {
        var told = Told()
        let a = told.begin("A")
        let b = Life(node: 1, incarnation: 0)
        told.call(a, .start, at: 50, doing: [.launch(b), .send("A.0.1", to: "B")])
        _ = told.begin("B", 0, view: 1, at: 2)
        told.call(b, .start, at: 2, view: 1)
        told.call(b, .receive, at: 3, view: 1, message: "A.0.1")
        #expect(
            try lines(told.history) == ["A start", "A send A.0.1", "B start", "B receive A.0.1"]
        )
    }

    @Test func `a remark stands after the send that it is about`() throws {
        var told = Told()
        let (a, _) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 40, doing: [.send("A.0.1", to: "B")])
        told.history.add(
            remark: Event(time: 1, node: "B", kind: .drop, message: "A.0.1", peer: "A"),
            view: 0
        )
        #expect(try lines(told.history) == ["B start", "A start", "A send A.0.1", "B drop A.0.1"])
    }

    @Test func `a remark about no message stands at its time, in later views too`() throws {
        var told = Told()
        let a = told.begin("A")
        told.call(a, .start, at: 1)
        told.history.end(a, .crashed(time: 5, lastSave: 0))
        let next = told.begin("A", 1, view: 1, at: 8)
        told.call(next, .recover, at: 9, view: 1)
        told.call(next, .timer, at: 12, view: 1)
        told.history.add(remark: Event(time: 10, node: "A", kind: .note, text: "x"), view: 1)
        #expect(
            try lines(told.history) == ["A start", "A crash", "A recover", "A note x", "A timer"]
        )
    }

    @Test func `datagrams that never came are lost at last, once the run is at rest`() throws {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(b, .start, at: 1)
        let sends: [Told.Part] = [
            .send("A.0.1", to: "B", .datagram), .send("A.0.2", to: "B", .datagram),
            .send("A.0.3", to: "B"), .send("A.0.4", to: "B", .datagram),
        ]
        told.call(a, .start, at: 2, doing: sends)
        told.call(b, .receive, at: 3, message: "A.0.2", over: .datagram)
        told.history.add(
            remark: Event(time: 3, node: "B", kind: .drop, message: "A.0.4", peer: "A"),
            view: 0
        )
        #expect(try !lines(told.history).contains("B drop A.0.1"))
        let events = try merged(told.history, isOver: true)
        #expect(
            events.filter { $0.kind == .drop }.map(Told.line) == ["B drop A.0.4", "B drop A.0.1"]
        )
        #expect(events.last?.peer == "A")
    }

    @Test func `vector clocks tell what could have caused what`() throws {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .start, at: 1, doing: [.send("A.0.1", to: "B")])
        told.call(b, .start, at: 1)
        told.call(a, .timer, at: 2)
        told.call(b, .receive, at: 3, message: "A.0.1")
        let events = try merged(told.history)
        let clocks = Dictionary(uniqueKeysWithValues: events.map { (Told.line($0), $0.clock) })
        let send = try #require(clocks["A send A.0.1"] ?? nil)
        let receive = try #require(clocks["B receive A.0.1"] ?? nil)
        let timer = try #require(clocks["A timer"] ?? nil)
        #expect(send.order(to: receive) == .before)
        #expect(timer.order(to: receive) == .concurrent)
        #expect(receive[0] == 2 && receive[1] == 2)
    }

    @Test func `records that wait for each other are a contradiction, and it names them`() {
        var told = Told()
        let (a, b) = (told.begin("A"), told.begin("B"))
        told.call(a, .receive, at: 1, message: "B.0.1", doing: [.send("A.0.1", to: "B")])
        told.call(b, .receive, at: 1, message: "A.0.1", doing: [.send("B.0.1", to: "A")])
        let contradiction = #expect(throws: LogMerge.Contradiction.self) {
            try merged(told.history)
        }
        // Each of the two.
        #expect(contradiction?.circle.count == 2)
    }

    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func `a merged log is a linear extension of any history that can be`(seed: UInt64) throws {
        let made = Told.random(seed: seed)
        let events = try merged(made.history)
        // Nothing is lost, and nothing invented.
        let lines = events.map(Told.line)
        #expect(lines.sorted() == made.lines.sorted())
        // Each node's own events are in its own order.
        for name in Told.names {
            let own = lines.filter { $0.hasPrefix(name + " ") }
            #expect(own == made.lines.filter { $0.hasPrefix(name + " ") })
        }
        var places: [String: Int] = [:]
        for (place, line) in lines.enumerated() { places[line] = place }
        for (first, second) in made.order {
            #expect(try #require(places[first]) < #require(places[second]), "\(first), \(second)")
        }
        // And clocks agree with it.
        let clocks = events.compactMap(\.clock)
        for (place, clock) in clocks.enumerated() {
            for later in clocks[(place + 1)...] { #expect(later.order(to: clock) != .before) }
        }
    }
}
