public import Causality

/// A whole system at one moment, without time: every node's state and every message in flight (Lynch,
/// "Distributed Algorithms", 1996, section 2.1).
///
/// It goes on step by step as it is told, and says what happened. This is how a trace of the explorer is
/// told and how a log is run again; the explorer's own search has a form that is quicker and means the
/// same.
public struct Configuration<N: Node>: Sendable {
    /// A message in flight.
    public struct Flight: Sendable {
        /// Which.
        public let id: MessageID
        /// Between whom, over what, and what it says.
        public let envelope: Envelope<N.Words>
        /// The sender's vector clock when it was sent.
        public let clock: VectorClock
    }

    /// Of which system.
    public let system: System<N>
    /// Each node's state, by index.
    public private(set) var states: [LocalState<N>]
    /// Messages on their way, oldest first; those of one stream arrive in this order.
    public private(set) var flights: [Flight] = []
    /// What a node asked for that cannot be, and which node.
    public private(set) var impossible: String?

    private var recorder: EventRecorder
    /// How many messages each node has sent in its present life.
    private var sendCounts: [Int]
    private var events: [Event] = []
    private var now = 0

    /// The system before anybody has begun; the world begins its members, by index.
    public init(_ system: System<N>) {
        self.system = system
        states = system.members.map { member in
            var state = LocalState<N>()
            if member.begins == .atOnce { state.launch() }
            return state
        }
        sendCounts = Array(repeating: 0, count: system.members.count)
        recorder = EventRecorder(names: system.members.map(\.name))
    }

    /// As properties see it.
    public var state: SystemState<N> {
        let flights = flights
        return SystemState(places: states.map(\.place)) { flights.map(\.envelope) }
    }

    /// Whether a message could arrive now: its receiver lives, and, of a stream, it is the first and not
    /// held back.
    public func isDeliverable(_ flight: Flight) -> Bool {
        let envelope = flight.envelope
        guard states[envelope.receiver.index].place.status == .running else { return false }
        switch envelope.link {
        case .stream: return isFirstOfStream(flight)
        case .datagram, .acknowledged: return true
        }
    }

    private func isFirstOfStream(_ flight: Flight) -> Bool {
        let envelope = flight.envelope
        if states[envelope.receiver.index].agenda.paused.contains(envelope.sender) { return false }
        let first = flights.first {
            $0.envelope.link == .stream && $0.envelope.sender == envelope.sender
                && $0.envelope.receiver == envelope.receiver
        }
        return first?.id == flight.id
    }

    /// Whether a message could be lost now with nothing else happening.
    ///
    /// A datagram at any time. An acknowledged one only if its sender has crashed: nobody sends it again,
    /// and nobody knows whether it was on its way. (With the sender's next life it is gone anyway.) As
    /// long as the sender lives, or if it has halted, it is sent again until it arrives.
    public func isDroppable(_ flight: Flight) -> Bool {
        let envelope = flight.envelope
        return switch envelope.link {
        case .datagram: true
        case .acknowledged: states[envelope.sender.index].place.status == .crashed
        case .stream: false
        }
    }

