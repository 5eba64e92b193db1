import Causality
import Nodes
import ParityScripts
import Testing

/// What `Node` says that every world promises, promise by promise, held against every world.
///
/// A promise is an `always` or an `eventually`; beside it stands a `sometimes`, so that no world keeps
/// its promises by doing nothing, and so that what no world promises is seen to happen. A machine shows
/// less than is allowed; where one cannot be counted on to show it, `deployedMayMiss` says why.
@Suite struct ParityTests {
    func expect(
        _ world: World,
        _ nodes: [Scripted],
        launched: Set<Int> = [],
        inputs: [String] = [],
        trouble: World.Trouble = .none,
        _ properties: [Property<Scripted>],
        deployedMayMiss: [String: String] = [:],
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let report = try world.report(
            on: nodes,
            launched: launched,
            inputs: inputs,
            trouble: trouble,
            properties: properties,
            mayMiss: Set(deployedMayMiss.keys)
        )
        let line = "\(world): \(report.failures.first ?? "")"
        #expect(report.failures.isEmpty, "\(line)", sourceLocation: location)
        #expect(report.neverReached.isEmpty, "\(world)", sourceLocation: location)
        if let log = report.log {
            let text = EventLog.line(log.header) + log.events.flatMap { EventLog.line($0) }
            Attachment.record(text, named: "\(log.header.system).jsonl", sourceLocation: location)
        }
    }

    static func sends(
        _ numbers: [Int],
        to receiver: Int,
        over link: Link
    ) -> [Scripted.Order] {
        numbers.map { .send($0, to: receiver, over: link) }
    }

