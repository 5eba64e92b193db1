import LabKit

/// `vectorclocks run SCENARIO`.
enum ScenarioCommand {
    static let run = Command("run", summary: "run a scenario", defaults: ScenarioOptions()) {
        Option.argument(
            "SCENARIO",
            \.scenario,
            .path,
            "a file, or the name of one that is built in"
        )
    } run: { options in
        let s = try Scenario(parsing: PackageResources.timekeeping_scenario)
        let run = try ScenarioRun(s)
        print(run)
        for cut in run.cuts { print(CutVerdict(cut, of: run)) }
        return .ok
    }
}

/// What `run` can be told.
struct ScenarioOptions {
    var scenario: Argument = ""
}
