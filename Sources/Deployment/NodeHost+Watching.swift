import Messaging
import Nodes

// Waiting for the ends of others' lives.
//
// Whoever is reminded of an end may tell others; so all must have stopped before to take what the streams
// of that life still hold. The supervisor tells everybody of the end, and only then those who watch. A
// message says how many ends its sender knew of, and waits until its receiver knows of as many.
extension NodeHost {
    /// A timer that waits for the end of a node's life.
    struct Watching {
        let timer: Words.Timer
        let node: Int
        /// Which life, once that is decided.
        var life: Life?
    }

    func watch(_ node: NodeID, _ timer: Words.Timer) {
        disarm(timer)
        watchings.append(Watching(timer: timer, node: node.index))
    }

    /// Decides which lives are meant, as it decides to whom messages of this call go, and says so.
    func tellWatchings() {
        for place in watchings.indices where watchings[place].life == nil {
            let node = watchings[place].node
            let life = Life(node: node, incarnation: peers[node].incarnation)
            watchings[place].life = life
            control.append(.watch(life))
        }
    }

    /// A life has ended that somebody watches: of its streams nothing more is taken.
    func learnOfEnd(_ life: Life, number: Int) {
        ends = max(ends, number)
        if peers[life.node].incarnation == life.incarnation {
            peers[life.node].isCut = true
            dropIncoming(life.node)
        }
        loop.after(.zero) { [unowned self] in
            let waiting = premature
            premature = []
            for (header, parcel, payload) in waiting where isForUs(header) && isPresent(header) {
                arrive(header, parcel, payload)
            }
            takeStreams()
        }
    }

    /// The timers are due that wait for the end of that life.
    func remind(_ watched: Life, _ ended: Life) {
        guard !hasHalted else { return }
        for watching in watchings where watching.life == watched {
            comeIn(.timer(watching.timer, ended: ended))
        }
        watchings.removeAll { $0.life == watched }
    }
}