    @Test(arguments: World.allCases) func `a stream is first in, first out, and loses nothing`(
        world: World
    ) throws {
        let sender = Scripted(first: Self.sends([1, 2, 3], to: 1, over: .stream))
        try expect(
            world,
            [sender, Scripted()],
            [
                .always("what came is a beginning of what was sent") {
                    [1, 2, 3].starts(with: $0.got(1, from: 0))
                },
                .eventually("all came") { $0.got(1, from: 0) == [1, 2, 3] },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `a datagram may be lost, doubled and overtaken, not made up`(
        world: World
    ) throws {
        let sender = Scripted(first: Self.sends([1, 2], to: 1, over: .datagram))
        try expect(
            world,
            [sender, Scripted()],
            [
                .always("what came was sent") { Set($0.got(1, from: 0)).isSubset(of: [1, 2]) },
                .sometimes("one came twice") { $0.got(1, from: 0).count { $0 == 1 } == 2 },
                .sometimes("the second overtook the first") { $0.got(1, from: 0) == [2, 1] },
                .sometimes("the second came alone") { $0.got(1, from: 0) == [2] },
            ]
        )
    }

    @Test(arguments: World.allCases) func `a save is durable before what follows it takes place`(
        world: World
    ) throws {
        let keeper = Scripted(onMessage: [.save(7), .send(1, to: 0, over: .datagram)])
        let customer = Scripted(first: [.send(7, to: 1, over: .stream)])
        try expect(
            world,
            [customer, keeper],
            trouble: .crash(of: 1),
            [
                .always("an acknowledgement means that it is saved") { state in
                    state.got(0, from: 1).isEmpty
                        || state.places[1].saved["number"]?.number == 7
                },
                .sometimes("it crashed after the save and before the acknowledgement") { state in
                    state.places[1].saved["number"]?.number == 7 && state.got(0, from: 1).isEmpty
                        && state.places[1].incarnation == 1
                },
                .sometimes("it crashed before the save") { state in
                    state.places[1].incarnation == 1 && state.places[1].saved.isEmpty
                },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `a new life begins with what was saved, and knows which it is`(
        world: World
    ) throws {
        let node = Scripted(first: [.save(5), .arm(1, milliseconds: 5)], onTimer: [1: [.save(6)]])
        try expect(
            world,
            [node],
            trouble: .crash(of: 0),
            [
                // A life that ended before its first word has left none.
                .always("each life has a higher number than the last") { state in
                    let lives = state.said(by: 0).compactMap { output -> Int? in
                        if case .began(let incarnation, _) = output { incarnation } else { nil }
                    }
                    return zip(lives, lives.dropFirst()).allSatisfy(<)
                },
                .sometimes("nothing was saved before the crash") {
                    $0.said(by: 0).contains(.began(incarnation: 1, saved: nil))
                },
                .sometimes("the first save was there") {
                    $0.said(by: 0).contains(.began(incarnation: 1, saved: 5))
                },
                .sometimes("the second save was there") {
                    $0.said(by: 0).contains(.began(incarnation: 1, saved: 6))
                },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `what was emitted stays, and armed timers die with the node`(
        world: World
    ) throws {
        let node = Scripted(first: [.say(1), .arm(1, milliseconds: 5)])
        try expect(
            world,
            [node],
            trouble: .crash(of: 0),
            [
                .always("the timer fires in the life that armed it") { state in
                    let said = state.said(by: 0)
                    guard let fired = said.firstIndex(of: .fired(1)) else { return true }
                    return !said[..<fired].contains(.began(incarnation: 1, saved: nil))
                },
                .always("it fires once") { $0.count(.fired(1), by: 0) <= 1 },
                .sometimes("the timer died") { state in
                    state.said(by: 0) == [
                        .began(incarnation: 0, saved: nil), .said(1),
                        .began(incarnation: 1, saved: nil),
                    ]
                },
                .sometimes("the timer fired") { $0.said(by: 0).contains(.fired(1)) },
            ]
        )
    }

    @Test(arguments: World.allCases, Link.allCases)
    func `a message to an older life never reaches a newer one`(world: World, link: Link) throws {
        let sender = Scripted(first: Self.sends([1, 2, 3], to: 1, over: link))
        try expect(
            world,
            [sender, Scripted()],
            trouble: .crash(of: 1),
            [
                .always("nothing comes after the crash") { state in
                    let said = state.said(by: 1)
                    guard let again = said.firstIndex(of: .began(incarnation: 1, saved: nil)) else {
                        return true
                    }
                    return again == said.count - 1
                },
                .sometimes("one came before the crash, and the others never") { state in
                    state.got(1, from: 0) == [1] && state.places[1].incarnation == 1
                },
            ]
        )
    }

    @Test(arguments: World.allCases, Link.allCases)
    func `a message of an older life reaches nobody once the newer has begun`(
        world: World,
        link: Link
    ) throws {
        let sender = Scripted(
            // The timer keeps the run from being over before the crash.
            first: [.send(1, to: 1, over: link), .arm(1, milliseconds: 30)],
            again: [.send(2, to: 1, over: link)]
        )
        try expect(
            world,
            [sender, Scripted()],
            trouble: .crash(of: 0),
            [
                .always("the old one does not come after the new") { state in
                    let got = state.got(1, from: 0)
                    guard let new = got.firstIndex(of: 2) else { return true }
                    return !got[new...].contains(1)
                },
                .sometimes("only the new one comes") { $0.got(1, from: 0) == [2] },
                .sometimes("both come") { $0.got(1, from: 0).starts(with: [1, 2]) },
            ]
        )
    }

    @Test(arguments: World.allCases) func `a stream breaks with a crash of its sender`(
        world: World
    ) throws {
        let sender = Scripted(first: Self.sends([1, 2], to: 1, over: .stream))
        try expect(
            world,
            [sender, Scripted()],
            trouble: .crash(of: 0),
            [
                .always("what came is a beginning of what was sent") {
                    [1, 2].starts(with: $0.got(1, from: 0))
                },
                .sometimes("the second was in flight, and is lost") { state in
                    state.got(1, from: 0) == [1] && state.places[0].incarnation == 1
                },
            ],
            deployedMayMiss: [
                "the second was in flight, and is lost":
                    "the messages of a call leave together, and nobody dies in between on demand"
            ]
        )
    }

    @Test(arguments: World.allCases) func `what was sent over a stream before a halt arrives`(
        world: World
    ) throws {
        let orders = Self.sends([1, 2], to: 1, over: .stream)
        let after: [Scripted.Order] = [.halt, .send(3, to: 1, over: .stream)]
        try expect(
            world,
            [Scripted(first: orders + after), Scripted()],
            [
                .always("nothing is sent after the halt") { !$0.got(1, from: 0).contains(3) },
                .eventually("both came") { $0.got(1, from: 0) == [1, 2] },
                .eventually("it has halted") { $0.places[0].status == .halted },
            ]
        )
    }

    @Test(arguments: World.allCases) func `a pause holds a stream back, in order, and no datagram`(
        world: World
    ) throws {
        let sender = Scripted(
            first: Self.sends([1, 2, 3], to: 1, over: .stream)
                + [.send(9, to: 1, over: .datagram)]
        )
        let receiver = Scripted(
            first: [.arm(1, milliseconds: 30)],
            onNumber: [1: [.pause(0)]],
            onTimer: [1: [.resume(0)]]
        )
        try expect(
            world,
            [sender, receiver],
            [
                .always("while it is held back, nothing comes over it") { state in
                    let said = state.said(by: 1)
                    guard let one = said.firstIndex(of: .got(1, from: NodeID(0))) else {
                        return true
                    }
                    let resumed = said.firstIndex(of: .fired(1)) ?? said.endIndex
                    // A timer that fires first resumes what is not yet held back: then it stays.
                    if resumed < one { return !said.contains(.got(2, from: NodeID(0))) }
                    return !said[one..<resumed].contains(.got(2, from: NodeID(0)))
                },
                .sometimes("a datagram comes meanwhile") { state in
                    let said = state.said(by: 1)
                    return !said.contains(.fired(1)) && said.contains(.got(1, from: NodeID(0)))
                        && said.last == .got(9, from: NodeID(0))
                },
                .sometimes("then the others come, in order") { state in
                    state.got(1, from: 0).filter { $0 != 9 } == [1, 2, 3]
                },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `a timer that is disarmed does not fire, one that is moved fires once`(
        world: World
    ) throws {
        let node = Scripted(first: [
            .arm(1, milliseconds: 5), .disarm(1), .disarm(3), .arm(2, milliseconds: 5),
            .arm(2, milliseconds: 9),
        ])
        try expect(
            world,
            [node],
            [
                .always("the first does not fire") { $0.count(.fired(1), by: 0) == 0 },
                .eventually("the second fires once") { $0.count(.fired(2), by: 0) == 1 },
            ]
        )
    }

    @Test(arguments: World.allCases) func `idle comes once for each time it was asked for`(
        world: World
    ) throws {
        let node = Scripted(
            first: [.wantIdle, .wantIdle, .arm(1, milliseconds: 5)],
            onTimer: [1: [.wantIdle]]
        )
        try expect(
            world,
            [node],
            [
                // A wish that is said twice is one wish.
                .always("never more often") { state in
                    let wishes = state.said(by: 0).contains(.fired(1)) ? 2 : 1
                    return state.count(.wasIdle, by: 0) <= wishes
                },
                .eventually("at least once") { $0.count(.wasIdle, by: 0) >= 1 },
                .sometimes("twice") { $0.count(.wasIdle, by: 0) == 2 },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `a launch begins a node once, and what is sent after it arrives`(
        world: World
    ) throws {
        let launcher = Scripted(first: [
            .send(1, to: 1, over: .stream), .launch(1), .launch(1), .send(2, to: 1, over: .stream),
        ])
        try expect(
            world,
            [launcher, Scripted()],
            launched: [1],
            [
                .always("what was sent before is lost") { !$0.got(1, from: 0).contains(1) },
                .sometimes("it has not begun yet") { $0.places[1].status == .absent },
                .eventually("what was sent after arrives") { $0.got(1, from: 0) == [2] },
                .eventually("it lives its first life") { $0.places[1].incarnation == 0 },
            ]
        )
    }

    @Test(arguments: World.allCases) func `a kill ends a life, and a launch begins the next`(
        world: World
    ) throws {
        let master = Scripted(
            first: [.arm(1, milliseconds: 5), .send(1, to: 1, over: .datagram)],
            onTimer: [1: [.kill(1), .kill(1), .launch(1)]]
        )
        try expect(
            world,
            [master, Scripted(first: [.save(3)])],
            [
                .eventually("the second life has what the first has saved") {
                    $0.said(by: 1).last == .began(incarnation: 1, saved: 3)
                },
                .sometimes("the message came before the kill") { $0.got(1, from: 0) == [1] },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `all who begin at once have begun before anything arrives`(
        world: World
    ) throws {
        let first = Scripted(first: [.send(1, to: 1, over: .stream)])
        let second = Scripted(first: [.send(2, to: 0, over: .stream), .say(4)])
        try expect(
            world,
            [first, second],
            [
                .always("a start comes before a message") { state in
                    (0...1).allSatisfy { index in
                        let said = state.said(by: index)
                        return said.isEmpty || said[0] == .began(incarnation: 0, saved: nil)
                    }
                },
                .eventually("both messages arrive") {
                    $0.got(1, from: 0) == [1] && $0.got(0, from: 1) == [2]
                },
            ]
        )
    }

    @Test(arguments: World.allCases) func `an input is read on from the cursor that was saved`(
        world: World
    ) throws {
        let reader = Scripted(
            first: [.wantIdle],
            again: [.wantIdle],
            onTimer: [1: [.read]],
            onIdle: [.read, .arm(1, milliseconds: 1)]
        )
        try expect(
            world,
            [reader],
            inputs: ["a", "b"],
            trouble: .crash(of: 0),
            [
                .always("entries come in order") { state in
                    let read = state.said(by: 0).compactMap { output -> String? in
                        if case .read(let text) = output { text } else { nil }
                    }
                    return [
                        [], ["a"], ["a", "a"], ["a", "b"], ["a", "a", "b"], ["a", "b", "b"],
                    ]
                    .contains(read)
                },
                .sometimes("the crash fell between the word and the save") { state in
                    state.said(by: 0).count { $0 == .read("a") } == 2
                },
                .eventually("both were read") { $0.places[0].saved["number"]?.number == 2 },
            ]
        )
    }
}