    /// Takes a step.
    ///
    /// - Parameters:
    ///   - step: What happens.
    ///   - time: When, in nanoseconds since the run began; it stands in the events.
    /// - Returns: What happened, in order: first the step, then what its effects brought about.
    /// - Throws: `NoSuchStep` if that cannot happen here; nothing has changed then.
    public mutating func take(
        _ step: Step<N.Words>,
        at time: Int
    ) throws(NoSuchStep) -> [Event] {
        now = time
        events = []
        switch step.action {
        case .begin(let id):
            guard states[id.index].place.status != .running else {
                throw NoSuchStep(description: "\(name(id)) begins, but it lives already")
            }
            begin(id, crashAfter: step.crashAfter)
        case .deliver(let message, let isKept):
            let flight = try flight(message)
            guard isDeliverable(flight) else {
                throw NoSuchStep(description: "\(text(message)) cannot arrive yet")
            }
            if isKept, flight.envelope.link == .acknowledged {
                throw NoSuchStep(description: "\(text(message)) arrives once, and cannot be kept")
            }
            if !isKept { flights.removeAll { $0.id == message } }
            deliver(flight, crashAfter: step.crashAfter)
        case .drop(let message):
            let flight = try flight(message)
            guard isDroppable(flight) else {
                let reason =
                    switch flight.envelope.link {
                    case .stream, .datagram: "it is no datagram"
                    case .acknowledged: "its sender has not crashed"
                    }
                throw NoSuchStep(description: "\(text(message)) is lost, but \(reason)")
            }
            lose { $0.id == message }
        case .fire(let id, let timer):
            let reminders = states[id.index].agenda.reminders
            guard let reminder = reminders.first(where: { $0.timer == timer }) else {
                let what = recorder.summary(timer)
                throw NoSuchStep(description: "\(name(id)) has not armed \(what)")
            }
            guard reminder.mayFire else {
                let what = recorder.summary(timer)
                throw NoSuchStep(description: "\(what) of \(name(id)) waits for a life to end")
            }
            record(.timer, at: id, text: recorder.summary(timer))
            run(.fire(timer), at: id, crashAfter: step.crashAfter)
        case .idle(let id):
            guard states[id.index].agenda.wantsIdle else {
                throw NoSuchStep(description: "\(name(id)) does not want to be idle")
            }
            record(.idle, at: id)
            run(.idle, at: id, crashAfter: step.crashAfter)
        case .finish(let id): try endWrite(at: id, isDurable: true, crashAfter: step.crashAfter)
        case .refuse(let id): try endWrite(at: id, isDurable: false, crashAfter: step.crashAfter)
        case .crash(let id):
            guard states[id.index].place.status == .running else {
                throw NoSuchStep(description: "\(name(id)) crashes, but it does not live")
            }
            crash(id)
        case .damage(let id, let save):
            guard states[id.index].damage(save) else {
                throw NoSuchStep(description: "\(name(id)) has nothing saved as \(save)")
            }
            record(.note, at: id, text: Step<N.Words>.damageMark + save)
        }
        return events
    }

    private func flight(_ id: MessageID) throws(NoSuchStep) -> Flight {
        guard let flight = flights.first(where: { $0.id == id }) else {
            throw NoSuchStep(description: "\(text(id)) is not in flight")
        }
        return flight
    }

    private mutating func begin(_ id: NodeID, crashAfter: Int?) {
        // With a new life, what the old one sent is gone.
        lose { $0.envelope.sender == id }
        sendCounts[id.index] = 0
        let incarnation = states[id.index].place.incarnation + 1
        record(incarnation == 0 ? .start : .recover, at: id, incarnation: incarnation)
        run(.start, at: id, crashAfter: crashAfter)
    }

    private mutating func deliver(_ flight: Flight, crashAfter: Int?) {
        let envelope = flight.envelope
        record(
            .receive,
            at: envelope.receiver,
            message: flight.id,
            peer: envelope.sender,
            link: envelope.link,
            text: recorder.summary(envelope.message),
            learned: flight.clock
        )
        let call = Call<N.Words>.receive(envelope.message, from: envelope.sender)
        run(call, at: envelope.receiver, crashAfter: crashAfter)
    }

    private mutating func endWrite(
        at id: NodeID,
        isDurable: Bool,
        crashAfter: Int?
    ) throws(NoSuchStep) {
        let ended = states[id.index].endWrite(
            isDurable: isDurable,
            at: id,
            of: system,
            crashAfter: crashAfter
        )
        guard let (result, write) = ended else {
            throw NoSuchStep(description: "\(name(id)) is writing nothing")
        }
        let text = "\(write.name): \(recorder.summary(write.value))"
        record(isDurable ? .written : .refused, at: id, text: text)
        perform(result, of: id)
    }

    private mutating func run(_ call: Call<N.Words>, at id: NodeID, crashAfter: Int?) {
        perform(
            states[id.index].run(call, at: id, of: system, crashAfter: crashAfter),
            of: id
        )
    }

    private mutating func perform(_ result: LocalState<N>.Result, of id: NodeID) {
        if let reason = result.impossible, impossible == nil {
            impossible = "\(name(id)) \(reason)"
        }
        for (place, effect) in result.effects.enumerated() {
            perform(effect, of: id, before: result.effects[(place + 1)...])
        }
        guard states[id.index].place.status != .running else { return }
        if states[id.index].place.status == .crashed {
            record(.crash, at: id, effects: result.effects.count)
            loseAllThatDiesWith(id)
        } else {
            // What it has sent before it halted still arrives.
            lose { $0.envelope.receiver == id }
            noteEnd(of: id)
        }
    }

