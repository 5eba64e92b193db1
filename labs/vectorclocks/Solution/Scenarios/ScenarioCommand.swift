import Causality
import LabKit

/// `vectorclocks run SCENARIO`.
enum ScenarioCommand {
    static let run = Command(
        "run",
        summary: "run a scenario, and judge its cuts",
        examples: [
            "vectorclocks run --list",
            "vectorclocks run timekeeping --lamport",
            "vectorclocks run drifting-clocks --svg drift.svg",
            "vectorclocks run my.scenario --log run.jsonl",
        ],
        defaults: ScenarioOptions(),
        options: { ScenarioOptions.all },
        run: run
    )

    /// Does what the options say.
    static func run(_ options: ScenarioOptions) throws -> ExitStatus {
        if options.isList {
            try OutputFile.standardOutput.write(list)
            return .ok
        }
        guard let name = options.scenarios.first else {
            let names = ShippedScenario.all.map(\.name).joined(separator: ", ")
            throw UsageError("SCENARIO is missing: a file, or one of \(names)")
        }
        let shipped = ShippedScenario.all.first { $0.name == name.validText }
        let run = try ScenarioRun(scenario(name, shipped))
        try DistinctFiles.check(
            written: [("--svg", options.svg), ("--log", options.log)],
            read: shipped == nil ? [("the scenario", name)] : []
        )
        let log = run.log(command: ["vectorclocks", "run", name.text])
        if let path = options.svg {
            let picture = try run.picture(of: log)
            try WrittenFile.write(Array(picture.utf8), to: path, as: "picture", option: "--svg")
        }
        if let path = options.log {
            let bytes = log.events.reduce(EventLog.line(log.header)) { $0 + EventLog.line($1) }
            try WrittenFile.write(bytes, to: path, as: "event log", option: "--log")
        }
        if options.isJSON {
            try JSONOutput.write(ScenarioRecord(run))
        } else {
            let report = ScenarioReport(run: run, showsLamport: options.showsLamport)
            try OutputFile.standardOutput.write(report.text)
        }
        return .ok
    }

    /// The names and titles of what is built in.
    private static var list: String {
        var table = TextTable("scenario", "what it shows")
        for shipped in ShippedScenario.all {
            let title = (try? Scenario(parsing: shipped.bytes))?.title ?? ""
            table.add(shipped.name, title)
        }
        return table.text
    }

    /// The scenario that is built in under this name, or else in the file of this name.
    private static func scenario(
        _ name: Argument,
        _ shipped: ShippedScenario?
    ) throws -> Scenario {
        let bytes = try shipped?.bytes ?? read(name)
        do throws(ScenarioMistake) {
            return try Scenario(parsing: bytes)
        } catch {
            throw CommandFailure(
                "\(name):\(error.place.line):\(error.place.column): \(error.what)",
                remedy: error.remedy,
                status: .data
            )
        }
    }

    private static func read(_ path: Argument) throws -> [UInt8] {
        do {
            return try NamedFile.read(path, as: "scenario", bytesMax: ScenarioWord.bytesMax)
        } catch  where error.status == .noInput {
            throw CommandFailure(
                error.what,
                at: error.place,
                remedy: "name a file, or a scenario of 'vectorclocks run --list'",
                status: .noInput
            )
        }
    }
}

/// What `run` can be told.
struct ScenarioOptions {
    var scenarios: [Argument] = []
    var isList = false
    var showsLamport = false
    var svg: Argument?
    var log: Argument?
    var isJSON = false

    /// The options of a scenario.
    static let all: [Option<ScenarioOptions>] = [
        .flag("--list", \.isList, "name the scenarios that are built in"),
        .flag("--lamport", \.showsLamport, "show Lamport times beside the vector clocks"),
        .value("--svg", "FILE", \.svg, .path, "draw events, messages and cuts into this file"),
        .value("--log", "FILE", \.log, .path, "write an event log, for timeline"),
        .flag("--json", \.isJSON, "print one JSON object instead of the report"),
        .arguments(
            "SCENARIO",
            \.scenarios,
            .path,
            count: 0...1,
            "one that is built in, or a file"
        ),
    ]
}
