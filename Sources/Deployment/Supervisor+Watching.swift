import Messaging
import Nodes

// Nodes that are to be reminded when the life of another has ended.
extension Supervisor {
    /// A node watches a life: that which is there as far as it knows, or is about to begin.
    func watch(_ watched: Life, by watcher: Life) {
        history.add(watch: watched, of: watcher)
        if hasEnded(watched) {
            remind(watcher, of: watched, by: watched)
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

    /// A life that the plan has restarted asks for launches or kills in its first call, which so comes after
    /// all that has watched it: then nobody was there.
    func remindWatchersTooEarly(for life: Life) {
        let member = members[life.node]
        guard member.status == .starting, life.incarnation > 0, member.launchOrder == nil,
            let early = watchers.removeValue(forKey: life)
        else { return }
        let last = Life(node: life.node, incarnation: life.incarnation - 1)
        history.replaceWatches(of: life, by: last)
        for watcher in early { remind(watcher, of: life, by: last) }
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
}
