import Causality
import Nodes

// What a node waits for that is not its clock: the ends of its writes, and of the lives of others.
extension Simulation {
    /// Begins a write, behind those of its node that are under way.
    mutating func begin(_ write: Host<Words>.Write, at id: NodeID) {
        let start = max(now, hosts[id.index].lastWriteEnd)
        let end = sum(start, draw(options.network.diskLatency))
        hosts[id.index].writes.append(write)
        hosts[id.index].lastWriteEnd = end
        schedule.add(.writeEnd(id, incarnation: places[id.index].incarnation), at: end)
    }

    /// The oldest write comes to rest, or is refused, and its node is told, as one event.
    ///
    /// A node that cannot take it finds it in its backlog; until then it is as if it were still under way.
    mutating func endWrite(at id: NodeID) {
        let index = id.index
        guard isReady(id) else {
            hosts[index].backlog.append(.writeEnd)
            return
        }
        let write = hosts[index].writes.removeFirst()
        let text = log == nil ? "" : "\(write.name): \(recorder.summary(write.value))"
        if refuses(id) {
            record(.refused, at: id, text: text)
            return handle(.fire(write.otherwise), at: id)
        }
        places[index].save(write.value, as: write.name)
        count(.saves, of: id)
        // It counts as an effect, so that a crash can fall between it and the first one of the handler.
        count(.effects, of: id)
        statistics.effects[index] += 1
        effectKinds?[index].append(.written)
        record(.written, at: id, text: text)
        handle(.fire(write.then), at: id)
    }

    /// Whether a node's disk takes nothing, now that it would have to; the faults to blame have landed then.
    mutating func refuses(_ id: NodeID) -> Bool {
        if hosts[id.index].filledBy.isEmpty { return false }
        for fault in hosts[id.index].filledBy { hit(fault) }
        return true
    }

    /// Reminds a node when the life of another has ended: soon, if there is none that could end.
    mutating func watch(_ other: NodeID, reminding timer: Words.Timer, at id: NodeID) {
        guard names.indices.contains(other.index) else { return }
        disarm(timer, at: id)
        tokens += 1
        let reminder = Host<Words>.Reminder(
            timer: timer,
            token: tokens,
            cause: .end(of: other),
            due: .max
        )
        hosts[id.index].reminders.append(reminder)
        let isThere = places[other.index].status == .running || hosts[other.index].isBeginning
        if !isThere { sendNotice(to: id, reminder: hosts[id.index].reminders.count - 1) }
    }

    /// Lets all learn of the end of a life who watch it.
    mutating func noteEnd(of id: NodeID) {
        for watcher in hosts.indices {
            for place in hosts[watcher].reminders.indices
            where hosts[watcher].reminders[place].cause == .end(of: id) {
                sendNotice(to: NodeID(watcher), reminder: place)
            }
        }
    }

    private mutating func sendNotice(to id: NodeID, reminder place: Int) {
        let due = later(by: draw(options.network.noticeLatency))
        hosts[id.index].reminders[place].cause = .ended
        hosts[id.index].reminders[place].due = due
        let token = hosts[id.index].reminders[place].token
        let incarnation = places[id.index].incarnation
        schedule.add(.timer(id, incarnation: incarnation, token: token), at: due)
    }
}
