import Chance
import Nodes
import Testing

/// Plans from a seed: the same each time, within their budget, and likely to land.
@Suite struct RandomFaultsTests {
    private static let names = PlanSource.names
    private static let reference = RandomFaults.Reference(
        duration: .milliseconds(437),
        effects: [10, 0, 200, 1, 35, 0]
    )
    private static let busy: Set<String> = ["Client", "Mapper_0", "Mapper_1", "Mapper_2"]

    private func plan(
        _ faults: RandomFaults,
        _ seed: UInt64,
        _ reference: RandomFaults.Reference = reference
    ) -> FaultPlan {
        faults.plan(nodes: Self.names, reference: reference, seed: seed)
    }

    private static let all = RandomFaults(
        kills: 3,
        stops: 2,
        slows: 2,
        partitions: 2,
        corruptions: 2,
        fills: 2,
        loseProbability: 0.2,
        duplicateProbability: 0.1
    )

    /// How many faults of each kind a plan holds.
    private func counts(_ plan: FaultPlan) -> [String: Int] {
        var counts: [String: Int] = [:]
        for fault in plan.faults {
            counts["\(fault)".split(separator: " ").first.map(String.init) ?? "", default: 0] += 1
        }
        return counts
    }

    @Test func `this is what the defaults and a seed give, on every machine`() {
        #expect(
            "\(plan(RandomFaults(), 1))"
                == "lose 10% *; duplicate 10% *; kill Mapper_0 after 112 effects restart after 174.8ms; "
                + "partition Mapper_0,Mapper_1,Mapper_2→Client at 226ms for 65.55ms"
        )
    }

    @Test(arguments: [UInt64](0..<200))
    func `a seed gives one plan, which holds the budget and reads back`(seed: UInt64) throws {
        let drawn = plan(Self.all, seed)
        #expect(drawn == plan(Self.all, seed))
        #expect(drawn != plan(Self.all, seed + 1), "seed \(seed)")
        #expect(
            counts(drawn) == [
                "kill": 3, "stop": 2, "slow": 2, "partition": 2, "corrupt": 2, "fill": 2, "lose": 1,
                "duplicate": 1,
            ]
        )
        #expect(try FaultPlan(parsing: "\(drawn)", nodes: Self.names) == drawn, "seed \(seed)")
    }

    @Test(arguments: [UInt64](0..<200))
    func `faults hit who is busy, while the reference run lasted`(seed: UInt64) throws {
        let effects = Dictionary(uniqueKeysWithValues: zip(Self.names, Self.reference.effects))
        let duration = Self.reference.duration
        for fault in plan(Self.all, seed).faults {
            if let lasting = fault.lasting { #expect(.zero < lasting && lasting <= duration / 2) }
            if case .at(let time) = fault.trigger { #expect(.zero <= time && time < duration) }
            switch fault.action {
            case .kill(let nodes, let delay):
                let delay = try #require(delay)
                #expect(.zero < delay && delay <= duration / 2)
                try expectEarly(fault, nodes, effects)
            case .corrupt(let nodes, _), .fill(let nodes):
                try expectEarly(fault, nodes, effects)
            case .stop(let nodes):
                #expect(nodes.count == 1 && Self.busy.contains(nodes[0].description))
            case .slow(let nodes, let delay):
                #expect(nodes.count == 1 && Self.busy.contains(nodes[0].description))
                #expect(.zero < delay && delay <= duration)
            case .partition(let links):
                let both = (links.senders + links.receivers).map(\.description)
                #expect(both.count == Self.busy.count && Set(both) == Self.busy)
                #expect(!links.senders.isEmpty && !links.receivers.isEmpty)
            case .lose(_, let links), .duplicate(_, let links):
                #expect(links == .all && fault.trigger == .atOnce && fault.lasting == nil)
            case .drift, .skew, .delay:
                Issue.record("seed \(seed): nobody asked for \(fault)")
            }
        }
    }

    private func expectEarly(
        _ fault: Fault,
        _ nodes: [NodePattern],
        _ effects: [String: Int]
    ) throws {
        guard case .after(let count, .effects) = fault.trigger else {
            Issue.record("\(fault) does not wait for effects")
            return
        }
        let performed = try #require(effects[nodes[0].description])
        #expect(nodes.count == 1 && (0..<performed).contains(count))
    }

    @Test func `every busy node is killed by some seed, and at each of its effects`() {
        var met: [String: Set<Int>] = [:]
        for seed in UInt64(0)..<2000 {
            for case .kill(let nodes, _) in plan(RandomFaults(), seed).faults.map(\.action) {
                let counts = plan(RandomFaults(), seed).faults.compactMap { fault in
                    if case .after(let count, _) = fault.trigger { count } else { nil }
                }
                met[nodes[0].description, default: []].formUnion(counts)
            }
        }
        #expect(Set(met.keys) == Self.busy)
        #expect(met["Client"] == Set(0..<10))
        #expect(met["Mapper_1"] == [0])
        #expect(met["Mapper_2"] == Set(0..<35))
    }

    @Test(arguments: [UInt64](0..<50))
    func `one more of a kind leaves the others where they were`(seed: UInt64) {
        let before = plan(RandomFaults(kills: 1, stops: 1, slows: 1), seed).faults
        let after = plan(RandomFaults(kills: 1, stops: 4, slows: 1), seed).faults
        #expect(after.count == before.count + 3)
        #expect(before.allSatisfy(after.contains))
    }

    @Test(arguments: [UInt64](0..<50))
    func `a corruption comes right before a kill at the same moment`(seed: UInt64) throws {
        let budget = RandomFaults(
            kills: 1,
            corruptions: 2,
            loseProbability: 0,
            duplicateProbability: 0
        )
        let faults = plan(budget, seed).faults
        try #require(faults.count == 4)
        guard case .corrupt(let damaged, nil) = faults[0].action,
            case .kill(let killed, _) = faults[1].action
        else {
            Issue.record("\(faults[0]); \(faults[1])")
            return
        }
        #expect(damaged == killed && faults[0].trigger == faults[1].trigger)
    }

    @Test(arguments: [UInt64](0..<50))
    func `a given delay and a given window are kept`(seed: UInt64) {
        let faults = RandomFaults(
            kills: 5,
            stops: 5,
            restartAfter: .milliseconds(7),
            within: .milliseconds(43)
        )
        for fault in plan(faults, seed).faults {
            if case .kill(let nodes, let delay) = fault.action {
                #expect(delay == .milliseconds(7))
                guard case .after(let count, _) = fault.trigger else { continue }
                // A tenth of the run, hence of the effects, of which Mapper_0 has the most.
                #expect(nodes[0].description == "Mapper_0" ? count < 20 : count < 4)
            }
            if case .at(let time) = fault.trigger { #expect(time < .milliseconds(43)) }
        }
    }

    @Test func `a budget for nobody, for one, or beyond all reason gives what it can`() throws {
        let idle = RandomFaults.Reference(duration: .seconds(1), effects: [0, 0])
        #expect("\(plan(RandomFaults(), 1, idle))" == "lose 10% *; duplicate 10% *")
        let alone = RandomFaults.Reference(duration: .zero, effects: [0, .max])
        #expect(counts(plan(Self.all, 1, alone))["partition"] == nil)
        let endless = RandomFaults.Reference(
            duration: Duration(attoseconds: .max),
            effects: [.max, .max, -1]
        )
        for reference in [idle, alone, endless] {
            let wild = RandomFaults(
                kills: .max,
                stops: -1,
                slows: .max,
                corruptions: .min,
                loseProbability: 3,
                duplicateProbability: .nan
            )
            for faults in [wild, Self.all] {
                let drawn = plan(faults, 7, reference)
                #expect(try FaultPlan(parsing: "\(drawn)", nodes: Self.names) == drawn)
            }
        }
    }

    @Test func `what is not named keeps its default`() throws {
        func budget(_ text: String) throws -> RandomFaults? {
            let request = try FaultPlan.Request(parsing: text, nodes: Self.names)
            if case .random(let faults) = request { return faults }
            return nil
        }
        #expect(try budget("random") == RandomFaults())
        #expect(try budget("random stops=1") == RandomFaults(stops: 1))
        let text =
            "random kills=2 stops=1 slows=1 partitions=1 lose=20% duplicate=10% restart=200ms"
        let expected = RandomFaults(
            kills: 2,
            stops: 1,
            slows: 1,
            partitions: 1,
            loseProbability: 0.2,
            duplicateProbability: 0.1,
            restartAfter: .milliseconds(200)
        )
        #expect(try budget(text) == expected)
        #expect(
            "\(expected)" == "random kills=2 stops=1 slows=1 partitions=1 corruptions=0 fills=0 "
                + "lose=20% duplicate=10% restart=200ms"
        )
        var full = expected
        full.within = .seconds(3)
        full.corruptions = 4
        full.fills = 5
        for faults in [RandomFaults(), expected, full, Self.all] {
            #expect(try budget("\(faults)") == faults)
        }
    }
}
