import Causality
import Chance
import Failpoints
import FoundationEssentials
import Glibc
import Messaging
import Nodes

// Handler calls, and what becomes of their effects.
extension NodeHost {
    /// A call as it will stand in the log.
    struct Draft {
        let kind: Event.Kind
        var message: MessageID?
        var link: Link?
        var text: String?
        /// Of a timer that waited for the end of a life, which has ended.
        var ended: Life?
    }

    /// The first call of this life.
    func begin() {
        handle(.start, Draft(kind: surroundings.incarnation == 0 ? .start : .recover))
        control.append(.began)
    }

    func handle(_ call: Call<Words>, _ draft: Draft) {
        calls += 1
        hasOrderOfCall = false
        let check =
            Self.checksPurity
            ? PurityCheck(node: node, call: call, surroundings: surroundings) : nil
        var effects = Effects(surroundings, storage: storage)
        storage = []
        node.handle(call, &effects)
        // Before the list is taken: a copy that outlived it would be too much for the optimiser.
        if let impossible = effects.impossible {
            return breakDown(.impossible("\(name(me)) \(impossible)"))
        }
        let list = effects.takeList()
        if let difference = check?.difference(after: node, effects: list) {
            let text = "the call was \(recorder.summary(call)): \(difference)"
            return breakDown(.impure("\(name(me)): \(text)"))
        }
        if slownessNanoseconds > 0 { beBusy() }
        record(draft, list)
        perform(list)
        dispatch()
        storage = list
        while !postponed.isEmpty {
            let (place, begins) = postponed.removeFirst()
            if begins { beginFault(place) } else { endFault(place) }
        }
        // Of the first call the supervisor is told otherwise, and first.
        if draft.kind != .start, draft.kind != .recover { answerFlush() }
    }

    /// Handlers are run twice where that costs nothing that matters.
    private static var checksPurity: Bool {
        #if DEBUG
            true
        #else
            false
        #endif
    }

    private func record(_ draft: Draft, _ list: [Effect<Words>]) {
        guard setup.isRecording else { return }
        var changeGroups = 0
        var isInGroup = false
        var visible = 0
        var reads = 0
        for effect in list {
            switch effect {
            case .launch, .kill:
                if !isInGroup { changeGroups += 1 }
                isInGroup = true
            case .send, .save, .emit, .halt:
                visible += 1
                isInGroup = false
            case .watch: isInGroup = false
            case .read: reads += 1
            case .arm, .disarm, .write, .pause, .resume, .wantIdle: break
            }
        }
        var event = event(draft.kind, draft.text)
        event.message = draft.message?.text(names: names)
        event.peer = draft.message.map { name($0.sender.index) }
        event.link = draft.link?.rawValue
        event.state = (try? Fingerprint(of: node))?.text
        let call = Record.Call(
            event: event,
            view: view,
            recordCount: visible + changeGroups,
            effectCount: list.count,
            readCount: reads,
            ended: draft.ended
        )
        control.append(.call(call))
    }

    /// An event of this life at this moment; clocks come when the logs of all are put together.
    func event(_ kind: Event.Kind, _ text: String?) -> Event {
        Event(
            time: max(0, now),
            node: name(me),
            incarnation: surroundings.incarnation,
            kind: kind,
            text: text
        )
    }

    private func perform(_ list: [Effect<Words>]) {
        var place = 0
        var changesUpTo = 0
        while place < list.count {
            if !watches.isEmpty { beginDueFaults() }
            let effect = list[place]
            switch effect {
            case .launch, .kill:
                if place >= changesUpTo { changesUpTo = change(list, from: place) }
            case .send(let message, let receiver, let link):
                send(message, to: receiver, over: link, place)
            case .save(let value, let name): save(value, as: name, place)
            case .write(let value, let name, let then, let otherwise):
                write(value, as: name, then: then, otherwise: otherwise)
            case .watch(let other, let timer): watch(other, timer)
            case .arm(let timer, let after): arm(timer, after)
            case .disarm(let timer): disarm(timer)
            case .pause(let sender): pause(sender)
            case .resume(let sender): resume(sender)
            case .read(let input, let cursor): noteRead(input, cursor)
            case .wantIdle: wantsIdle = true
            case .emit(let output): emit(output, place)
            case .halt:
                performed(event(.halt, nil), place)
                halt()
            }
            count(.effects)
            if hasHalted || isBroken { return }
            place += 1
        }
        if !watches.isEmpty { beginDueFaults() }
    }

