import Causality
import Glibc
import Messaging
import Nodes
import Processes

// What goes wrong, when, and the proof that it did.
extension Supervisor {
    /// What is there from the beginning and is felt by what `start` asks for comes with the setup.
    func layOutFaultsOfSurroundings() {
        for place in faults.indices where faults[place].fault.trigger == .atOnce {
            switch faults[place].fault.action {
            case .lose, .duplicate, .delay, .partition, .slow, .drift, .fill:
                faults[place].hasBegun = true
                faults[place].isActive = true
            case .kill, .stop, .skew, .corrupt: break
            }
        }
    }

    func layOutFaults() {
        for place in faults.indices {
            switch faults[place].fault.trigger {
            case .atOnce:
                if faults[place].isActive { endLater(place) }
            case .at(let time):
                loop.after(time) { [unowned self] in beginFault(place) }
            case .progress: progressWatches.append(place)
            case .after: break
            }
        }
    }

    /// Those that need somebody to hit begin when everybody has begun.
    func beginFaultsAtOnce() {
        for place in faults.indices where faults[place].fault.trigger == .atOnce {
            beginFault(place)
        }
    }

    private func beginFault(_ place: Int) {
        guard ending == nil, !faults[place].hasBegun else { return }
        faults[place].hasBegun = true
        switch faults[place].fault.action {
        case .lose, .duplicate, .delay, .partition:
            faults[place].isActive = true
            tellAll(.fault(place, begins: true))
            endLater(place)
        case .slow, .drift, .fill:
            faults[place].isActive = true
            if let index = faults[place].node?.index { tell(index, .fault(place, begins: true)) }
            endLater(place)
        case .skew, .corrupt:
            if let index = faults[place].node?.index { tell(index, .fault(place, begins: true)) }
        case .stop:
            guard let index = faults[place].node?.index, isAlive(index) else { return }
            members[index].stoppedBy.append(place)
            faults[place].isActive = true
            if members[index].isStopped {
                // It is stopped already, and will be for longer.
                land(place, at: index)
                endLater(place)
            } else {
                tell(index, .fault(place, begins: true))
            }
        case .kill:
            guard let index = faults[place].node?.index, isAlive(index) else { return }
            land(place, at: index)
            members[index].isToDie = true
            members[index].isKilled = true
            restarts[life(index)] = place
            members[index].process?.signal(SIGKILL)
        }
    }

    private func isAlive(_ index: Int) -> Bool {
        members[index].status == .running || members[index].status == .starting
    }

    private func endLater(_ place: Int) {
        guard let lasting = faults[place].fault.lasting else { return }
        loop.after(lasting) { [unowned self] in endFault(place) }
    }

    private func endFault(_ place: Int) {
        guard faults[place].isActive else { return }
        faults[place].isActive = false
        switch faults[place].fault.action {
        case .lose, .duplicate, .delay, .partition: tellAll(.fault(place, begins: false))
        case .slow, .drift, .fill:
            if let index = faults[place].node?.index { tell(index, .fault(place, begins: false)) }
        case .stop:
            guard let index = faults[place].node?.index else { return }
            members[index].stoppedBy.removeAll { $0 == place }
            goOnIfNothingStops(index)
        case .kill, .skew, .corrupt: break
        }
    }

    /// A node says that it will be stopped the next moment.
    func stopped(_ index: Int) {
        members[index].isStopped = true
        // What it has said since it was woken last does not show that it is awake.
        wakeRounds[life(index)] = nil
        abandonRound(of: index)
        for place in members[index].stoppedBy { endLater(place) }
        flushed(index)
        goOnIfNothingStops(index)
    }

    /// SIGCONT may come before the SIGSTOP that was announced: it is sent until the node speaks again.
    private func goOnIfNothingStops(_ index: Int) {
        guard members[index].isStopped, members[index].stoppedBy.isEmpty else { return }
        members[index].isStopped = false
        let life = life(index)
        round += 1
        wakeRounds[life] = round
        tell(index, .probe(round: round))
        wake(life, round)
    }

    /// Goes on until the node has answered, or is to stop again.
    private func wake(_ life: Life, _ round: Int) {
        guard wakeRounds[life] == round, let process = members[life.node].process,
            members[life.node].incarnation == life.incarnation
        else { return }
        if let standing = members[life.node].standing, standing.round >= round {
            wakeRounds[life] = nil
            return
        }
        process.signal(SIGCONT)
        loop.after(.milliseconds(5)) { [unowned self] in wake(life, round) }
    }

    /// A node's own fault, which waited for what it does, has begun there.
    func faultBegan(_ place: Int, of life: Life) {
        guard faults.indices.contains(place), !faults[place].hasBegun else { return }
        faults[place].hasBegun = true
        switch faults[place].fault.action {
        case .kill:
            members[life.node].isToDie = true
            restarts[life] = place
        case .stop:
            faults[place].isActive = true
            members[life.node].stoppedBy.append(place)
        case .slow, .drift, .fill:
            faults[place].isActive = true
            endLater(place)
        case .skew, .corrupt, .lose, .duplicate, .delay, .partition: break
        }
    }

    func beginFaultsOfProgress() {
        guard !progressWatches.isEmpty else { return }
        let (done, whole) =
            switch system.progress {
            case .unknown: (0, 0)
            case .outputs(let total): (outputCount, total)
            case .inputs: (cursors.reduce(0, +), system.inputs.count)
            }
        guard whole > 0 else { return }
        let percent = Double(done) * 100 / Double(whole)
        let due = progressWatches.filter { place in
            guard case .progress(let at) = faults[place].fault.trigger else { return false }
            return percent >= at
        }
        progressWatches.removeAll { due.contains($0) }
        for place in due { beginFault(place) }
    }

    /// A life that was to die is over: the next begins when the plan says so.
    func restartIfPlanned(_ life: Life) {
        guard let place = restarts.removeValue(forKey: life),
            case .kill(_, let after?) = faults[place].fault.action
        else { return }
        restartsToCome += 1
        loop.after(after) { [unowned self] in restart(life) }
    }

    private func land(_ place: Int, at index: Int) {
        let micros = max(0, now) / 1000
        let state = members[index].isStopped ? "stopped" : "running"
        landed(place, "landed at \(Double(micros) / 1_000_000) s, \(state)")
    }

    func landed(_ place: Int, _ text: String) {
        guard faults.indices.contains(place) else { return }
        faults[place].proof.hits += 1
        guard faults[place].proof.landed == nil else { return }
        faults[place].proof.landed = text
        let node = faults[place].node?.index ?? 0
        let target = faults[place].proof.target
        history.add(
            remark: Event(
                time: now,
                node: name(node),
                incarnation: max(0, members[node].incarnation),
                kind: .note,
                text: "fault \(target): \(text)"
            ),
            view: view
        )
    }
}
