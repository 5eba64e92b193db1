import Causality
import Foundation
import Nodes
import ParityScripts
import Synchronization
import Threads

/// The world of real processes: a little system is run many times, and broken in many ways.
///
/// What a machine shows is less than what is allowed, so that more runs follow, up to a limit, as long as
/// something that is to be seen was not.
struct DeployedWorld {
    /// Bounds on what one promise may cost.
    enum Limit {
        static let runsMax = 120
    }

    let nodes: [Scripted]
    let launched: Set<Int>
    let inputs: [String]
    let trouble: World.Trouble
    let properties: [Property<Scripted>]
    /// What need not be seen.
    let mayMiss: Set<String>

    private struct Progress {
        var next = 0
        var missing: Set<String>
        var reached: Set<String> = []
        var failures: [String] = []
        var log: EventLog?
    }

    func report() throws -> World.Report {
        let sometimes = properties.filter { $0.kind == .sometimes }.map(\.name)
        let progress = Guarded(Progress(missing: Set(sometimes).subtracting(mayMiss)))
        // A child dies with the thread that has started it: these live as long as their runs.
        WorkCrew.perform(size: 2) { _ in
            while let index = next(progress) { perform(index, progress) }
        }
        return progress.withLock { state in
            World.Report(
                failures: state.failures,
                neverReached: sometimes.filter { state.missing.contains($0) },
                log: state.log
            )
        }
    }

    /// The next run, unless there is nothing more to find out.
    private func next(_ progress: Guarded<Progress>) -> Int? {
        progress.withLock { state in
            let isEnough = state.next >= runCount && state.missing.isEmpty
            guard state.failures.isEmpty, !isEnough, state.next < Limit.runsMax else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func perform(_ index: Int, _ progress: Guarded<Progress>) {
        let plan = plan(index)
        do {
            let name = "parity-\(getpid())-\(Self.counter.add(1, ordering: .relaxed).newValue)"
            let script = ScriptedSystem(name, nodes: nodes, launched: launched, inputs: inputs)
            let words = [String(decoding: try JSONEncoder().encode(script), as: UTF8.self)]
            let verdict = CheckedRun(
                system: try script.system(properties),
                kind: "scripted",
                words: words,
                seed: UInt64(index),
                plan: plan
            ).verdict()
            progress.withLock { state in
                state.missing.subtract(verdict.reached)
                guard let complaint = verdict.complaint else { return }
                state.failures.append("run \(index), \(plan): \(complaint)")
                state.log = state.log ?? verdict.log
            }
        } catch {
            progress.withLock { $0.failures.append("run \(index): \(error)") }
        }
    }

    /// Tells the folders of runs apart, which bear the system's name.
    private static let counter = Atomic<Int>(0)

    /// How many runs there are at least: one for each way to break the system, or one for each network.
    private var runCount: Int { trouble == .none ? 6 : ways }

    private let ways = 14

    /// Loss and doubling in two of three runs, delays in every other one, now and then a slow machine, and
    /// the trouble in each.
    private func plan(_ index: Int) -> FaultPlan {
        let everywhere = LinkPattern(from: [NodePattern("*")], to: [NodePattern("*")])
        var faults: [Fault] = []
        if index % 3 != 0 {
            faults.append(Fault(.lose(probability: 0.2, links: everywhere)))
            faults.append(Fault(.duplicate(probability: 0.2, links: everywhere)))
        }
        if index % 2 == 0 {
            let range = Duration.zero ... .milliseconds(3)
            faults.append(Fault(.delay(by: range, links: everywhere)))
        }
        if index % 4 == 1 {
            // What is sent together is not taken together: a death may fall in between.
            faults.append(Fault(.slow(nodes: [NodePattern("*")], by: .milliseconds(4))))
        }
        switch trouble {
        case .none: break
        case .crash(let node):
            faults.append(kill(node, restartAfter: .milliseconds(index % 8), index))
        case .death(let node): faults.append(kill(node, restartAfter: nil, index))
        }
        return FaultPlan(faults)
    }

    /// On an effect boundary, where the process ends itself; or from outside, once so much was told, or
    /// at a time.
    private func kill(_ node: Int, restartAfter: Duration?, _ index: Int) -> Fault {
        let trigger: Fault.Trigger =
            switch index % ways {
            case 0..<7: .after(count: index % ways, of: .effects)
            case 7..<11:
                .progress(
                    percent: Double(index % ways - 6) * 100 / Double(ScriptedSystem.outputsMax)
                )
            default: .at(.milliseconds(5 + index * 7 % 50))
            }
        return Fault(
            .kill(nodes: [NodePattern("Node_\(node)")], restartAfter: restartAfter),
            trigger
        )
    }
}
