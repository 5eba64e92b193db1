import LabKit

/// A cut in plain text: a line for each process, its events in the order of time, and `┃` where it is cut.
///
/// ```text
/// M  ──m1─────────────m2──┃───────
/// P  ──────p1──┃──────────────p2──
/// ```
enum LaneDrawing {
    /// A wider drawing would be broken by a terminal.
    static let columnsMax = 100

    private static let gap = 3

    /// The lines; nil if they would be too wide.
    static func lines(_ verdict: ScenarioVerdict, of run: ScenarioRun) -> [String]? {
        let scenario = run.scenario
        let slots = scenario.inOrderOfTime
        let names = slots.map { scenario.name(of: $0) }
        let margin = (scenario.processes.map(\.name.count).max() ?? 0) + 2
        let width = names.reduce(margin + gap) { $0 + $1.count + gap }
        guard width <= columnsMax else { return nil }
        let places = places(verdict, slots, scenario)
        return scenario.processes.indices.map { process in
            let name = scenario.processes[process].name
            var line = name + String(repeating: " ", count: margin - name.count)
            for slot in slots.indices {
                line += mark(places[process] == slot)
                line +=
                    slots[slot].process == process
                    ? names[slot] : String(repeating: "─", count: names[slot].count)
            }
            return line + mark(places[process] == slots.count)
        }
    }

    private static func mark(_ isCut: Bool) -> String { isCut ? "─┃─" : "───" }

    /// Before which slot each process is cut: as near to one line as its events allow.
    private static func places(
        _ verdict: ScenarioVerdict,
        _ slots: [Scenario.EventID],
        _ scenario: Scenario
    ) -> [Int] {
        let bounds = verdict.cut.counts.enumerated().map { process, count in
            let own = slots.indices.filter { slots[$0].process == process }
            let low = count > 0 ? own[count - 1] + 1 : 0
            return low...(count < own.count ? own[count] : slots.count)
        }
        let common = bounds.map(\.lowerBound).max() ?? 0
        return bounds.enumerated().map { process, bounds in
            let wish =
                verdict.moments[process].map { moment in
                    slots.count { scenario[$0].time < moment }
                } ?? common
            return min(max(wish, bounds.lowerBound), bounds.upperBound)
        }
    }
}
