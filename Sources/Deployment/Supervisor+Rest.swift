import Messaging
import Nodes

// When a run is over: when nothing is left to happen.
//
// Everybody is asked twice how it stands. If nobody waits for a timer, wants to be idle or has anything
// unsent, and nobody has done anything between the two answers, then nothing was on its way in between
// (the two waves of Mattern, "Algorithms for Distributed Termination Detection", 1987).
extension Supervisor {
    /// How long until everybody is asked again.
    private static var probeMilliseconds: Int { 5 }
    /// How long datagrams may be on their way between machines.
    private static var betweenMachinesNanoseconds: Int { 200_000_000 }

    func probeLater() {
        loop.after(.milliseconds(Self.probeMilliseconds)) { [unowned self] in ask() }
    }

    private func ask() {
        guard ending == nil else { return }
        guard mayBeOver else {
            lastReplies = nil
            return probeLater()
        }
        round += 1
        replies = [:]
        probed = Set(
            members.indices.filter { members[$0].status == .running && !members[$0].isStopped }
        )
        guard !probed.isEmpty else {
            // Nobody is left who could do anything.
            ending = .rest
            return
        }
        probedRound = round
        for index in probed { tell(index, .probe(round: round)) }
    }

    /// Whether nothing that the supervisor itself knows of is left to happen.
    private var mayBeOver: Bool {
        haveAllBegun && requests.isEmpty && change == nil && restartsToCome == 0
            && restarts.isEmpty
            && !members.contains { member in
                member.status == .starting || member.status == .leaving || member.isBlocked
                    || member.heldAt != nil
                    // A stop that ends is something that is left to happen.
                    || !member.stoppedBy.isEmpty
                        && member.stoppedBy.contains {
                            faults[$0].fault.lasting != nil
                        }
            }
    }

    /// An answer has come, or the news that none will.
    func standing(_ status: Record.Status, of life: Life) {
        members[life.node].standing = status
        hitCounts[life] = status.hits
        if status.round == probedRound { replies[life.node] = status }
        judge()
    }

    /// Who has died or stopped, or waits, does not answer: the round says nothing.
    func abandonRound(of index: Int) {
        guard probed.contains(index) else { return }
        probed = []
        lastReplies = nil
        probeLater()
    }

    private func judge() {
        guard ending == nil, !probed.isEmpty else { return }
        let answers = replies.filter { $0.value.round == probedRound && probed.contains($0.key) }
        guard answers.count == probed.count else { return }
        probed = []
        defer { if ending == nil { probeLater() } }
        guard mayBeOver, isAtRest(answers) else { return lastReplies = nil }
        let comparable = answers.mapValues { status in
            var copy = status
            copy.round = 0
            // Strangers may come for ever, and change nothing.
            copy.strangers = 0
            return copy
        }
        guard comparable == lastReplies else {
            lastReplies = comparable
            quietSince = EventLoop.now
            return
        }
        let isBetweenMachines = members.contains(where: \.isRemote)
        if !isBetweenMachines || EventLoop.now - quietSince >= Self.betweenMachinesNanoseconds {
            ending = .rest
        }
    }

    private func isAtRest(_ answers: [Int: Record.Status]) -> Bool {
        for (receiver, status) in answers {
            guard status.pending == 0, status.unsent == 0 else { return false }
            for (sender, other) in answers where sender != receiver {
                // Over a stream nothing is lost: what was sent has come, or is held back.
                guard
                    other.streamSends[receiver] == status.streamReceives[sender]
                        || status.blocked[sender]
                else { return false }
            }
        }
        return true
    }
}
