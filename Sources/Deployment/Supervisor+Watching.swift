import Messaging
import Nodes

// Nodes that are to be reminded when the life of another has ended.
extension Supervisor {
    /// A node watches a life, as far as it knows the present one.
    func watch(_ watched: Life, by watcher: Life) {
        let ticket = history.add(watch: watched, of: watcher)
        guard isYetUnborn(watched) else { return decide(watched, watcher, ticket) }
        // Its first call may be on record and not be read yet, while the watcher has already heard of it.
        // One whole turn later all is read that was there when the watcher asked.
        undecided += 1
        loop.after(.zero) { [unowned self] in
            loop.after(.zero) { [unowned self] in
                undecided -= 1
                decide(watched, watcher, ticket)
            }
        }
    }

    private func decide(_ watched: Life, _ watcher: Life, _ ticket: RunHistory.Ticket?) {
        if hasEnded(watched) {
            remind(watcher, of: watched, by: watched)
        } else if isYetUnborn(watched) {
            // Nobody has launched it, and nobody lives there before it begins.
            let last = Life(node: watched.node, incarnation: watched.incarnation - 1)
            history.decide(ticket, last)
            remind(watcher, of: watched, by: last)
        } else {
            watchers[watched, default: []].append(watcher)
        }
    }

    /// A life has ended: whoever watches it is reminded, and first everybody is told.
    func remindWatchers(of life: Life) {
        for watcher in watchers.removeValue(forKey: life) ?? [] {
            remind(watcher, of: life, by: life)
        }
    }

    private func remind(_ watcher: Life, of watched: Life, by ended: Life) {
        guard life(watcher.node) == watcher, members[watcher.node].isThere else { return }
        // What was sent before a halt still arrives, and earlier lives are forgotten with their views.
        if life(ended.node) == ended, members[ended.node].status == .crashed,
            announcedEnds.insert(ended).inserted
        {
            tellAll(.ended(ended, number: announcedEnds.count))
        }
        tell(watcher.node, .due(watched: watched, ended: ended))
        abandonRound(of: watcher.node)
    }

    private func hasEnded(_ life: Life) -> Bool {
        let member = members[life.node]
        guard member.incarnation == life.incarnation else {
            return member.incarnation > life.incarnation
        }
        switch member.status {
        case .absent, .leaving, .crashed, .halted: return true
        case .starting, .running: return false
        }
    }

    /// Whether a life begins because the plan says so, and has not told of its first call.
    private func isYetUnborn(_ life: Life) -> Bool {
        let member = members[life.node]
        return member.incarnation == life.incarnation && member.status == .starting
            && member.incarnation > 0 && member.launchOrder == nil && !history.hasCalled(life)
    }
}
