import Messaging
import Nodes

/// What has been said over UDP and may not have arrived: it is said again, until an answer or something newer
/// makes that needless.
///
/// Nodes take each of these twice without harm: what they ask and answer carries the ids of the checkpoint
/// and of the recovery that it is about. So the host can repeat, and nodes know nothing of it. A request
/// stands until it is answered; an answer stands until the next one, since nobody says that it has come.
struct ClassicRepeats {
    private struct Standing {
        let message: Pipeline.Message
        let receiver: NodeID
        var due: Int
        var pause: Int
    }

    private var standing: [Standing] = []
    /// To whom nothing is said for now: nobody has been heard there yet.
    private var silent: Set<NodeID> = []
    /// Who is a program of somebody else.
    private let others: Set<NodeID>

    /// - Parameter others: Whoever may take what comes twice for two things.
    init(others: Set<NodeID> = []) {
        self.others = others
    }

    /// The time of the next repetition, by the clock of `EventLoop`.
    var next: Int? {
        standing.lazy.filter { !silent.contains($0.receiver) }.map(\.due).min()
    }

    /// Whether somebody has been heard there.
    func isReachable(_ node: NodeID) -> Bool { !silent.contains(node) }

    /// Notes that a new life begins somewhere, which may not listen yet; what was for the one before is over.
    mutating func begin(_ node: NodeID) {
        silent.insert(node)
        standing.removeAll { $0.receiver == node }
    }

    /// Notes that somebody was heard.
    ///
    /// - Returns: What was kept for him.
    mutating func hear(_ node: NodeID) -> [Pipeline.Message] {
        guard silent.remove(node) != nil else { return [] }
        return standing.filter { $0.receiver == node }.map(\.message)
    }

    /// Notes what is said, if it is to be said again.
    mutating func say(_ message: Pipeline.Message, to receiver: NodeID, at now: Int) {
        switch message {
        case .heartbeat, .forwardedCheckpoint, .counts, .checkpointRefused, .recoveryRefused,
            .failed:
            return
        case .recover, .exit, .recoveryAcknowledged:
            // All that was said before is of another time.
            standing.removeAll { $0.receiver == receiver }
        case .checkpoint, .checkpointAcknowledged, .lastCheckpointAcknowledged:
            standing.removeAll { $0.receiver == receiver && $0.message.isOfCheckpoint }
        case .done:
            standing.removeAll { $0.receiver == receiver && $0.message.isDone }
        }
        let limit = ClassicPlan.Limit.self
        let pause = others.contains(receiver) ? limit.repeatToOthersAfter : limit.repeatAfter
        standing.append(
            Standing(
                message: message,
                receiver: receiver,
                due: now + pause.nanoseconds,
                pause: pause.nanoseconds
            )
        )
    }

    /// Takes note of an answer: what it answers need not be said again.
    mutating func answered(_ answer: Pipeline.Message, by sender: NodeID) {
        standing.removeAll { standing in
            guard standing.receiver == sender else { return false }
            switch (standing.message, answer) {
            case (.recover(_, let asked), .recoveryAcknowledged(let recovery)),
                (.recover(_, let asked), .recoveryRefused(_, let recovery)):
                return asked == recovery
            case (.checkpoint(let asked, let then), .checkpointAcknowledged(let id, let recovery)),
                (.checkpoint(let asked, let then), .checkpointRefused(let id, let recovery)):
                return asked == id && then == recovery
            case (.checkpoint(let asked, let then), .lastCheckpointAcknowledged(let recovery)):
                return asked == Pipeline.last && then == recovery
            default: return false  // Pairs of which one is not the answer to the other.
            }
        }
    }

    /// What is to be said again now.
    mutating func take(at now: Int) -> [(message: Pipeline.Message, receiver: NodeID)] {
        var due: [(Pipeline.Message, NodeID)] = []
        for place in standing.indices where standing[place].due <= now {
            guard !silent.contains(standing[place].receiver) else { continue }
            due.append((standing[place].message, standing[place].receiver))
            let longest = ClassicPlan.Limit.repeatAfterMax.nanoseconds
            let pause = standing[place].pause
            standing[place].pause = max(pause, min(pause * 2, longest))
            standing[place].due = now + pause
        }
        return due
    }
}

extension Pipeline.Message {
    fileprivate var isOfCheckpoint: Bool {
        switch self {
        case .checkpoint, .checkpointAcknowledged, .lastCheckpointAcknowledged: true
        case .heartbeat, .forwardedCheckpoint, .counts, .checkpointRefused, .recover,
            .recoveryAcknowledged, .recoveryRefused, .done, .failed, .exit:
            false
        }
    }

    fileprivate var isDone: Bool { if case .done = self { true } else { false } }
}
