import LabKit
import Text

/// What came of a classic run.
struct ClassicResult {
    /// How it ended.
    enum Ending: Hashable {
        /// All counts are at rest.
        case finished
        /// There is no result, for this reason.
        case failed(reason: String, ExitStatus)
        /// A signal has ended it.
        case interrupted(signal: Int32)
    }

    /// A fault that took place.
    struct Hit: Encodable {
        let fault: String
        /// When, since the beginning.
        let seconds: Double
        /// What the coordinator was at.
        let phase: String
    }

    var ending: Ending
    /// The parts of all reducers together; empty unless it has finished.
    var counts = WordCounts()
    /// Whether they are those of a serial count, and no word is in two parts; nil if nobody has asked.
    var isRight: Bool?
    var seconds = 0.0
    var checkpointsCompleted = 0
    var recoveries = 0
    /// The faults that took place.
    var hits: [Hit] = []
    /// Those whose moment did not come before the end.
    var missed: [ClassicFault] = []
    /// Where the checkpoint files are; nil if they are gone with the run.
    var checkpoints: String?

    /// What a process exits with because of it.
    var status: ExitStatus {
        switch ending {
        case .finished: isRight == false ? .wrong : missed.isEmpty ? .ok : .temporary
        case .failed(_, let status): status
        case .interrupted(let signal): .interrupted(signal: signal)
        }
    }
}

extension ClassicResult {
    /// For other programs.
    struct Summary: Encodable {
        var finished: Bool
        var reason: String?
        var right: Bool?
        var words: UInt64
        var distinct: Int
        var seconds: Double
        var checkpoints: Int
        var recoveries: Int
        var hits: [Hit]
        var missed: [String]
        var folder: String?
    }

    /// For other programs: one JSON object.
    var summary: Summary {
        var reason: String?
        if case .failed(let said, _) = ending { reason = said }
        return Summary(
            finished: ending == .finished,
            reason: reason,
            right: isRight,
            words: counts.words,
            distinct: counts.distinct,
            seconds: seconds,
            checkpoints: checkpointsCompleted,
            recoveries: recoveries,
            hits: hits,
            missed: missed.map(\.description),
            folder: checkpoints
        )
    }

    /// For people.
    var text: String {
        var lines = [
            "\(counts)",
            "\(checkpointsCompleted) checkpoints, \(recoveries) recoveries, \(seconds) s",
        ]
        for hit in hits { lines.append("killed \(hit.fault), while \(hit.phase)") }
        for fault in missed { lines.append("never came: \(fault)") }
        if let isRight {
            lines.append(isRight ? "a serial count finds the same" : "a serial count finds another")
        }
        if let checkpoints { lines.append("checkpoints: \(checkpoints)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
