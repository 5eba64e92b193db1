import Nodes
import Simulation
import Testing

@Suite struct CampaignTests {
    private let way = LinkPattern(from: [NodePattern("Feeder")], to: [NodePattern("Counter")])

    /// Some seeds lose a datagram, most do not.
    private func plan(_ seed: UInt64) -> FaultPlan {
        FaultPlan([Fault(.lose(probability: 0.002, links: way))])
    }

    private func system() throws -> System<CountingRole> {
        try CountingRole.system(properties: [
            .eventually("all are counted") { $0.outputs(of: CountingRole.counter).count == 20 },
            .sometimes("half are counted") { $0.outputs(of: CountingRole.counter).count == 10 },
            .sometimes("more than all are counted") {
                $0.outputs(of: CountingRole.counter).count > 20
            },
        ])
    }

    private func failing(_ seeds: ClosedRange<UInt64>) throws -> [UInt64] {
        let system = try system()
        return seeds.filter { seed in
            var simulation = Simulation(
                system,
                SimulationOptions(seed: seed, faults: plan(seed), checksPurity: false)
            )
            return simulation.run().failure != nil
        }
    }

    @Test(arguments: [1, 2, 5]) func `the first failure is that of the lowest seed on any cores`(
        cores: Int
    ) throws {
        let bad = try failing(1...100)
        let first = try #require(bad.first)
        let campaign = Campaign(
            try system(),
            SimulationOptions(seed: 0, checksPurity: false),
            cores: cores,
            plan: plan
        )
        let result = campaign.run(seeds: 1...100)
        #expect(result.first?.seed == first)
        #expect(result.first?.failure.subject == "all are counted")
        #expect(result.failed == 1)
        #expect(result.runs == Int(first))
        // A plan that lost nothing found nothing to hit: the run shows less than was asked.
        #expect(result.passed == 0)
        #expect(result.inconclusive == Int(first) - 1)
    }

    @Test func `all failures are counted if asked, and what was never reached is named`() throws {
        let bad = try failing(1...100)
        let campaign = Campaign(
            try system(),
            SimulationOptions(seed: 0, checksPurity: false),
            cores: 2,
            stopsAtFirstFailure: false,
            plan: plan
        )
        let result = campaign.run(seeds: 1...100)
        #expect(result.runs == 100)
        #expect(result.failed == bad.count)
        #expect(result.inconclusive == 100 - bad.count)
        #expect(result.neverReached == ["more than all are counted"])
        #expect(!result.wasCancelled)
    }

    @Test func `a campaign without faults passes, and ends when it is told to`() throws {
        let options = SimulationOptions(seed: 0, checksPurity: false)
        let campaign = Campaign(try system(), options, cores: 2) { _ in FaultPlan() }
        #expect(campaign.run(seeds: 1...50).passed == 50)
        let short = campaign.run(seeds: 1...1_000_000) { $0 < 10 }
        #expect(short.wasCancelled)
        #expect((10...12).contains(short.runs))
        #expect(campaign.run(seeds: (.max - 1) ... .max).runs == 2)
    }

    @Test func `shrinking leaves the one fault that matters`() throws {
        let everywhere = LinkPattern(from: [NodePattern("*")], to: [NodePattern("*")])
        let plan = FaultPlan([
            Fault(.delay(by: .zero ... .milliseconds(1), links: everywhere)),
            Fault(.slow(nodes: [NodePattern("*")], by: .microseconds(10))),
            Fault(
                .kill(nodes: [NodePattern("*")], restartAfter: nil),
                .after(count: 14, of: .effects)
            ),
            Fault(.duplicate(probability: 0.1, links: way)),
        ])
        // Whoever of the two dies, something is missed.
        let system = try CountingRole.system(properties: [
            .eventually("nothing is missed") { state in
                let outputs = state.outputs(of: CountingRole.counter)
                return (1...20).allSatisfy { outputs.contains(.counted(number: $0)) }
            }
        ])
        let options = SimulationOptions(seed: 3, faults: plan, checksPurity: false)
        var simulation = Simulation(system, options)
        let failure = try #require(simulation.run().failure)
        var shrinking = Shrinking(system)
        let result = shrinking.smallest(options, failing: failure)
        #expect(result.isComplete)
        #expect(result.failure.isLike(failure))
        let fault = try #require(result.options.faults.faults.first)
        #expect(result.options.faults.faults.count == 1)
        guard case .kill(let nodes, _) = fault.action,
            case .after(let count, .effects) = fault.trigger
        else {
            Issue.record("\(fault)")
            return
        }
        #expect(nodes.count == 1 && !nodes[0].description.contains("*"))
        #expect(count < 14)
        var again = Simulation(system, result.options)
        #expect(again.run().failure?.isLike(failure) == true)
    }
}
