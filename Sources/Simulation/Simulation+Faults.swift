import Causality
import Nodes

// What goes wrong, when, and the proof that it did.
extension Simulation {
    mutating func layOutFaults() {
        for fault in options.faults.faults {
            for state in FaultState.states(of: fault, names: names) {
                let index = faults.count
                faults.append(state)
                switch fault.trigger {
                case .atOnce:
                    break
                case .at(let time):
                    faultsToBegin += 1
                    schedule.add(.faultBegins(index), at: time.nanoseconds)
                case .progress:
                    progressWatches.append(index)
                case .after:
                    if let node = state.node { hosts[node.index].watches.append(index) }
                }
            }
        }
    }

    /// Begins what is there from the beginning and is felt by what `start` asks for.
    mutating func beginFaultsOfSurroundings() {
        for index in faults.indices where faults[index].fault.trigger == .atOnce {
            switch faults[index].fault.action {
            case .lose, .duplicate, .delay, .partition, .slow, .drift, .fill: beginFault(index)
            case .kill, .stop, .skew, .corrupt: break
            }
        }
    }

    /// Begins the others that are due at once, when everybody has begun: they need somebody to hit.
    mutating func beginFaultsAtOnce() {
        for index in faults.indices where faults[index].fault.trigger == .atOnce {
            beginFault(index)
        }
    }

    mutating func beginFault(_ index: Int, effectsDone: Int? = nil) {
        guard !faults[index].hasBegun else { return }
        faults[index].hasBegun = true
        let fault = faults[index].fault
        switch fault.action {
        case .lose, .duplicate, .delay, .partition:
            faults[index].isActive = true
            activeLinkFaults.append(index)
        case .kill, .stop, .slow, .drift, .skew, .corrupt, .fill:
            guard let id = faults[index].node else { return }
            beginFault(index, at: id, effectsDone: effectsDone)
        }
        if faults[index].isActive, let lasting = fault.lasting {
            faultsToEnd += 1
            schedule.add(.faultEnds(index), at: later(by: lasting.nanoseconds))
        }
    }

    private mutating func beginFault(_ index: Int, at id: NodeID, effectsDone: Int?) {
        // Nobody is there to hit, or there will be: a clock, a speed and a disk are the machine's.
        let isLiving = places[id.index].status == .running
        switch faults[index].fault.action {
        case .kill(_, let restartAfter):
            guard isLiving else { return }
            hit(index)
            crash(id, effectsDone: effectsDone)
            if let restartAfter {
                let dead = places[id.index].incarnation
                let time = later(by: restartAfter.nanoseconds)
                schedule.add(.restart(id, after: dead), at: time)
            }
        case .stop:
            guard isLiving else { return }
            hit(index)
            faults[index].isActive = true
            hosts[id.index].stoppedBy.append(index)
        case .slow(_, let by):
            // Slower than for ever is not to be had: that fault finds nothing to hit.
            let (slowness, overflow) = hosts[id.index].slownessNanoseconds
                .addingReportingOverflow(by.nanoseconds)
            guard !overflow else { return }
            faults[index].isActive = true
            hosts[id.index].slownessNanoseconds = slowness
        case .drift(_, let percent):
            faults[index].isActive = true
            hosts[id.index].clockRate *= 1 + percent / 100
        case .skew(_, let by):
            guard hosts[id.index].reminders.contains(where: { $0.cause == .clock }) else { return }
            hit(index)
            moveTimers(of: id, by: by.nanoseconds)
        case .corrupt(_, let name):
            let all = places[id.index].saved.keys.sorted()
            for name in name.map({ [$0] }) ?? all where places[id.index].damage(name) {
                hit(index)
                record(.note, at: id, text: Step<Words>.damageMark + name)
            }
        case .fill:
            faults[index].isActive = true
            hosts[id.index].filledBy.append(index)
        case .lose, .duplicate, .delay, .partition:
            preconditionFailure("a fault of links at \(id)")
        }
    }

