import Causality
import Nodes

// Handler calls, and the effects that touch nobody but their node.
extension Simulation {
    /// A node's first life, or its next.
    mutating func begin(_ id: NodeID) {
        places[id.index].begin(system.members[id.index].make())
        hosts[id.index].sent = 0
        hosts[id.index].isBeginning = false
        let isFirst = places[id.index].incarnation == 0
        record(isFirst ? .start : .recover, at: id)
        handle(.start, at: id)
        // What came while it was launched.
        if isLiving(id, places[id.index].incarnation) { wake(id) }
    }

    mutating func timerIsDue(_ token: Int, at id: NodeID) {
        guard let place = hosts[id.index].reminders.firstIndex(where: { $0.token == token }) else {
            return
        }
        guard isReady(id) else {
            hosts[id.index].reminders[place].isDue = true
            hosts[id.index].backlog.append(.timer(token: token))
            return
        }
        let timer = hosts[id.index].reminders.remove(at: place).timer
        if log != nil { record(.timer, at: id, text: recorder.summary(timer)) }
        count(.timers, of: id)
        handle(.fire(timer), at: id)
    }

    mutating func beIdle(_ id: NodeID) {
        // A node that is held up, or has something to take, is idle later.
        guard hosts[id.index].wantsIdle, isReady(id), !hasHeldInput(id) else { return }
        hosts[id.index].wantsIdle = false
        record(.idle, at: id)
        count(.idles, of: id)
        handle(.idle, at: id)
    }

    /// Whether a node can take something now.
    func isReady(_ id: NodeID) -> Bool {
        isFree(id) && (hosts[id.index].backlog.isEmpty || hosts[id.index].takesBacklog)
    }

    /// Whether nothing holds a node up.
    private func isFree(_ id: NodeID) -> Bool {
        hosts[id.index].stoppedBy.isEmpty && hosts[id.index].busyUntil <= now
    }

    /// Whether something has arrived over a stream that was held back and is so no more.
    private func hasHeldInput(_ id: NodeID) -> Bool {
        names.indices.contains { channels[$0 * names.count + id.index].isDraining }
    }

    /// A node goes on after it was busy or stopped: it takes what has arrived meanwhile, in order.
    mutating func wake(_ id: NodeID) {
        while isFree(id), places[id.index].status == .running, !hosts[id.index].backlog.isEmpty {
            let first = hosts[id.index].backlog.removeFirst()
            // It is its turn, whatever waits behind it.
            hosts[id.index].takesBacklog = true
            switch first {
            case .message(let flight): arrive(flight)
            case .timer(let token): timerIsDue(token, at: id)
            case .writeEnd: endWrite(at: id)
            }
            hosts[id.index].takesBacklog = false
        }
        guard isFree(id), places[id.index].status == .running else { return }
        for sender in names.indices { drainSoon(sender * names.count + id.index) }
        scheduleIdle(id)
    }

    mutating func handle(_ call: Call<Words>, at id: NodeID) {
        let index = id.index
        let incarnation = places[index].incarnation
        statistics.events += 1
        let surroundings = places[index].surroundings(at: id, of: system)
        let check =
            options.checksPurity
            ? places[index].node.map {
                PurityCheck(node: $0, call: call, surroundings: surroundings)
            } : nil
        var effects = Effects(surroundings, storage: storage)
        storage = []
        places[index].handle(call, &effects)
        // Before the list is taken: a copy that outlived it would be too much for the optimiser.
        if let impossible = effects.impossible {
            fail(.impossible, "\(names[index]) \(impossible)")
        }
        let list = effects.takeList()
        if let check, let after = places[index].node,
            let difference = check.difference(after: after, effects: list)
        {
            let what = "\(recorder.summary(call))"
            fail(.impure, names[index], details: "the call was \(what): \(difference)")
        }
        guard failure == nil else { return }
        if hosts[index].slownessNanoseconds > 0 {
            hosts[index].busyUntil = later(by: hosts[index].slownessNanoseconds)
            noteSlowness(of: id)
            schedule.add(.wake(id, incarnation: incarnation), at: hosts[index].busyUntil)
        }
        for (place, effect) in list.enumerated() {
            // Before the first effect, too: a crash may fall between any two.
            if !hosts[index].watches.isEmpty {
                beginDueFaults(of: id, effectsDone: place)
                if !isLiving(id, incarnation) { break }
            }
            if effectKinds != nil { effectKinds?[index].append(EffectKind(call, effect)) }
            perform(effect, of: id)
            guard isLiving(id, incarnation), failure == nil else { break }
        }
        if !hosts[index].watches.isEmpty, isLiving(id, incarnation) {
            beginDueFaults(of: id, effectsDone: nil)
        }
        storage = list
        if !progressWatches.isEmpty { beginFaultsOfProgress() }
        if isLiving(id, incarnation) { scheduleIdle(id) }
        checkState()
    }

