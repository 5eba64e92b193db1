import Nodes
import ParityScripts
import Testing

/// What `Node` promises of acknowledged datagrams.
extension ParityTests {
    @Test(arguments: World.allCases)
    func `an acknowledged datagram arrives once, and may be overtaken`(world: World) throws {
        // A plain one beside it, so that loss and doubling are seen to be there.
        let sender = Scripted(
            first: Self.sends([1, 2], to: 1, over: .acknowledged)
                + [.send(9, to: 1, over: .datagram)]
        )
        // Where time is real, what is still to come has come long before.
        let patience = world == .deployed ? 200 : 20_000
        let receiver = Scripted(first: [.arm(1, milliseconds: patience)])
        try expect(
            world,
            [sender, receiver],
            [
                .always("none comes twice") { state in
                    [1, 2].allSatisfy { number in
                        state.got(1, from: 0).count { $0 == number } <= 1
                    }
                },
                .eventually("both come") { Set($0.got(1, from: 0)).isSuperset(of: [1, 2]) },
                .sometimes("the second overtook the first") { state in
                    state.got(1, from: 0).filter { $0 != 9 } == [2, 1]
                },
                .sometimes("a plain one came twice") { state in
                    state.got(1, from: 0).count { $0 == 9 } == 2
                },
                .sometimes("a plain one was lost") { state in
                    state.said(by: 1).last == .fired(1) && !state.got(1, from: 0).contains(9)
                },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `a crash of its sender leaves open whether an acknowledged datagram arrives`(
        world: World
    ) throws {
        let sender = Scripted(first: [.send(1, to: 1, over: .acknowledged), .say(1)])
        func report(_ property: Property<Scripted>) throws -> World.Report {
            try world.report(
                on: [sender, Scripted()],
                trouble: .death(of: 0),
                properties: [property]
            )
        }
        // Both are refuted: at the end of some run it came, at the end of another it did not.
        let comes = try report(
            .eventually("what was sent came") { state in
                !state.said(by: 0).contains(.said(1)) || state.places[1].status == .crashed
                    || state.got(1, from: 0) == [1]
            }
        )
        #expect(comes.failures.first?.contains("what was sent came") == true, "\(comes)")
        let doesNot = try report(
            .eventually("it did not come") { state in
                state.places[0].status != .crashed || state.got(1, from: 0).isEmpty
            }
        )
        #expect(doesNot.failures.first?.contains("it did not come") == true, "\(doesNot)")
        let twice = try report(.always("it came once") { $0.got(1, from: 0).count <= 1 })
        #expect(twice.failures.isEmpty)
    }

    @Test(arguments: World.allCases)
    func `a crash of its receiver loses an acknowledged datagram`(world: World) throws {
        let sender = Scripted(first: Self.sends([1], to: 1, over: .acknowledged))
        let receiver = Scripted(first: [.say(1)], again: [.say(2)])
        try expect(
            world,
            [sender, receiver],
            trouble: .crash(of: 1),
            [
                .always("it comes to the first life or to none") { state in
                    let said = state.said(by: 1)
                    guard let again = said.firstIndex(of: .said(2)) else { return true }
                    return !said[again...].contains(.got(1, from: NodeID(0)))
                },
                .sometimes("it came before the crash") { state in
                    state.got(1, from: 0) == [1] && state.said(by: 1).contains(.said(2))
                },
                .sometimes("it was in flight, and is lost") { state in
                    state.said(by: 1).contains(.said(1)) && state.said(by: 1).contains(.said(2))
                        && state.got(1, from: 0).isEmpty && state.inFlight.isEmpty
                },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `what is to be acknowledged when its sender halts arrives`(world: World) throws {
        let orders = Self.sends([1, 2], to: 1, over: .acknowledged)
        let after: [Scripted.Order] = [.halt, .send(3, to: 1, over: .acknowledged)]
        try expect(
            world,
            [Scripted(first: orders + after), Scripted()],
            [
                .always("nothing is sent after the halt") { !$0.got(1, from: 0).contains(3) },
                .eventually("both came") { $0.got(1, from: 0).sorted() == [1, 2] },
                .eventually("it has halted") { $0.places[0].status == .halted },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `a pause does not hold back an acknowledged datagram`(world: World) throws {
        let sender = Scripted(
            first: Self.sends([1, 2], to: 1, over: .stream)
                + [.send(9, to: 1, over: .acknowledged)]
        )
        try expect(
            world,
            [sender, Scripted(onNumber: [1: [.pause(0)]])],
            [
                .always("the stream is held back") { !$0.got(1, from: 0).contains(2) },
                .eventually("it comes") { $0.got(1, from: 0).contains(9) },
                .sometimes("it comes while the stream is held back") { state in
                    state.got(1, from: 0) == [1, 9]
                },
            ]
        )
    }
}
