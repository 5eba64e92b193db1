/// What a run of a scenario is, for other programs; times are in nanoseconds.
struct ScenarioRecord: Encodable {
    struct EventRecord: Encodable {
        let event: String
        let process: String
        let time: Int
        /// What the clock of the process shows.
        let reading: Int
        let text: String
        let vector: [Int]
        let lamport: Int
        let state: String
    }

    struct CutRecord: Encodable {
        let name: String
        let counts: [Int]
        let consistent: Bool
        /// Events by name: a receive inside, its send outside.
        let violation: [String: String]?
        let occurred: Bool
        let inFlight: [String]
        let inFlightRecorded: Bool
        let sent: Int
        let received: Int
        let completeTime: Int?
        let recovered: [String: Int]
        let truth: [String: Int]
        let lost: [String: Int]
        let doubled: [String: Int]
    }

    let title: String?
    let processes: [String]
    let events: [EventRecord]
    let cuts: [CutRecord]

    /// The record of a run.
    init(_ run: ScenarioRun) {
        let scenario = run.scenario
        title = scenario.title
        processes = scenario.processes.map(\.name)
        events = scenario.inOrderOfTime.map { id in
            let time = scenario[id].time
            let process = scenario.processes[id.process]
            return EventRecord(
                event: scenario.name(of: id),
                process: process.name,
                time: time,
                reading: process.clock.reading(at: time),
                text: run.words(of: id),
                vector: run.components(of: id),
                lamport: run.lamport(of: id),
                state: run.state(of: id.process, after: id.index + 1).text
            )
        }
        cuts = run.cuts.map { Self.record(ScenarioVerdict($0, of: run), scenario) }
    }

    private static func record(_ verdict: ScenarioVerdict, _ scenario: Scenario) -> CutRecord {
        let occurred =
            switch verdict.occurrence {
            case .between: true
            case .never: false
            }
        return CutRecord(
            name: verdict.cut.name,
            counts: verdict.cut.counts,
            consistent: verdict.violation == nil,
            violation: verdict.violation.map {
                ["receive": scenario.name(of: $0.receive), "send": scenario.name(of: $0.send)]
            },
            occurred: occurred,
            inFlight: verdict.inFlight.map { scenario.messages[$0].content.text },
            inFlightRecorded: verdict.cut.isInFlightRecorded,
            sent: verdict.sent,
            received: verdict.received,
            completeTime: verdict.completeTime,
            recovered: verdict.recovery.counts.byLetter,
            truth: verdict.recovery.truth.byLetter,
            lost: verdict.recovery.lost.byLetter,
            doubled: verdict.recovery.doubled.byLetter
        )
    }
}

extension LetterCounts {
    /// The counts, to be looked up.
    fileprivate var byLetter: [String: Int] {
        Dictionary(uniqueKeysWithValues: entries.map { ($0.letter, $0.count) })
    }
}
