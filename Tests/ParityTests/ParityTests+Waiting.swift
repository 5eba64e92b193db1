import Nodes
import ParityScripts
import Testing

// What is written beside the work, and whose end is watched.
extension ParityTests {
    @Test(arguments: World.allCases) func `a write is durable when its node is told`(
        world: World
    ) throws {
        let keeper = Scripted(
            onMessage: [.write(7, then: 1, otherwise: 2)],
            onTimer: [1: [.send(1, to: 0, over: .datagram)]]
        )
        let customer = Scripted(first: [.send(7, to: 1, over: .stream)])
        @Sendable func isSaved(_ state: SystemState<Scripted>) -> Bool {
            state.places[1].saved["number"]?.number == 7
        }
        try expect(
            world,
            [customer, keeper],
            trouble: .crash(of: 1),
            [
                .always("who is told has it") { $0.count(.fired(1), by: 1) == 0 || isSaved($0) },
                .always("nothing is refused") { $0.count(.fired(2), by: 1) == 0 },
                .always("an acknowledgement means that it is saved") {
                    $0.got(0, from: 1).isEmpty || isSaved($0)
                },
                .sometimes("it crashed when it was durable, and nobody knew") { state in
                    isSaved(state) && state.places[1].incarnation == 1
                        && state.count(.fired(1), by: 1) == 0
                },
                .sometimes("it crashed while it was under way") { state in
                    state.places[1].incarnation == 1 && state.got(1, from: 0) == [7]
                        && state.places[1].saved.isEmpty
                },
                .sometimes("it went on meanwhile") { state in
                    state.got(1, from: 0) == [7] && !isSaved(state)
                        && state.places[1].incarnation == 0
                },
            ]
        )
    }

    @Test(arguments: World.allCases)
    func `writes come to rest in the order of asking, beside what else is done`(
        world: World
    ) throws {
        let writer = Scripted(
            first: [
                .write(1, then: 1, otherwise: 9), .write(2, then: 2, otherwise: 9),
                .arm(3, milliseconds: 2), .say(0),
            ]
        )
        try expect(
            world,
            [writer],
            [
                .always("one after another") { state in
                    let told = state.said(by: 0).filter { $0 == .fired(1) || $0 == .fired(2) }
                    let saved = state.places[0].saved["number"]?.number
                    return [[], [.fired(1)], [.fired(1), .fired(2)]].contains(told)
                        && (saved ?? 0) == told.count
                },
                .sometimes("a timer fires before they are there") { state in
                    state.count(.fired(3), by: 0) == 1 && state.places[0].saved.isEmpty
                },
                .eventually("both were told") { $0.count(.fired(2), by: 0) == 1 },
            ]
        )
    }

    @Test(arguments: World.allCases) func `who watches is told once, and not before the end`(
        world: World
    ) throws {
        let watcher = Scripted(first: [.watch(1, reminding: 1)])
        try expect(
            world,
            [watcher, Scripted(first: [.arm(1, milliseconds: 5)])],
            trouble: .death(of: 1),
            [
                .always("not before") { state in
                    state.count(.fired(1), by: 0) == 0 || state.places[1].status == .crashed
                },
                .always("once") { $0.count(.fired(1), by: 0) <= 1 },
                .sometimes("it is dead, and nobody knows yet") { state in
                    state.places[1].status == .crashed && state.count(.fired(1), by: 0) == 0
                },
                .eventually("whoever is dead is known to be") { state in
                    (state.places[1].status == .crashed) == (state.count(.fired(1), by: 0) == 1)
                },
            ]
        )
    }

    @Test(arguments: World.allCases) func `a halt and a kill are ends as well, and so is no life`(
        world: World
    ) throws {
        let watcher = Scripted(
            first: [.watch(1, reminding: 1), .watch(2, reminding: 2), .watch(3, reminding: 3)],
            onTimer: [1: [.kill(2)], 3: [.launch(3), .watch(3, reminding: 4)]]
        )
        try expect(
            world,
            [watcher, Scripted(first: [.halt]), Scripted(), Scripted()],
            launched: [3],
            [
                .always("a kill is told of after it") { state in
                    // Where the crashed may begin again, it may live once more.
                    state.count(.fired(2), by: 0) == 0 || state.places[2].status == .crashed
                        || state.places[2].incarnation > 0
                },
                .always("a life that is about to begin has not ended") {
                    $0.count(.fired(4), by: 0) == 0
                },
                .eventually("each is told of once") { state in
                    (1...3).allSatisfy { state.count(.fired($0), by: 0) == 1 }
                },
                .eventually("the last one lives") { $0.places[3].status == .running },
            ]
        )
    }

    @Test(arguments: World.allCases) func `who watches can see to it that a dead node lives again`(
        world: World
    ) throws {
        let watcher = Scripted(
            first: [.watch(1, reminding: 1)],
            onTimer: [1: [.launch(1), .watch(1, reminding: 1)]]
        )
        let worker = Scripted(first: [.write(5, then: 2, otherwise: 3)], again: [.say(6)])
        try expect(
            world,
            [watcher, worker],
            trouble: .death(of: 1),
            [
                .always("each life that begins is the last one's heir") { state in
                    state.places[1].incarnation <= state.count(.fired(1), by: 0)
                },
                .sometimes("it lives again") { $0.places[1].incarnation == 1 },
                .eventually("it lives") { $0.places[1].status == .running },
            ]
        )
    }
}
