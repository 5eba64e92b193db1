import Exploration
import LabKit
import Nodes

/// What is told of a search.
struct ExploreReport: Report {
    /// What the search says.
    enum Result: String, Encodable {
        case holds
        case violated
        case neverReached
        case notExhaustive
    }

    let system: String
    let result: Result
    /// What is violated, never reached, or kept the search from seeing everything.
    let reasons: [String]
    let states: Int
    let transitions: Int
    let depth: Int
    let bytesPerState: Double
    /// How many steps lead to the violation, and what happens at them.
    let steps: Int
    let trace: [String]
    let log: String?
    let command: String
    /// Steps through the trace.
    let replay: String?
    private let isMendable: Bool

    init<N>(
        system: System<N>,
        result: ExplorationResult<N>,
        command: CommandText,
        replay: CommandText,
        log: String?
    ) {
        self.system = system.name
        states = result.states
        transitions = result.transitions
        depth = result.depthMax
        bytesPerState = (result.bytesPerState * 10).rounded() / 10
        steps = result.violation?.steps.count ?? 0
        trace = EventLines.lines(result.violation?.events ?? [])
        self.log = result.violation == nil ? nil : log
        let file = log ?? "trace.jsonl"
        self.command = command.adding(log == nil && !trace.isEmpty ? ["--log", file] : []).text
        self.replay = trace.isEmpty ? nil : replay.adding(["--replay", file]).text
        var isMendable = false
        switch result.verdict {
        case .holds: (self.result, reasons) = (.holds, [])
        case .violated(let violation):
            (self.result, reasons) = (.violated, ["\(violation.kind)"])
            if case .impossible = violation.kind { isMendable = true }
        case .neverReached(let names): (self.result, reasons) = (.neverReached, names)
        case .notExhaustive(let limits):
            (self.result, reasons) = (.notExhaustive, limits.map(\.reason))
        }
        self.isMendable = isMendable
    }

    var status: ExitStatus {
        switch result {
        case .holds: .ok
        case .violated: isMendable ? .data : .wrong
        case .neverReached, .notExhaustive: .temporary
        }
    }

    var text: String {
        var text = ReportText()
        let size =
            "\(counted(states, "state", "states")), "
            + "\(counted(transitions, "transition", "transitions")), \(counted(depth, "step", "steps")) deep"
        switch result {
        case .holds:
            text.add("holds: \(system), in all of \(size)")
        case .violated:
            text.add("violated: \(system), found among \(size)")
            for reason in reasons { text.add(reason, indent: 2) }
            text.add("the way to it, \(counted(steps, "step", "steps")):", trace, indent: 2)
            if let log { text.add("log: \(log)", indent: 2) }
            if log == nil { text.add("for its log: \(command)", indent: 2) }
            if let replay { text.add("step by step: \(replay)", indent: 2) }
        case .neverReached:
            text.add("never reached: \(system), in all of \(size)")
            for name in reasons { text.add("true of no state: \(name)", indent: 2) }
            text.add("nothing is violated, but the search saw too little to say much", indent: 2)
        case .notExhaustive:
            text.add("not exhaustive: \(system), \(size)")
            text.add("nothing was found, but not everything was looked at", indent: 2)
            for reason in reasons { text.add(reason, indent: 2) }
        }
        return text.text
    }

    private enum CodingKeys: String, CodingKey {
        case system, result, reasons, states, transitions, depth, bytesPerState, steps, trace
        case log, command, replay
    }
}

extension ExplorationLimit {
    /// What it was, and the option that moves it.
    fileprivate var reason: String {
        switch self {
        case .states: "as many states are known as may be: --states"
        case .depth: "the search went as deep as it may: --depth"
        case .memory: "as much memory is in use as may be: --memory"
        case .inFlight: "somewhere more messages would be in flight than may be: --in-flight"
        case .timerFirings: "somewhere a timer would fire once more than may be: --timer-firings"
        case .randomWalk: "walks see what they come by: --order breadth sees everything"
        }
    }
}
