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
        try OutputFile.standardOutput.write(
            String(decoding: PackageResources.timekeeping_scenario, as: UTF8.self)
        )
        return .ok
    }
}

/// What `run` can be told.
struct ScenarioOptions {
    var scenario: Argument = ""
}