    private mutating func perform(_ effect: Effect<Words>, of id: NodeID) {
        let index = id.index
        statistics.effects[index] += 1
        whenPerformed?(id, effect, now)
        hosts[index].counts[Fault.Milestone.effects.place] += 1
        switch effect {
        case .send(let message, let receiver, let link):
            send(message, from: id, to: receiver, over: link)
        case .arm(let timer, let after):
            arm(timer, after: after, at: id)
        case .disarm(let timer):
            disarm(timer, at: id)
        case .save(let value, let name):
            if refuses(id) {
                // It is durable before the next effect, or there is none: nobody could tell the node.
                return fail(.impossible, "\(names[index]) saves \(name), and its disk is full")
            }
            places[index].save(value, as: name)
            count(.saves, of: id)
            if log != nil { record(.save, at: id, text: "\(name): \(recorder.summary(value))") }
        case .write(let value, let name, let then, let otherwise):
            begin(.init(value: value, name: name, then: then, otherwise: otherwise), at: id)
        case .watch(let other, let timer):
            watch(other, reminding: timer, at: id)
        case .pause(let sender):
            if !hosts[index].paused.contains(sender) { hosts[index].paused.append(sender) }
        case .resume(let sender):
            hosts[index].paused.removeAll { $0 == sender }
            drainSoon(sender.index * names.count + index)
        case .launch(let other):
            guard places[other.index].status != .running, !hosts[other.index].isBeginning else {
                return
            }
            hosts[other.index].isBeginning = true
            schedule.add(.begin(other), at: later(by: draw(options.network.launchLatency)))
        case .kill(let other):
            if places[other.index].status == .running { crash(other) }
        case .read(let input, let cursor):
            count(.reads, of: id)
            noteRead(input, cursor)
        case .wantIdle:
            hosts[index].wantsIdle = true
        case .emit(let output):
            places[index].emit(output)
            count(.outputs, of: id)
            if case .outputs = system.progress { progress += 1 }
            if log != nil { record(.output, at: id, text: recorder.summary(output)) }
        case .halt:
            record(.halt, at: id)
            places[index].end(.halted)
            forget(id)
            noteEnd(of: id)
            for sender in names.indices { breakChannel(sender * names.count + index) }
        }
    }

    private mutating func arm(_ timer: Words.Timer, after: ClosedRange<Int>, at id: NodeID) {
        tokens += 1
        var delay = draw(after)
        let rate = hosts[id.index].clockRate
        if rate != 1 {
            // A clock that nearly stands still: never, rather than a trap.
            delay = Int(exactly: (Double(delay) / rate).rounded(.up)) ?? .max
            noteDrift(of: id)
        }
        let due = later(by: delay)
        let reminder = Host<Words>.Reminder(timer: timer, token: tokens, cause: .clock, due: due)
        disarm(timer, at: id)
        hosts[id.index].reminders.append(reminder)
        let incarnation = places[id.index].incarnation
        schedule.add(.timer(id, incarnation: incarnation, token: tokens), at: reminder.due)
    }

    mutating func disarm(_ timer: Words.Timer, at id: NodeID) {
        guard let place = hosts[id.index].reminders.firstIndex(where: { $0.timer == timer }) else {
            return
        }
        let old = hosts[id.index].reminders.remove(at: place)
        if old.isScheduled { forgetTimers(1) }
    }

    /// What dies with a node.
    private mutating func forget(_ id: NodeID) {
        let backlog = hosts[id.index].backlog
        var timers = hosts[id.index].reminders.count(where: \.isScheduled)
        timers += hosts[id.index].writes.count
        hosts[id.index].forget()
        for arrival in backlog {
            switch arrival {
            case .message(let flight): lose(flight)
            case .timer: break
            // That it is over is not on the schedule any more.
            case .writeEnd: timers -= 1
            }
        }
        forgetTimers(timers)
    }

    mutating func scheduleIdle(_ id: NodeID) {
        guard hosts[id.index].wantsIdle, !hosts[id.index].idleIsScheduled, isReady(id) else {
            return
        }
        hosts[id.index].idleIsScheduled = true
        let incarnation = places[id.index].incarnation
        let time = later(by: options.network.idleStep.nanoseconds)
        schedule.add(.idle(id, incarnation: incarnation), at: time)
    }

    /// Ends a life that is there.
    mutating func crash(_ id: NodeID, effectsDone: Int? = nil) {
        record(.crash, at: id, effects: effectsDone)
        statistics.events += 1
        places[id.index].end(.crashed)
        forget(id)
        noteEnd(of: id)
        for other in names.indices {
            breakChannel(id.index * names.count + other)
            breakChannel(other * names.count + id.index)
        }
    }

    mutating func count(_ milestone: Fault.Milestone, of id: NodeID) {
        hosts[id.index].counts[milestone.place] += 1
    }

    private mutating func noteRead(_ input: String, _ cursor: Int) {
        guard let place = system.inputs.names.firstIndex(of: input), cursor > cursors[place] else {
            return
        }
        if system.progress == .inputs { progress += cursor - cursors[place] }
        cursors[place] = cursor
    }
}
