import Causality
import Deployment
import Failpoints
import LabKit
import Nodes
import Simulation

/// What is told of one deployed run.
struct DeployedReport: Report {
    /// What came of stepping its record again.
    struct Judgement {
        var failure: Failure?
        /// The number of the event at which it shows.
        var failureEvent: Int?
        /// Where the record and the nodes contradict each other.
        var contradiction: String?
    }

    /// How many outputs of each node, and how many events, are shown to people.
    private static let outputsShownMax = 10
    private static let eventsShownMax = 20

    let system: String
    let result: RunReport.Result
    let seed: UInt64
    let faults: String
    /// What was wrong.
    let reasons: [String]
    let nanoseconds: Int
    let processes: Int
    let strangers: Int
    let landings: [RunReport.Landing]
    let failpoints: [String]
    /// The failpoints that were asked for and that nobody has come to.
    let failpointsMissed: [String]
    let deaths: [String]
    let outputs: [RunReport.Told]
    let eventCount: Int?
    let lastEvents: [String]
    let command: String
    let replay: String?
    let log: String?
    private let isMendable: Bool

    init<N>(
        system: System<N>,
        options: RunOptions,
        run: DeployedRun,
        judgement: Judgement,
        faults: FaultPlan,
        failpoints requests: [FailpointRequest],
        command: CommandText,
        replay: CommandText
    ) {
        self.system = system.name
        seed = options.seed
        self.faults = "\(faults)"
        nanoseconds = run.statistics.nanoseconds
        processes = run.statistics.processes
        strangers = run.statistics.strangers
        landings = run.proofs.map {
            .init(fault: "\($0.fault)", target: $0.target, landed: $0.landed, hits: $0.hits)
        }
        failpoints = run.failpoints
        let failpointsMissed = requests.map(\.description).filter { request in
            !run.failpoints.contains { $0.hasSuffix(": \(request)") }
        }
        self.failpointsMissed = failpointsMissed
        deaths = run.deaths
        outputs = zip(system.members, run.outputs).filter { !$1.isEmpty }.map {
            .init(node: $0.name, outputs: $1)
        }
        eventCount = run.events?.count
        var reasons: [String] = []
        if let failure = judgement.failure {
            let place = judgement.failureEvent.map { ", at event \($0)" } ?? ""
            reasons.append("\(failure)\(place)")
        }
        if let contradiction = judgement.contradiction {
            reasons.append("the record cannot be stepped again: \(contradiction)")
        }
        var isImpossible = false
        switch run.ending {
        case .rest, .interrupted, .failed: break
        case .unfinished(let standings):
            reasons.append("the run does not end: \(options.timeMax) are over")
            reasons += standings.map { "  \($0)" }
        case .impossible(let what):
            isImpossible = true
            reasons.append("impossible: \(what)")
        case .impure(let what): reasons.append("not a function of what it was told: \(what)")
        case .died(let line): reasons.append("a process died: \(line)")
        }
        self.reasons = reasons
        isMendable = isImpossible
        let hasMissed = run.proofs.contains { $0.landed == nil }
        result =
            if !reasons.isEmpty { .failed } else if hasMissed || !failpointsMissed.isEmpty {
                .inconclusive
            } else { .passed }
        var tail = EventTail(max: Self.eventsShownMax)
        if !reasons.isEmpty { for event in run.events ?? [] { tail.add(event) } }
        lastEvents = tail.lines
        self.command = command.text
        log = options.log?.text
        self.replay = options.log.map { replay.adding(["--replay", $0.text]).text }
    }

    var status: ExitStatus {
        switch result {
        case .passed: .ok
        case .inconclusive: .temporary
        case .failed: isMendable ? .data : .wrong
        }
    }

    var text: String {
        var text = ReportText()
        text.add("\(result.rawValue): \(system), deployed, seed \(seed)")
        for reason in reasons { text.add(reason, indent: 2) }
        if !faults.isEmpty { text.add("faults: \(faults)", indent: 2) }
        text.add(
            "\(EventLines.seconds(nanoseconds)), \(counted(processes, "process", "processes"))"
                + (eventCount.map { ", \(counted($0, "event", "events"))" } ?? "")
                + (strangers > 0
                    ? ", \(counted(strangers, "stranger", "strangers")) turned away" : ""),
            indent: 2
        )
        for landing in landings {
            let what = landing.landed.map { "\($0); \(counted(landing.hits, "hit", "hits"))" }
            text.add(
                "fault: \(landing.fault): \(landing.target): "
                    + (what ?? "DID NOT LAND, so this run says nothing about it"),
                indent: 2
            )
        }
        text.add("failpoints that were come to:", failpoints, indent: 2)
        for request in failpointsMissed {
            text.add(
                "failpoint: \(request): NOBODY CAME TO IT, so this run says nothing about it",
                indent: 2
            )
        }
        text.add("deaths that nobody here asked for:", deaths, indent: 2)
        for told in outputs {
            let left = told.outputs.count - Self.outputsShownMax
            let more = left > 0 ? ["… and \(left) more"] : []
            let lines = told.outputs.prefix(Self.outputsShownMax) + more
            text.add("outputs of \(told.node):", Array(lines), indent: 2)
        }
        if eventCount == nil {
            text.add("nothing was recorded, and no property checked", indent: 2)
        }
        text.add(
            "the last \(lastEvents.count) of \(eventCount ?? 0) events:",
            lastEvents,
            indent: 2
        )
        if let log { text.add("log: \(log)", indent: 2) }
        if let replay, result != .passed { text.add("step by step: \(replay)", indent: 2) }
        if result != .passed { text.add("again: \(command)", indent: 2) }
        return text.text
    }

    private enum CodingKeys: String, CodingKey {
        case system, result, seed, faults, reasons, nanoseconds, processes, strangers, landings
        case failpoints, failpointsMissed, deaths, outputs, eventCount, lastEvents, command, replay,
            log
    }
}