    /// Asks for launches and kills, and waits until they have taken place.
    ///
    /// All that follow each other without anything in between that others could notice go together.
    ///
    /// - Returns: The place up to which they have taken place.
    private func change(_ list: [Effect<Words>], from first: Int) -> Int {
        var changes: [Record.Change] = []
        var end = first
        collecting: for place in list[first...].indices {
            switch list[place] {
            case .launch(let other):
                changes.append(Record.Change(kind: .launch, node: other.index, place: place))
            case .kill(let other):
                changes.append(Record.Change(kind: .kill, node: other.index, place: place))
            case .send, .save, .watch, .emit, .halt: break collecting
            case .arm, .disarm, .write, .pause, .resume, .read, .wantIdle: break
            }
            end = place + 1
        }
        let later = list[end...].indices.compactMap { place -> Record.Change? in
            switch list[place] {
            case .launch(let other): Record.Change(kind: .launch, node: other.index, place: place)
            case .kill(let other): Record.Change(kind: .kill, node: other.index, place: place)
            case .send, .arm, .disarm, .save, .write, .watch, .pause, .resume, .read, .wantIdle,
                .emit, .halt:
                nil
            }
        }
        control.append(.changes(changes, later: later))
        control.flush()
        isWaitingForChanges = true
        while isWaitingForChanges { followOrders(waits: true) }
        return end
    }

    /// Notes an effect that somebody else could notice.
    func performed(_ event: Event, _ place: Int, save: Int? = nil, output: [UInt8]? = nil) {
        guard setup.isRecording || event.kind == .output || event.kind == .halt else { return }
        let performed = Record.Performed(event: event, place: place, save: save, output: output)
        control.append(.performed(performed))
    }

    private func emit(_ output: Words.Output, _ place: Int) {
        count(.outputs)
        // In an array, so that an output that is one number or one text is JSON too.
        let json = setup.tellsOutputs ? (try? JSONEncoder().encode([output])).map(Array.init) : nil
        performed(event(.output, recorder.summary(output)), place, output: json)
    }

    private func noteRead(_ input: String, _ cursor: Int) {
        count(.reads)
        guard let index = system.inputs.names.firstIndex(of: input), cursor > cursors[index] else {
            return
        }
        cursors[index] = cursor
        if system.progress == .inputs { control.append(.read(input: index, cursor: cursor)) }
    }

    /// Ends this life by its own will, unless somebody has ended it already.
    ///
    /// What was sent before a halt arrives, what was sent before a kill need not: it must be clear which it
    /// was before anything leaves.
    private func halt() {
        control.flush()
        isWaitingForChanges = true
        while isWaitingForChanges { followOrders(waits: true) }
        hasHalted = true
        // Nobody is there any more to take what we have sent to ourselves.
        peers[me].outgoing?.breakOff()
        wantsIdle = false
        for alarm in alarms.values { loop.cancel(alarm) }
        alarms = [:]
        dueTimes = [:]
        watchings = []
        writes = []
        inbox = []
    }

    func leaveOnceAllIsTaken() {
        guard reliable.unacknowledgedCount == 0, freshDatagrams.isEmpty, datagrams.queuedCount == 0
        else { return }
        // What the kernel has is delivered though we are gone, and a receiver may pause us for ever.
        let isOwed = peers.contains { peer in
            peer.outgoing.map { !$0.isBroken && !$0.isTaken } ?? false
        }
        if isOwed { return }
        if probes.isEmpty { probes = [0] }
        answerProbe()
        control.append(.left)
        control.flush()
        exit(EX_OK)
    }
}

