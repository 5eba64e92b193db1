import Causality
import Glibc
import Messaging
import Nodes

// What goes wrong at this node, and on the links that end here.
extension NodeHost {
    func layOutFaults() {
        for place in setup.activeFaults { beginFault(place) }
        watches = faults.indices.filter { place in
            guard case .after = faults[place].fault.trigger else { return false }
            return faults[place].node?.index == me && !setup.begunFaults.contains(place)
        }
    }

    func beginFault(_ place: Int) {
        let fault = faults[place].fault
        switch fault.action {
        case .lose, .duplicate, .delay, .partition:
            linkFaults.begin(place)
        case .kill:
            dieOfFault(place)
        case .stop:
            noteHit(place)
            isToStop = true
        case .slow(_, let by):
            // Slower than for ever is not to be had: that fault finds nothing to hit.
            let (slowness, overflow) = slownessNanoseconds.addingReportingOverflow(by.nanoseconds)
            guard !overflow else { return }
            faults[place].isActive = true
            slownessNanoseconds = slowness
        case .drift(_, let percent):
            faults[place].isActive = true
            clockRate *= 1 + percent / 100
        case .skew(_, let by):
            guard !dueTimes.isEmpty else { return }
            noteHit(place)
            moveTimers(by: by.nanoseconds)
        case .fill: faults[place].isActive = true
        case .corrupt(_, let name):
            let all = surroundings.saved.names
            for name in name.map({ [$0] }) ?? all where damage(name) { noteHit(place) }
        }
    }

    func endFault(_ place: Int) {
        switch faults[place].fault.action {
        case .lose, .duplicate, .delay: linkFaults.end(place)
        case .partition:
            linkFaults.end(place)
            takeStreams()
        case .slow(_, let by):
            guard faults[place].isActive else { return }
            faults[place].isActive = false
            slownessNanoseconds -= by.nanoseconds
        case .drift(_, let percent):
            guard faults[place].isActive else { return }
            faults[place].isActive = false
            clockRate /= 1 + percent / 100
        case .fill: faults[place].isActive = false
        case .kill, .stop, .skew, .corrupt: break
        }
    }

    /// Begins the faults that wait for a count which has been reached.
    func beginDueFaults() {
        let due = watches.filter { place in
            guard case .after(let count, let milestone) = faults[place].fault.trigger else {
                return false
            }
            return counts[milestone.place] >= count
        }
        guard !due.isEmpty else { return }
        watches.removeAll { due.contains($0) }
        for place in due {
            control.append(.faultBegan(place))
            beginFault(place)
        }
    }

    /// A real SIGKILL, at this very place of the handler's effects.
    private func dieOfFault(_ place: Int) {
        noteHit(place)
        control.flush()
        kill(getpid(), SIGKILL)
    }

    private func damage(_ name: String) -> Bool {
        guard store.names.contains(name), !store.damagedNames.contains(name) else { return false }
        if setup.isRecording {
            control.append(.remark(event(.note, Step<Words>.damageMark + name)))
            // Whoever looks at the store after our death must know what has happened to the file.
            control.flush()
        }
        return store.damage(name)
    }

    /// A clock that jumps ahead makes its timers due so much earlier.
    private func moveTimers(by nanoseconds: Int) {
        for (timer, due) in dueTimes {
            guard let alarm = alarms[timer] else { continue }
            loop.cancel(alarm)
            setAlarm(
                timer,
                at: max(EventLoop.now, due.subtractingReportingOverflow(nanoseconds).partialValue)
            )
        }
    }

    func noteHit(ofKind isMeant: (Fault.Action) -> Bool) {
        for place in faults.indices where faults[place].isActive && faults[place].node?.index == me
        {
            if isMeant(faults[place].fault.action) { noteHit(place) }
        }
    }

    /// A fault has had an effect; the first time, the supervisor is told when and in which phase.
    func noteHit(_ place: Int) {
        hits[place] += 1
        guard hits[place] == 1 else { return }
        let micros = max(0, now) / 1000
        let text =
            "landed at \(Double(micros) / 1_000_000) s, \(node.phase), \(inbox.count) waiting for it"
        control.append(.landed(place, text))
    }
}
