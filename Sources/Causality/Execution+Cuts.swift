// Whoever gets a cut from outside asks `isValid` first; the other questions are about valid cuts only.

extension Execution {
    /// Nothing has happened.
    public var emptyCut: Cut { Cut(counts: Array(repeating: 0, count: steps.count)) }

    /// All has happened.
    public var fullCut: Cut { Cut(counts: steps.map(\.count)) }

    /// Whether a cut has a count for each process, and no more events than there are.
    public func isValid(_ cut: Cut) -> Bool {
        cut.counts.count == steps.count
            && zip(cut.counts, steps).allSatisfy { (0...$1.count).contains($0) }
    }

    /// What makes a cut inconsistent; nil if it is consistent.
    ///
    /// It is the first message, by number, that was received in the cut and not sent in it.
    /// - Complexity: O(messages).
    public func violation(of cut: Cut) -> CutViolation? {
        demandValid(cut)
        for (message, ends) in messages.enumerated() {
            guard let send = ends.send, !cut.contains(send),
                let receive = ends.receives.first(where: cut.contains)
            else { continue }
            return CutViolation(message: message, send: send, receive: receive)
        }
        return nil
    }

    /// Whether all that was received in a cut was sent in it: with an event, everything that happened
    /// before it.
    public func isConsistent(_ cut: Cut) -> Bool { violation(of: cut) == nil }

    /// The messages, by number, that were sent in a cut and not received in it.
    ///
    /// A message that is lost is among them for ever: who has sent it cannot tell.
    /// - Complexity: O(messages).
    public func inFlight(at cut: Cut) -> [Int] {
        demandValid(cut)
        return messages.indices.filter { message in
            guard let send = messages[message].send, cut.contains(send) else { return false }
            return !messages[message].receives.contains(where: cut.contains)
        }
    }

    /// The last event of each process in a cut; nil for those that have none in it.
    public func frontier(of cut: Cut) -> [EventPoint?] {
        cut.counts.enumerated().map { process, count in
            count > 0 ? EventPoint(process: process, index: count - 1) : nil
        }
    }

    func demandValid(_ cut: Cut) {
        precondition(isValid(cut), "\(cut.counts) is no cut of \(steps.map(\.count)) events")
    }
}
