import Causality
import Exploration
import Nodes
import ParityScripts
import Simulation

/// A world that exists: each promise of `Node` is held against all of them.
enum World: String, CaseIterable, Sendable {
    case simulated, explored, deployed

    /// What goes wrong, beside what a datagram may always meet.
    enum Trouble: Hashable, Sendable {
        case none
        /// One crash of this node, anywhere, and a new life.
        case crash(of: Int)
        /// One crash of this node, anywhere, and nobody who begins it again.
        case death(of: Int)
    }

    /// What a world says of a little system.
    struct Report: Sendable {
        /// What must be true and is not.
        var failures: [String] = []
        /// The `sometimes` that were true of no state.
        var neverReached: [String] = []
        /// Of a deployed run: what led to the failure.
        var log: EventLog?
    }

    /// Holds promises against a little system; `mayMiss` names the `sometimes` that need not be seen where
    /// that is up to a machine.
    func report(
        on nodes: [Scripted],
        launched: Set<Int> = [],
        inputs: [String] = [],
        trouble: Trouble = .none,
        properties: [Property<Scripted>],
        mayMiss: Set<String> = []
    ) throws -> Report {
        let script = ScriptedSystem("parity", nodes: nodes, launched: launched, inputs: inputs)
        switch self {
        case .simulated: return simulated(try script.system(properties), trouble)
        case .explored: return try explored(try script.system(properties), trouble)
        case .deployed:
            let world = DeployedWorld(
                nodes: nodes,
                launched: launched,
                inputs: inputs,
                trouble: trouble,
                properties: properties,
                mayMiss: mayMiss
            )
            return try world.report()
        }
    }

    /// A few hundred seeds, with loss and doubling; a crash falls on each effect boundary in turn.
    private func simulated(_ system: System<Scripted>, _ trouble: Trouble) -> Report {
        let everywhere = LinkPattern(from: [NodePattern("*")], to: [NodePattern("*")])
        let campaign = Campaign(
            system,
            SimulationOptions(seed: 0, timeMax: .seconds(60), eventsMax: 10_000),
            cores: 2,
            stopsAtFirstFailure: false
        ) { seed in
            var faults: [Fault] = []
            if seed % 3 != 0 {
                faults.append(Fault(.lose(probability: 0.2, links: everywhere)))
                faults.append(Fault(.duplicate(probability: 0.2, links: everywhere)))
            }
            switch trouble {
            case .none: break
            case .crash(let node):
                faults.append(
                    kill(node, restartAfter: .milliseconds(Int(seed % 7)), seed: Int(seed))
                )
            case .death(let node):
                faults.append(kill(node, restartAfter: nil, seed: Int(seed)))
            }
            return FaultPlan(faults)
        }
        let result = campaign.run(seeds: 1...400)
        var failures = result.first.map { ["seed \($0.seed), \($0.plan): \($0.failure)"] } ?? []
        if result.wasCancelled { failures.append("the campaign was cancelled") }
        return Report(failures: failures, neverReached: result.neverReached)
    }

    /// On an effect boundary, or between two handler calls.
    private func kill(_ node: Int, restartAfter: Duration?, seed: Int) -> Fault {
        let nodes = [NodePattern("Node_\(node)")]
        let isInside = seed % 2 == 0
        let boundary = Fault.Trigger.after(count: seed / 2 % 10, of: .effects)
        let moment = Fault.Trigger.at(.microseconds(seed * 50))
        return Fault(
            .kill(nodes: nodes, restartAfter: restartAfter),
            isInside ? boundary : moment
        )
    }

    /// Every order, a crash of any node on each effect boundary included, until nothing new is found.
    private func explored(_ system: System<Scripted>, _ trouble: Trouble) throws -> Report {
        let restarts =
            switch trouble {
            case .none, .crash: true
            case .death: false
            }
        // Datagrams that are kept for ever would come for ever, and each coming is emitted here.
        let options = ExplorationOptions(
            datagrams: .consumed(dropsMax: 2, duplicatesMax: 1),
            crashesMax: trouble == .none ? 0 : 1,
            restarts: restarts,
            statesMax: 100_000
        )
        let result = try Exploration(system, options: options).run()
        switch result.verdict {
        case .holds: return Report()
        case .violated(let violation):
            let lines = violation.events.map { "\($0.kind) \($0.node) \($0.text ?? "")" }
            return Report(failures: ["\(violation.kind): \(lines.joined(separator: "; "))"])
        case .neverReached(let names): return Report(neverReached: names)
        case .notExhaustive(let limits): return Report(failures: ["not exhaustive: \(limits)"])
        }
    }
}