    mutating func endFault(_ index: Int) {
        guard faults[index].isActive else { return }
        faults[index].isActive = false
        switch faults[index].fault.action {
        case .lose, .duplicate, .delay:
            activeLinkFaults.removeAll { $0 == index }
        case .partition:
            activeLinkFaults.removeAll { $0 == index }
            sendWhatWasCutOff()
        case .stop:
            guard let id = faults[index].node else { return }
            hosts[id.index].stoppedBy.removeAll { $0 == index }
            wake(id)
        case .slow(_, let by):
            guard let id = faults[index].node else { return }
            hosts[id.index].slownessNanoseconds -= by.nanoseconds
        case .drift(_, let percent):
            guard let id = faults[index].node else { return }
            hosts[id.index].clockRate /= 1 + percent / 100
        case .fill:
            guard let id = faults[index].node else { return }
            hosts[id.index].filledBy.removeAll { $0 == index }
        case .kill, .skew, .corrupt:
            break
        }
    }

    /// Begins the faults that wait for a count which a node has reached.
    mutating func beginDueFaults(of id: NodeID, effectsDone: Int?) {
        for index in hosts[id.index].watches {
            guard case .after(let count, let milestone) = faults[index].fault.trigger,
                hosts[id.index].counts[milestone.place] >= count, !faults[index].hasBegun
            else { continue }
            beginFault(index, effectsDone: effectsDone)
        }
        hosts[id.index].watches.removeAll { faults[$0].hasBegun }
    }

    mutating func beginFaultsOfProgress() {
        let whole =
            switch system.progress {
            case .unknown: 0
            case .outputs(let total): total
            case .inputs: system.inputs.count
            }
        guard whole > 0 else { return }
        let percent = Double(progress) * 100 / Double(whole)
        for index in progressWatches {
            guard case .progress(let at) = faults[index].fault.trigger, percent >= at else {
                continue
            }
            beginFault(index)
        }
        progressWatches.removeAll { faults[$0].hasBegun }
    }

    mutating func noteDrift(of id: NodeID) {
        for index in faults.indices where faults[index].node == id && faults[index].isActive {
            if case .drift = faults[index].fault.action { hit(index) }
        }
    }

    mutating func noteSlowness(of id: NodeID) {
        for index in faults.indices where faults[index].node == id && faults[index].isActive {
            if case .slow = faults[index].fault.action { hit(index) }
        }
    }

    /// A fault has had an effect; the first time, the log says when and where.
    mutating func hit(_ index: Int) {
        faults[index].proof.hits += 1
        guard faults[index].proof.landed == nil else { return }
        var text = "landed at \(Double(now / 1000) / 1_000_000) s"
        if let id = faults[index].node {
            if let node = places[id.index].node { text += ", \(node.phase)" }
            let waiting = envelopes().count { $0.receiver == id }
            text += ", \(waiting) in flight to it"
        }
        faults[index].proof.landed = text
        let id = faults[index].node ?? NodeID(0)
        record(.note, at: id, text: "fault \(faults[index].proof.target): \(text)")
    }

    /// A clock that jumps ahead makes its timers due so much earlier.
    private mutating func moveTimers(of id: NodeID, by nanoseconds: Int) {
        let incarnation = places[id.index].incarnation
        for place in hosts[id.index].reminders.indices {
            tokens += 1
            let old = hosts[id.index].reminders[place]
            let due = max(now, old.due.subtractingReportingOverflow(nanoseconds).partialValue)
            // Word of an end comes when it comes, whatever the clock says.
            if old.isDue || old.cause != .clock { continue }
            let moved = Host<Words>.Reminder(
                timer: old.timer,
                token: tokens,
                cause: .clock,
                due: due
            )
            hosts[id.index].reminders[place] = moved
            staleTimers += 1
            schedule.add(.timer(id, incarnation: incarnation, token: tokens), at: due)
        }
    }
}
