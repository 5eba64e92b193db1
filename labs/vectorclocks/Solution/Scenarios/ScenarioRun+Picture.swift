import Causality
import Timeline

extension ScenarioRun {
    /// The run as a space-time diagram, with its cuts across it, as SVG.
    ///
    /// - Parameter log: The run as an event log.
    /// - Returns: The picture.
    /// - Throws: `ContradictoryLog` or `TooManyEvents`; neither is ever so, since a scenario is small and in order.
    func picture(of log: EventLog) throws -> String {
        var options = SpaceTimeDiagram.Options()
        options.scale = .time
        options.labels = .all
        options.showsClocks = true
        options.title = scenario.title
        let drawn = cuts.map { DrawnCut(Cut(counts: $0.counts), name: $0.fullName) }
        return try SpaceTimeDiagram(LinkedLog(log), cuts: drawn, options: options).svg()
    }
}
