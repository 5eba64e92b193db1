import Causality
import Deployment
import Failpoints
public import LabKit
import Nodes
import Simulation

/// What is told of one deployed run.
public struct DeployedReport: Report {
    /// What came of stepping its record again.
    struct Judgement {
        var failure: Failure?
        /// The number of the event at which it shows.
        var failureEvent: Int?
        /// `sometimes` properties that were true of no state of this run.
        var notReached: [String] = []
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
    public let reasons: [String]
    /// How long the run took.
    public let nanoseconds: Int
    let processes: Int
    let strangers: Int
    let landings: [RunReport.Landing]
    /// Whether the run was good, as far as the worlds can tell.
    public var isPassed: Bool { result == .passed }
    /// How many faults have landed, of how many.
    public var landed: (count: Int, of: Int) {
        (landings.count { $0.landed != nil }, landings.count)
    }
    let failpoints: [String]
    /// The failpoints that were asked for and that nobody has come to.
    let failpointsMissed: [String]
    let deaths: [String]
    let outputs: [RunReport.Told]
    /// `sometimes` properties that were true of no state of this run.
    let notReached: [String]
    let eventCount: Int?
    let lastEvents: [String]
    /// The number of the last event that is shown.
    private let lastEvent: Int
    let command: String
    let replay: String?
    let log: String?
    let wasInterrupted: Bool
    private let isMendable: Bool

    init<N>(
        system: System<N>,
        options: RunOptions,
        run: DeployedRun,
        judgement: Judgement,
        faults: FaultPlan,
        failpoints requests: [FailpointRequest],
        toleratesMisses: Bool,
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
        notReached = judgement.notReached
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
        var wasInterrupted = false
        switch run.ending {
        case .rest, .failed: break
        case .interrupted: wasInterrupted = true
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
        self.wasInterrupted = wasInterrupted
        let hasLanded = run.proofs.contains { $0.landed != nil }
        let hasMissedFault = run.proofs.contains { $0.landed == nil }
        let hasMissed =
            hasMissedFault && !(toleratesMisses && hasLanded) || !failpointsMissed.isEmpty
        result =
            if !reasons.isEmpty { .failed } else if hasMissed || wasInterrupted {
                .inconclusive
            } else { .passed }
        var tail = EventTail(max: Self.eventsShownMax)
        if !reasons.isEmpty {
            // Up to the first wrong state: what follows it explains nothing.
            let end = judgement.failureEvent ?? .max
            for event in (run.events ?? []).prefix(end) { tail.add(event) }
        }
        lastEvents = tail.lines
        lastEvent = tail.count
        self.command = command.text
        log = options.log?.text
        self.replay = options.log.map { replay.adding(["--replay", $0.text]).text }
    }

    /// What the process exits with.
    public var status: ExitStatus {
        switch result {
        case .passed: .ok
        case .inconclusive: .temporary
        case .failed: isMendable ? .data : .wrong
        }
    }

    /// All of it, for people.
    public var text: String {
        var text = ReportText()
        text.add("\(result.rawValue): \(system), deployed, seed \(seed)")
        for reason in reasons { text.add(reason, indent: 2) }
        if wasInterrupted { text.add("interrupted before it was over", indent: 2) }
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
        for name in notReached { text.add("not reached in this run: \(name)", indent: 2) }
        if eventCount == nil {
            text.add("nothing was recorded, and no property checked", indent: 2)
        }
        text.add(
            lastEvent == eventCount
                ? "the last \(lastEvents.count) of \(lastEvent) events:"
                : "events up to \(lastEvent), of \(eventCount ?? 0):",
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
        case failpoints, failpointsMissed, deaths, outputs, notReached, wasInterrupted, eventCount
        case lastEvents, command, replay, log
    }
}