    /// Tells of an effect, and performs it where it touches others.
    private mutating func perform(
        _ effect: Effect<N.Words>,
        of id: NodeID,
        before rest: ArraySlice<Effect<N.Words>>
    ) {
        switch effect {
        case .send(let message, let receiver, let link):
            send(message, from: id, to: receiver, over: link)
        case .launch(let other):
            guard states.indices.contains(other.index) else { return }
            states[other.index].launch()
        case .kill(let other):
            guard states.indices.contains(other.index), other != id,
                states[other.index].place.status == .running
            else { return }
            crash(other, by: id, before: rest)
        case .save(let value, let name):
            record(.save, at: id, text: "\(name): \(recorder.summary(value))")
        case .emit(let output):
            record(.output, at: id, text: recorder.summary(output))
        case .halt:
            record(.halt, at: id)
        case .watch(let other, _):
            guard states.indices.contains(other.index) else { return }
            let lives = states[other.index].place.status == .running
            if !lives, !states[other.index].isBeginning {
                states[id.index].noteEnd(of: other, except: Self.watched(by: rest))
            }
        case .arm, .disarm, .write, .pause, .resume, .read, .wantIdle:
            break
        }
    }

    private mutating func send(
        _ message: N.Words.Message,
        from sender: NodeID,
        to receiver: NodeID,
        over link: Link
    ) {
        guard states.indices.contains(receiver.index) else { return }
        sendCounts[sender.index] += 1
        let incarnation = states[sender.index].place.incarnation
        let id = MessageID(
            sender: sender,
            incarnation: incarnation,
            number: sendCounts[sender.index]
        )
        let text = recorder.summary(message)
        record(.send, at: sender, message: id, peer: receiver, link: link, text: text)
        let envelope = Envelope<N.Words>(
            sender: sender,
            receiver: receiver,
            link: link,
            message: message
        )
        let clock = recorder.clock(of: sender)
        flights.append(Flight(id: id, envelope: envelope, clock: clock))
        // Nobody is there to take it, or is about to be.
        let isLost = states[receiver.index].place.status != .running
        if isLost, !states[receiver.index].isBeginning { lose { $0.id == id } }
    }

    /// Somebody dies: by himself, or killed by one of whose effects these have yet to take place.
    private mutating func crash(
        _ id: NodeID,
        by killer: NodeID? = nil,
        before rest: ArraySlice<Effect<N.Words>> = []
    ) {
        record(.crash, at: id)
        states[id.index].end(.crashed)
        loseAllThatDiesWith(id, by: killer, before: rest)
    }

    /// Its streams break, and nobody is there any more for what was sent to it.
    private mutating func loseAllThatDiesWith(
        _ id: NodeID,
        by killer: NodeID? = nil,
        before rest: ArraySlice<Effect<N.Words>> = []
    ) {
        noteEnd(of: id, by: killer, before: rest)
        lose {
            $0.envelope.receiver == id || $0.envelope.link == .stream && $0.envelope.sender == id
        }
    }

    private mutating func noteEnd(
        of id: NodeID,
        by killer: NodeID? = nil,
        before rest: ArraySlice<Effect<N.Words>> = []
    ) {
        for index in states.indices {
            let later = index == killer?.index ? Self.watched(by: rest) : []
            states[index].noteEnd(of: id, except: later)
        }
    }

    /// The reminders of the watches among these effects.
    private static func watched(by effects: ArraySlice<Effect<N.Words>>) -> [N.Words.Timer] {
        effects.compactMap { effect in
            if case .watch(_, let timer) = effect { timer } else { nil }
        }
    }

    private mutating func lose(_ isLost: (Flight) -> Bool) {
        for flight in flights where isLost(flight) {
            record(
                .drop,
                at: flight.envelope.receiver,
                message: flight.id,
                peer: flight.envelope.sender,
                link: flight.envelope.link,
                text: recorder.summary(flight.envelope.message)
            )
        }
        flights.removeAll(where: isLost)
    }

    private mutating func record(
        _ kind: Event.Kind,
        at id: NodeID,
        incarnation: Int? = nil,
        message: MessageID? = nil,
        peer: NodeID? = nil,
        link: Link? = nil,
        text: String? = nil,
        effects: Int? = nil,
        learned: VectorClock? = nil
    ) {
        events.append(
            recorder.event(
                kind,
                at: id,
                incarnation: incarnation ?? max(0, states[id.index].place.incarnation),
                time: now,
                message: message,
                peer: peer,
                link: link,
                text: text,
                effects: effects,
                learned: learned
            )
        )
    }

    private func name(_ id: NodeID) -> String { system.name(of: id) }

    private func text(_ id: MessageID) -> String {
        id.text(names: system.members.map(\.name))
    }
}