// Timers, and what waits.
extension NodeHost {
    private func arm(_ timer: Words.Timer, _ after: ClosedRange<Int>) {
        disarm(timer)
        let span = after.upperBound - after.lowerBound
        var delay = after.lowerBound + (span > 0 ? Int(chance.next(below: UInt64(span) + 1)) : 0)
        if clockRate != 1 {
            // A clock that nearly stands still: never, rather than a trap.
            delay = Int(exactly: (Double(delay) / clockRate).rounded(.up)) ?? .max
            noteHit(ofKind: { if case .drift = $0 { true } else { false } })
        }
        let (due, overflow) = EventLoop.now.addingReportingOverflow(delay)
        setAlarm(timer, at: overflow ? .max : due)
    }

    func setAlarm(_ timer: Words.Timer, at due: Int) {
        dueTimes[timer] = due
        alarms[timer] = loop.at(due) { [unowned self] in timerIsDue(timer) }
    }

    func disarm(_ timer: Words.Timer) {
        if let alarm = alarms.removeValue(forKey: timer) { loop.cancel(alarm) }
        dueTimes[timer] = nil
        if !watchings.isEmpty { watchings.removeAll { $0.timer == timer } }
        guard !inbox.isEmpty else { return }
        // It may be due, and wait for its turn.
        inbox.removeAll { arrival in
            switch arrival {
            case .timer(let waiting, _): waiting == timer
            case .message, .commit, .unwritten: false
            }
        }
    }

    private func timerIsDue(_ timer: Words.Timer) {
        alarms[timer] = nil
        guard isReady, inbox.isEmpty else { return inbox.append(.timer(timer, ended: nil)) }
        fire(timer)
    }

    private func fire(_ timer: Words.Timer, ended: Life? = nil) {
        dueTimes[timer] = nil
        count(.timers)
        let text = recorder.summary(timer)
        handle(.fire(timer), Draft(kind: .timer, text: text, ended: ended))
    }

    func deliver(_ message: Words.Message, _ id: MessageID, _ link: Link) {
        count(.receives)
        let draft = Draft(
            kind: .receive,
            message: id,
            link: link,
            text: setup.isRecording ? recorder.summary(message) : nil
        )
        handle(.receive(message, from: id.sender), draft)
    }

    /// Takes what waits, as far as handlers may be called.
    ///
    /// Timers wait until the last: one that is due since no handler could be called must not find that
    /// others were silent when what they have sent lies here. (A timer may always come later.)
    ///
    /// - Returns: Whether there was anything.
    func takeInbox() -> Bool {
        guard isReady, !inbox.isEmpty else { return false }
        while isReady, !inbox.isEmpty {
            let place = inbox.firstIndex { !$0.isTimer } ?? 0
            switch inbox.remove(at: place) {
            case .timer(let timer, let ended): fire(timer, ended: ended)
            case .commit: commitWrite()
            case .unwritten(let outcome): endWrite(outcome)
            case .message(let message, let id, let link): deliver(message, id, link)
            }
        }
        if isReady { takeStreams() }
        return true
    }

    /// Something has arrived that is taken in its turn, at the end of this one at the earliest.
    func comeIn(_ arrival: Arrival<Words>) {
        inbox.append(arrival)
        loop.after(.zero) { [unowned self] in _ = takeInbox() }
    }

    private func beBusy() {
        noteHit(ofKind: { if case .slow = $0 { true } else { false } })
        busyUntil = EventLoop.now + slownessNanoseconds
        holdStreams()
        loop.at(busyUntil) { [unowned self] in
            busyUntil = 0
            if !takeInbox() { takeStreams() }
        }
    }

    func count(_ milestone: Fault.Milestone) { counts[milestone.place] += 1 }
}
