import Nodes
import Simulation
import Testing

@Suite struct CrashSweepTests {
    /// Takes three orders and acknowledges each; what it has acknowledged it must still know at the end.
    private struct Keeper: Node {
        enum Words: Vocabulary {
            enum Message: Hashable, Codable { case order(number: Int), done(number: Int) }
            enum Timer: Hashable, Codable { case again }
            struct Saved: Hashable, Codable { let orders: [Int] }
        }
        let isCustomer: Bool
        /// The mistake: the acknowledgement leaves before the save.
        let isHasty: Bool
        var orders: [Int] = []
        var acknowledged = 0

        mutating func start(_ effects: inout Effects<Words>) {
            orders = (try? effects.saved("orders"))?.orders ?? []
            if isCustomer { order(&effects) }
        }

        mutating func receive(
            _ message: Words.Message,
            from sender: NodeID,
            _ effects: inout Effects<Words>
        ) {
            switch message {
            case .order(let number):
                if !orders.contains(number) { orders.append(number) }
                if isHasty { effects.send(.done(number: number), to: sender, over: .datagram) }
                effects.save(.init(orders: orders), as: "orders")
                if !isHasty { effects.send(.done(number: number), to: sender, over: .datagram) }
            case .done(let number):
                guard number == acknowledged + 1 else { return }
                acknowledged = number
                order(&effects)
            }
        }

        mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
            order(&effects)
        }

