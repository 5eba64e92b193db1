import LabKit
import Nodes
import Simulation

/// What is told of one simulated run.
struct RunReport: Report {
    /// Whether it was a good one.
    enum Result: String, Encodable {
        case passed, inconclusive, failed
    }

    /// What became of one fault at one node, or on its links.
    struct Landing: Encodable {
        let fault: String
        let target: String
        /// When and where; absent if it found nothing to hit.
        let landed: String?
        let hits: Int
    }

    /// What one node has told.
    struct Told: Encodable {
        let node: String
        let outputs: [String]
    }

    /// How the plan was made small.
    struct Shrunk: Encodable {
        /// The plan before.
        let from: String
        let runs: Int
        /// Whether no smaller change was left to try.
        let isComplete: Bool
    }

    /// How many outputs of each node are shown to people.
    private static let outputsShownMax = 10

    let system: String
    let result: Result
    let seed: UInt64
    let faults: String
    let failure: Failure?
    let statistics: Statistics
    let landings: [Landing]
    let outputs: [Told]
    /// `sometimes` properties that were true of no state of this run.
    let notReached: [String]
    let eventCount: Int
    let lastEvents: [String]
    let shrunk: Shrunk?
    /// Does the run again.
    let command: String
    let log: String?

    /// How much happened.
    struct Statistics: Encodable {
        let steps: Int
        let sends: Int
        let deliveries: Int
        let losses: Int
        let nanoseconds: Int
    }

    init<N>(
        system: System<N>,
        options: SimulationOptions,
        outcome: Outcome<N>,
        events: EventTail,
        shrunk: Shrunk?,
        command: String,
        log: String?
    ) {
        self.system = system.name
        result =
            switch outcome.verdict {
            case .passed: .passed
            case .inconclusive: .inconclusive
            case .failed: .failed
            }
        seed = options.seed
        faults = "\(options.faults)"
        failure = outcome.failure
        statistics = Statistics(
            steps: outcome.statistics.events,
            sends: outcome.statistics.sends,
            deliveries: outcome.statistics.deliveries,
            losses: outcome.statistics.losses,
            nanoseconds: outcome.statistics.nanoseconds
        )
        landings = outcome.proofs.map {
            Landing(fault: "\($0.fault)", target: $0.target, landed: $0.landed, hits: $0.hits)
        }
        let summary = Summary(names: system.members.map(\.name))
        outputs = zip(system.members, outcome.places).filter { !$1.outputs.isEmpty }.map {
            Told(node: $0.name, outputs: $1.outputs.map { summary($0) })
        }
        let all = system.properties.filter { $0.kind == .sometimes }.map(\.name)
        notReached = all.filter { !outcome.reached.contains($0) }
        eventCount = events.count
        lastEvents = events.lines
        self.shrunk = shrunk
        self.command = command
        self.log = log
    }

    var status: ExitStatus {
        switch result {
        case .passed: .ok
        case .inconclusive: .temporary
        case .failed: failure?.kind == .impossible ? .data : .wrong
        }
    }

    var text: String {
        var text = ReportText()
        text.add("\(result.rawValue): \(system), seed \(seed)")
        add(to: &text, indent: 2)
        return text.text
    }

    /// All but the first line.
    func add(to text: inout ReportText, indent: Int) {
        if let failure { text.add("\(failure)", indent: indent) }
        if let shrunk {
            let end = shrunk.isComplete ? "" : ", and there the search ended"
            text.add(
                "shrunk in \(counted(shrunk.runs, "run", "runs"))\(end) from: \(shrunk.from)",
                indent: indent
            )
        }
        if !faults.isEmpty { text.add("faults: \(faults)", indent: indent) }
        text.add(
            "\(EventLines.seconds(statistics.nanoseconds)) of virtual time, "
                + "\(counted(statistics.steps, "step", "steps")), "
                + "\(counted(statistics.sends, "message", "messages")) sent, "
                + "\(statistics.deliveries) delivered, \(statistics.losses) lost",
            indent: indent
        )
        for landing in landings {
            let what = landing.landed.map { "\($0); \(counted(landing.hits, "hit", "hits"))" }
            text.add(
                "fault: \(landing.fault): \(landing.target): "
                    + (what ?? "DID NOT LAND, so this run says nothing about it"),
                indent: indent
            )
        }
        for told in outputs {
            let left = told.outputs.count - Self.outputsShownMax
            let more = left > 0 ? ["… and \(left) more"] : []
            let lines = told.outputs.prefix(Self.outputsShownMax) + more
            text.add("outputs of \(told.node):", Array(lines), indent: indent)
        }
        for name in notReached { text.add("not reached in this run: \(name)", indent: indent) }
        let heading =
            lastEvents.count == eventCount
            ? "all \(eventCount) events:" : "the last \(lastEvents.count) of \(eventCount) events:"
        text.add(heading, lastEvents, indent: indent)
        if let log { text.add("log: \(log)", indent: indent) }
        if result != .passed { text.add("again: \(command)", indent: indent) }
    }
}
