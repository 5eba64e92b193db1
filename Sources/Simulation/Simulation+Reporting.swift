import Causality
import Nodes

// What is observed: events, properties, and what a run that does not end waits for.
extension Simulation {
    /// The system as properties see it.
    var state: SystemState<N> {
        SystemState(places: places) { [self] in envelopes() }
    }

    mutating func checkState() {
        if alwaysProperties.isEmpty, !reached.contains(false) { return }
        let state = state
        for (index, property) in sometimesProperties.enumerated()
        where !reached[index] && property.holds(state) {
            reached[index] = true
        }
        for property in alwaysProperties where !property.holds(state) {
            return fail(.violated, property.name)
        }
    }

    mutating func checkEnd() {
        let state = state
        for property in system.properties where property.kind == .eventually {
            if !property.holds(state) {
                return fail(.notReached, property.name, details: waitingReport())
            }
        }
    }

    mutating func outcome() -> Outcome<N> {
        statistics.nanoseconds = now
        let proofs = faults.map(\.proof)
        let missed = proofs.filter { $0.landed == nil }
        let whatWasWrong = failure.map { Outcome<N>.Verdict.failed($0) }
        let verdict = whatWasWrong ?? (missed.isEmpty ? .passed : .inconclusive(missed))
        return Outcome(
            verdict: verdict,
            statistics: statistics,
            proofs: proofs,
            reached: zip(sometimesProperties, reached).filter(\.1).map(\.0.name),
            places: places
        )
    }

    /// One line for each node: how it stands, and what it waits for.
    func waitingReport() -> String {
        let envelopes = envelopes()
        let retries = retries()
        return names.indices.map { index in
            let host = hosts[index]
            var parts = [places[index].node?.phase ?? places[index].status.rawValue]
            if !host.stoppedBy.isEmpty { parts.append("stopped") }
            let timers = host.reminders.filter { $0.isScheduled || $0.isDue }
                .map { recorder.summary($0.timer) }
            if !timers.isEmpty { parts.append("timers armed: \(timers.joined(separator: ", "))") }
            let watched = host.reminders.compactMap { reminder in
                if case .end(let other) = reminder.cause { names[other.index] } else { nil }
            }
            if !watched.isEmpty { parts.append("watches \(watched.joined(separator: ", "))") }
            let writes = host.writes.map(\.name)
            if !writes.isEmpty { parts.append("is writing \(writes.joined(separator: ", "))") }
            let paused = host.paused.map { names[$0.index] }
            if !paused.isEmpty { parts.append("holds back \(paused.joined(separator: ", "))") }
            let count = envelopes.count { $0.receiver.index == index }
            if count > 0 { parts.append("\(count) in flight to it") }
            let vain = retries.filter { $0.flight.receiver.index == index }.map(\.transmissions)
            if let most = vain.max() {
                parts.append("\(vain.count) not acknowledged after up to \(most) transmissions")
            }
            return "  \(names[index]): \(parts.joined(separator: "; "))"
        }.joined(separator: "\n")
    }

    mutating func record(
        _ kind: Event.Kind,
        at id: NodeID,
        message: MessageID? = nil,
        peer: NodeID? = nil,
        link: Link? = nil,
        text: String? = nil,
        effects: Int? = nil,
        learned: VectorClock? = nil
    ) {
        guard let log else { return }
        log(
            recorder.event(
                kind,
                at: id,
                incarnation: max(0, places[id.index].incarnation),
                time: now,
                message: message,
                peer: peer,
                link: link,
                text: text,
                effects: effects,
                learned: learned
            )
        )
    }
}
