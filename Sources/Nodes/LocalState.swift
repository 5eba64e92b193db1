/// All there is of one node at one moment, without time: its place, and what it waits for.
///
/// The worlds without a clock are built on this: the explorer, and the replay of a log.
public struct LocalState<N: Node>: Hashable, Sendable {
    /// What became of one handler call.
    public struct Result: Sendable {
        /// The effects that took place, in order.
        public let effects: [Effect<N.Words>]
        /// How many effects the handler left, were there no crash.
        public let effectCount: Int
        /// What the node asked for that cannot be.
        public let impossible: String?
    }

    /// The node, and what outlives it.
    public private(set) var place = Place<N>()
    /// What it waits for.
    public private(set) var agenda = Agenda<N.Words>()
    /// Whether it was launched, or is to be restarted, and has not begun yet.
    public private(set) var isBeginning = false

    /// A place where nobody has lived yet.
    public init() {}

    /// Lets somebody who does not live begin, as the next step of his.
    public mutating func launch() {
        if place.status != .running { isBeginning = true }
    }

    /// Ends the life that is there, by a crash or by its own will.
    public mutating func end(_ status: Place<N>.Status) {
        place.end(status)
        agenda = Agenda()
    }

    /// Makes the timers due that wait for the end of another node's life.
    ///
    /// - Parameters:
    ///   - node: Who has died or halted, or does not live.
    ///   - later: Of the handler call that is being performed: what it watches with later effects, whose
    ///     turn has yet to come. (It may kill a node, launch it and watch its next life.)
    public mutating func noteEnd(of node: NodeID, except later: [N.Words.Timer] = []) {
        agenda.noteEnd(of: node, except: later)
    }

    /// Makes what was saved under a name unreadable.
    ///
    /// - Returns: Whether there was anything to damage.
    public mutating func damage(_ name: String) -> Bool { place.damage(name) }

    /// Runs one handler and performs those of its effects that touch nobody else.
    ///
    /// A `send`, `launch` or `kill` of the result is left to the caller, in the order in which they stand, and
    /// so is the question of a `watch` whether the other lives.
    ///
    /// - Parameters:
    ///   - call: What the node is told. `.start` begins a new life, any other needs one. A `.fire` takes
    ///     the timer off the agenda, an `.idle` the wish.
    ///   - id: Who lives here.
    ///   - system: Of which system.
    ///   - crashAfter: The node dies when so many effects have taken place; nil if it does not.
    /// - Returns: What took place.
    public mutating func run(
        _ call: Call<N.Words>,
        at id: NodeID,
        of system: System<N>,
        crashAfter: Int? = nil
    ) -> Result {
        switch call {
        case .start:
            isBeginning = false
            place.begin(system.members[id.index].make())
        case .fire(let timer): agenda.disarm(timer)
        case .idle: agenda.wantsIdle = false
        case .receive: break
        }
        return perform(call, at: id, of: system, crashAfter: crashAfter)
    }

    /// Ends the oldest write that is under way, and runs the handler that it reminds.
    ///
    /// - Parameters:
    ///   - isDurable: Whether it has come to rest, or was refused.
    ///   - id: Who lives here.
    ///   - system: Of which system.
    ///   - crashAfter: As for any call; after 0 effects, what was written is there and nobody knows.
    /// - Returns: What took place, and what had been written; nil if there was no write.
    public mutating func endWrite(
        isDurable: Bool,
        at id: NodeID,
        of system: System<N>,
        crashAfter: Int? = nil
    ) -> (result: Result, write: Agenda<N.Words>.Write)? {
        guard let write = agenda.takeWrite() else { return nil }
        if isDurable { place.save(write.value, as: write.name) }
        let call = Call<N.Words>.fire(isDurable ? write.then : write.otherwise)
        return (perform(call, at: id, of: system, crashAfter: crashAfter), write)
    }

    private mutating func perform(
        _ call: Call<N.Words>,
        at id: NodeID,
        of system: System<N>,
        crashAfter: Int?
    ) -> Result {
        var effects = Effects(place.surroundings(at: id, of: system))
        place.handle(call, &effects)
        let impossible = effects.impossible
        let list = effects.takeList()
        var performed: [Effect<N.Words>] = []
        for effect in list.prefix(crashAfter ?? list.count) {
            performed.append(effect)
            // What stands after a `halt` does not take place.
            guard perform(effect) else {
                end(.halted)
                break
            }
        }
        if crashAfter != nil, place.status == .running { end(.crashed) }
        return Result(effects: performed, effectCount: list.count, impossible: impossible)
    }

    /// - Returns: False if it was the last one.
    private mutating func perform(_ effect: Effect<N.Words>) -> Bool {
        switch effect {
        case .arm(let timer, let after): agenda.arm(timer, on: .after(nanoseconds: after))
        case .watch(let other, let timer): agenda.arm(timer, on: .end(of: other))
        case .write(let value, let name, let then, let otherwise):
            agenda.begin(.init(value: value, name: name, then: then, otherwise: otherwise))
        case .disarm(let timer): agenda.disarm(timer)
        case .save(let value, let name): place.save(value, as: name)
        case .pause(let sender): agenda.pause(sender)
        case .resume(let sender): agenda.resume(sender)
        case .wantIdle: agenda.wantsIdle = true
        case .emit(let output): place.emit(output)
        case .halt: return false
        case .send, .launch, .kill, .read: break
        }
        return true
    }
}
