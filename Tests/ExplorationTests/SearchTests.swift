import Causality
import Nodes
import ReferenceModels
import Testing

@testable import Exploration

@Suite struct SearchTests {
    private struct Counts: Hashable {
        let states, transitions, depthMax: Int
        let verdict: String
        let reached: [String]
    }

    private func counts<N: Node>(_ result: ExplorationResult<N>) -> Counts {
        let verdict =
            switch result.verdict {
            case .holds: "holds"
            case .violated(let violation): "\(violation.kind) after \(violation.steps.count)"
            case .neverReached(let names): "never \(names)"
            case .notExhaustive(let limits): "not exhaustive \(limits)"
            }
        return Counts(
            states: result.states,
            transitions: result.transitions,
            depthMax: result.depthMax,
            verdict: verdict,
            reached: result.reached
        )
    }

    private func counts<N: Node>(
        _ system: System<N>,
        _ options: ExplorationOptions,
        cores: Int
    ) throws -> Counts {
        var options = options
        options.cores = cores
        options.checksPurity = false
        return counts(try Exploration(system, options: options).run())
    }

    @Test func `many threads count what one counts`() throws {
        let commit = try TwoPhaseCommit.system(resources: 5)
        let copies = try PrimaryBackup.system(puts: 2)
        let crashing = ExplorationOptions(crashesMax: 2)
        let plain = ExplorationOptions()
        for cores in [2, 3, 8] {
            #expect(try counts(commit, plain, cores: cores) == counts(commit, plain, cores: 1))
            #expect(
                try counts(copies, crashing, cores: cores) == counts(copies, crashing, cores: 1)
            )
        }
        for seed in 1...6 as ClosedRange<UInt64> {
            var options = ExplorationOptions(crashesMax: 1, depthMax: 7, inFlightMax: 6)
            if seed % 2 == 0 { options.datagrams = .consumed(dropsMax: 1, duplicatesMax: 1) }
            if seed % 3 == 0 { options.timers = .bounded }
            let chaos = try Chaos.system(seed: seed, nodes: 2)
            #expect(try counts(chaos, options, cores: 2) == counts(chaos, options, cores: 1))
        }
    }

    @Test func `every order of search finds the same states`() throws {
        let system = try PrimaryBackup.system(puts: 1)
        var options = ExplorationOptions(crashesMax: 1, checksPurity: false)
        let broad = try Exploration(system, options: options).run()
        options.order = .depthFirst
        let deep = try Exploration(system, options: options).run()
        #expect(broad.states == deep.states)
        #expect(broad.transitions == deep.transitions)
        #expect(broad.reached == deep.reached)
        #expect(deep.depthMax >= broad.depthMax)
        options.order = .randomWalk(seed: 1, walks: 200)
        options.depthMax = 60
        let walked = try Exploration(system, options: options).run()
        #expect(walked.states <= broad.states)
        #expect(walked.states > broad.states / 4)
        guard case .notExhaustive(let limits) = walked.verdict else {
            Issue.record("\(walked.verdict)")
            return
        }
        #expect(limits.contains(.randomWalk))
    }

    /// To acknowledge before the save shows only if the backup dies between the two.
    @Test func `a crash between two effects of one handler is found, by every order`() throws {
        let system = try PrimaryBackup.system(puts: 1, mistake: .acknowledgesBeforeSave)
        var lengths: [Int] = []
        var options = ExplorationOptions(crashesMax: 1, checksPurity: false)
        for order in [ExplorationOptions.Order.breadthFirst, .depthFirst] {
            for cores in [1, 2] {
                options.order = order
                options.cores = cores
                let result = try Exploration(system, options: options).run()
                let violation = try #require(result.violation)
                #expect(
                    violation.kind
                        == .property("what is done is on both disks", isAboutTheEnd: false)
                )
                #expect(violation.steps.contains { $0.crashAfter == 1 })
                #expect(violation.events.contains { $0.kind == .crash && $0.effects == 1 })
                lengths.append(violation.steps.count)
            }
        }
        // Three begin; put, copy (and death), copied, done.
        #expect(lengths == [7, 7, 7, 7])
        let without = try Exploration(system, options: ExplorationOptions(checksPurity: false))
        guard case .holds = without.run().verdict else {
            Issue.record("the mistake shows without a crash")
            return
        }
    }

    @Test func `a random walk finds it too, from its seed, and leaves out what it does not need`()
        throws
    {
        let system = try PrimaryBackup.system(puts: 1, mistake: .acknowledgesBeforeSave)
        let options = ExplorationOptions(
            order: .randomWalk(seed: 5, walks: 20_000),
            crashesMax: 1,
            depthMax: 80,
            checksPurity: false
        )
        let first = try #require(try Exploration(system, options: options).run().violation)
        let again = try #require(try Exploration(system, options: options).run().violation)
        #expect(first.steps == again.steps)
        #expect(first.events == again.events)
        #expect(first.steps.count == 7)
    }

    @Test func `the trace of many threads is that of one`() throws {
        let system = try PrimaryBackup.system(puts: 2, mistake: .acknowledgesBeforeSave)
        var options = ExplorationOptions(crashesMax: 2, checksPurity: false)
        let one = try #require(try Exploration(system, options: options).run().violation)
        options.cores = 2
        for _ in 1...3 {
            let two = try #require(try Exploration(system, options: options).run().violation)
            #expect(two.steps == one.steps)
            #expect(two.events == one.events)
        }
    }

    /// Exhausts small worlds of nodes that do anything, and tells every state's way by `Configuration`.
    @Test(arguments: 1...8)
    func `the way to any state can be told`(seed: UInt64) throws {
        let base = try Chaos.system(seed: seed, nodes: 2)
        // Whatever is emitted last is a violation somewhere deep in.
        let system = try System(
            "chaos",
            // Of those who are never killed, nobody comes to a third life.
            members: base.members.map { .init($0.name, begins: $0.begins, make: $0.make) },
            properties: [
                .always("few outputs") { $0.places.allSatisfy { $0.outputs.count < 3 } },
                .always("few lives") { $0.places.allSatisfy { $0.incarnation < 2 } },
            ]
        )
        var options = ExplorationOptions(
            timerFiringsMax: 4,
            crashesMax: 2,
            statesMax: 20_000,
            inFlightMax: 4,
            checksPurity: false
        )
        let broad = try Exploration(system, options: options).run()
        options.datagrams = .consumed(dropsMax: 1, duplicatesMax: 1)
        options.order = .depthFirst
        let deep = try Exploration(system, options: options).run()
        for violation in [broad.violation, deep.violation].compactMap({ $0 }) {
            var configuration = Configuration(system)
            for step in violation.steps { _ = try configuration.take(step, at: 0) }
            let state = configuration.state
            #expect(!system.properties.allSatisfy { $0.holds(state) })
        }
        // Two crashes of two nodes: a third life is never far.
        #expect(broad.violation != nil)
    }
}