        private func order(_ effects: inout Effects<Words>) {
            guard acknowledged < 3 else { return effects.disarm(.again) }
            effects.send(.order(number: acknowledged + 1), to: NodeID(1), over: .datagram)
            effects.arm(.again, after: .milliseconds(30))
        }
    }

    private func system(isHasty: Bool, sparesCustomer: Bool = false) throws -> System<Keeper> {
        try System(
            "keeper",
            members: [
                .init("Customer", isSpared: sparesCustomer) {
                    Keeper(isCustomer: true, isHasty: isHasty)
                },
                .init("Keeper") { Keeper(isCustomer: false, isHasty: isHasty) },
            ],
            properties: [
                .always("what is acknowledged is kept") { state in
                    let acknowledged = state[NodeID(0)]?.acknowledged ?? 0
                    let kept = state.places[1].saved["orders"]?.orders ?? []
                    return kept.count >= acknowledged
                }
            ]
        )
    }

    @Test func `a node whose life is taken for granted has no boundaries`() throws {
        let system = try system(isHasty: false, sparesCustomer: true)
        let result = try CrashSweep(system, SimulationOptions(seed: 1)).run(isDouble: true)
        #expect(result.singles == 7 && result.pairs > 0 && result.unlandedSingles == 0)
        #expect(Set(result.rows.map(\.node)) == ["Keeper"])
    }

    @Test func `a crash falls on each boundary, and a keeper that saves first survives all`() throws
    {
        let sweep = CrashSweep(try system(isHasty: false), SimulationOptions(seed: 1))
        let result = try sweep.run(isDouble: true, cores: 2)
        // Customer: 3 orders of two effects, a disarm: 7 effects; keeper: 3 times two.
        #expect(result.singles == 8 + 7)
        #expect(result.unlandedSingles == 0)
        #expect(result.failures.isEmpty)
        #expect(result.isComplete)
        #expect(result.pairs > 100)
        let rows = result.rows.map { "\($0.node) \($0.handler) \($0.effect)" }
        #expect(
            Set(rows) == [
                "Customer  ", "Customer start send", "Customer start arm",
                "Customer receive send", "Customer receive arm", "Customer receive disarm",
                "Customer timer send", "Customer timer arm",
                "Keeper  ", "Keeper receive save", "Keeper receive send",
            ]
        )
        #expect(result.rows.reduce(0) { $0 + $1.crashes } == result.singles + 2 * result.pairs)
    }

    @Test func `the one bad boundary is found, and only that`() throws {
        let sweep = CrashSweep(try system(isHasty: true), SimulationOptions(seed: 1))
        let result = try sweep.run()
        // Between the acknowledgement and the save of each order.
        #expect(
            result.failures.map(\.plan.faults.first?.trigger) == [
                .after(count: 1, of: .effects), .after(count: 3, of: .effects),
                .after(count: 5, of: .effects),
            ]
        )
        let failed = result.rows.filter { $0.failures > 0 }
        #expect(failed.map { "\($0.node) \($0.handler) \($0.effect)" } == ["Keeper receive send"])
    }

    @Test func `any number of cores gives the same result`() throws {
        let system = try system(isHasty: true)
        let sweep = CrashSweep(system, SimulationOptions(seed: 1))
        let one = try sweep.run(isDouble: true, cores: 1)
        let three = try sweep.run(isDouble: true, cores: 3)
        #expect(one.rows == three.rows)
        #expect(one.failures.map(\.plan) == three.failures.map(\.plan))
    }

    @Test func `a sweep that is cut short says so`() throws {
        let system = try system(isHasty: false)
        let short = CrashSweep(system, SimulationOptions(seed: 1), runsMax: 10)
        let result = try short.run(isDouble: true)
        #expect(!result.isComplete)
        #expect(result.singles == 10)
        let sweep = CrashSweep(system, SimulationOptions(seed: 1))
        let ended = try sweep.run { done, _ in done < 4 }
        #expect(!ended.isComplete)
    }

    @Test func `a reference run that fails is no reference`() throws {
        let sweep = CrashSweep(
            try system(isHasty: false),
            SimulationOptions(seed: 1, eventsMax: 3)
        )
        #expect(throws: Failure.self) { try sweep.run() }
    }

    private typealias Actor = WaitingTests.Actor

    /// One that writes beside its work, and one that watches it and launches it again.
    private func writers(watches: Bool) throws -> System<Actor> {
        let coordinator = Actor(
            onStart: watches ? [.watch(1)] : [],
            onTimer: ["end of 1": [.launch(1), .watch(1)]]
        )
        let writer = Actor(
            onStart: [.write(1, as: "x")],
            again: [.write(2, as: "x")],
            onTimer: ["1 is there": [.write(2, as: "y")]]
        )
        return try System(
            "writers",
            members: [.init("Coordinator") { coordinator }, .init("Writer") { writer }],
            properties: [
                .eventually("it is written, as long as anybody can see to it") { state in
                    state.places[0].status != .running || state.places[1].saved["x"] != nil
                }
            ]
        )
    }

    @Test func `a crash falls on a write that is under way, and on one that nobody knows of`()
        throws
    {
        let sweep = CrashSweep(try writers(watches: false), SimulationOptions(seed: 1))
        let result = try sweep.run(isDouble: true)
        // Writer: a write, it is there, word of it, a write, it is there, word of it.
        #expect(result.singles == 1 + 7)
        #expect(result.unlandedSingles == 0)
        #expect(result.failures.isEmpty)
        let rows = result.rows.map { "\($0.node) \($0.handler) \($0.effect)" }
        #expect(
            Set(rows) == [
                "Coordinator  ", "Writer  ", "Writer start write", "Writer timer written",
                "Writer timer emit", "Writer timer write",
            ]
        )
    }

    @Test func `who is launched again by others needs no restart by the sweep`() throws {
        let options = SimulationOptions(seed: 1)
        let watched = try CrashSweep(try writers(watches: true), options, restartAfter: nil).run()
        #expect(watched.failures.isEmpty)
        #expect(watched.unlandedSingles == 0)
        let alone = try CrashSweep(try writers(watches: false), options, restartAfter: nil).run()
        // Before the write, and while it is under way.
        #expect(
            alone.failures.map(\.plan.faults.first?.trigger) == [
                .after(count: 0, of: .effects), .after(count: 1, of: .effects),
            ]
        )
    }
}
