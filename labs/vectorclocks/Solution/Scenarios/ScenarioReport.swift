import LabKit

/// What a run of a scenario is, for people.
struct ScenarioReport {
    let run: ScenarioRun
    /// Whether events have their Lamport times too.
    let showsLamport: Bool

    private var scenario: Scenario { run.scenario }

    /// All of it, each line ended.
    var text: String {
        let title = scenario.title.map { Terminal.escaped($0) + "\n\n" } ?? ""
        return title + events.text
            + run.cuts.map { "\n" + cut(ScenarioVerdict($0, of: run)) }.joined()
    }

    /// The events, in the order of real time.
    private var events: TextTable {
        let hasWrongClocks = scenario.processes.contains { $0.clock != .perfect }
        let columns = [
            "time", hasWrongClocks ? "its clock" : nil, "event", "what happens", "vector",
            showsLamport ? "lamport" : nil, "state",
        ]
        var table = TextTable(columns: columns.compactMap(\.self))
        for id in scenario.inOrderOfTime {
            let time = scenario[id].time
            let reading = scenario.processes[id.process].clock.reading(at: time)
            let cells = [
                TimeText.milliseconds(time),
                hasWrongClocks ? TimeText.milliseconds(reading) : nil,
                scenario.name(of: id),
                run.words(of: id),
                run.vector(of: id),
                showsLamport ? "\(run.lamport(of: id))" : nil,
                run.state(of: id.process, after: id.index + 1).text,
            ]
            table.add(row: cells.compactMap(\.self))
        }
        return table
    }

    private func cut(_ verdict: ScenarioVerdict) -> String {
        let cut = verdict.cut
        let word = verdict.violation == nil ? "consistent" : "INCONSISTENT"
        var lines = (LaneDrawing.lines(verdict, of: run) ?? []).map { "  " + $0 }
        lines.append("  inside: \(scenario.name(of: cut.counts))")
        switch cut.origin {
        case .named: break
        case .localTime, .ordered, .epoch: lines.append("  taken: \(taken(verdict))")
        }
        if let violation = verdict.violation {
            let receive = scenario.name(of: violation.receive)
            let send = scenario.name(of: violation.send)
            lines.append(
                "  why: \(receive) is inside and receives \(violation.content); \(send), which sends it, is not"
            )
        }
        lines.append("  in real time: \(occurrence(verdict.occurrence))")
        lines.append("  in flight: \(inFlight(verdict))")
        if let deficit = deficit(verdict) { lines.append("  deficit: \(deficit)") }
        lines.append("  recovery: \(recovery(verdict.recovery))")
        let name = Terminal.escaped(cut.fullName)
        return "\(name): \(word)\n" + lines.map { $0 + "\n" }.joined()
    }

    private func taken(_ verdict: ScenarioVerdict) -> String {
        zip(scenario.processes, verdict.moments).map { process, moment in
            let when = moment.map { "at \(TimeText.milliseconds($0))" } ?? "never"
            return "\(process.name) \(when)"
        }.joined(separator: ", ")
    }

    private func occurrence(_ occurrence: ScenarioVerdict.Occurrence) -> String {
        func when(_ id: Scenario.EventID) -> String {
            "\(scenario.name(of: id)), \(TimeText.milliseconds(scenario[id].time))"
        }
        func name(_ id: Scenario.EventID) -> String { scenario.processes[id.process].name }
        switch occurrence {
        case .between(let from, let to):
            let times = [
                from.map { "from \(TimeText.milliseconds($0))" },
                to.map { "until \(TimeText.milliseconds($0))" },
            ].compactMap(\.self)
            return times.isEmpty ? "all the time" : times.joined(separator: " ")
        case .never(let left, let entered):
            return "never: \(name(entered)) comes into its state with \(when(entered)), "
                + "and \(name(left)) has left its own with \(when(left))"
        }
    }

    private func inFlight(_ verdict: ScenarioVerdict) -> String {
        guard !verdict.inFlight.isEmpty else { return "nothing" }
        let messages = verdict.inFlight.map { index in
            let message = scenario.messages[index]
            let receiver = scenario.processes[message.receiver].name
            return
                "\(message.content.text) from \(scenario.name(of: message.sender)) to \(receiver)"
        }
        return messages.joined(separator: ", ")
            + (verdict.cut.isInFlightRecorded ? "; recorded" : "; LOST")
    }

    /// Of checkpoints that wait for what is in flight: how much is missing, and for how long.
    private func deficit(_ verdict: ScenarioVerdict) -> String? {
        switch verdict.cut.origin {
        case .named: return nil
        case .localTime, .ordered, .epoch: break
        }
        guard verdict.cut.isInFlightRecorded else { return nil }
        let sum = "\(verdict.sent) sent, \(verdict.received) received"
        guard verdict.deficit >= 0 else {
            return sum + ": \(verdict.deficit), which cannot be if all keep one time"
        }
        let end =
            verdict.completeTime.map { "complete at \(TimeText.milliseconds($0))" }
            ?? "never complete"
        return sum + ": \(verdict.deficit) missing; " + end
    }

    private func recovery(_ recovery: ScenarioVerdict.Recovery) -> String {
        if recovery.truth == recovery.counts {
            return "counts \(recovery.counts.text), as is right"
        }
        let faults = [
            recovery.lost.isEmpty ? nil : "LOST \(recovery.lost.text)",
            recovery.doubled.isEmpty ? nil : "DOUBLED \(recovery.doubled.text)",
        ].compactMap(\.self).joined(separator: ", ")
        return "counts \(recovery.counts.text), and \(recovery.truth.text) is right: \(faults)"
    }
}
