public import Causality
import Chance
public import Nodes

/// The first world: one thread, virtual time, and all chance from a seed.
///
/// The same system with the same options gives the same run, event for event, in every process on every
/// machine: nothing in here walks a `Set` or a `Dictionary`, or looks at a clock.
///
/// A run is over when nothing is left to happen: no message on its way, no timer armed, nobody who wants
/// to be idle or is to begin.
public struct Simulation<N: Node> {
    typealias Words = N.Words

    /// What is on the schedule.
    enum Happening {
        case arrival(Flight<Words>)
        /// An acknowledged datagram whose last transmission was lost is sent again.
        ///
        /// In a box of its own, so that it does not make all that is on the schedule larger.
        indirect case retry(Retry<Words>)
        case timer(NodeID, incarnation: Int, token: Int)
        /// The oldest write of a node is over.
        case writeEnd(NodeID, incarnation: Int)
        case idle(NodeID, incarnation: Int)
        /// A launch that was asked for.
        case begin(NodeID)
        /// A new life after this one crashed, if nobody else has begun one.
        case restart(NodeID, after: Int)
        /// A slow node has done its work.
        case wake(NodeID, incarnation: Int)
        /// The first message that a pause held back.
        case drain(channel: Int)
        case faultBegins(Int)
        case faultEnds(Int)
    }

    let system: System<N>
    let options: SimulationOptions
    let names: [String]

    var now = 0
    var chance: SplitMix64
    var schedule = Schedule<Happening>()
    /// How many faults on the schedule have yet to begin: they alone keep no run going.
    var faultsToBegin = 0

    var places: [Place<N>]
    var hosts: [Host<Words>]
    /// Sender * nodes + receiver.
    var channels: [Channel<Words>]
    var faults: [FaultState] = []
    /// Those that change what is sent, and are active.
    var activeLinkFaults: [Int] = []
    /// Those that wait for progress.
    var progressWatches: [Int] = []
    /// How many outputs were emitted, or entries read for the first time.
    var progress = 0
    /// The highest cursor read of each input, by its place in `Inputs.names`.
    var cursors: [Int]

    var statistics = Outcome<N>.Statistics()
    var failure: Failure?
    var reached: [Bool]
    let alwaysProperties: [Property<N>]
    let sometimesProperties: [Property<N>]

    /// The kinds of each node's effects, in order; kept only for a crash sweep.
    var effectKinds: [[EffectKind]]?

    var tokens = 0
    /// How many timers and ends of writes are on the schedule that were moved or forgotten, or have died
    /// with their node.
    var staleTimers = 0
    /// How many ends of faults are on the schedule.
    var faultsToEnd = 0
    /// Room for the effects of the next handler call.
    var storage: [Effect<Words>] = []
    var recorder: EventRecorder
    let log: ((Event) -> Void)?
    /// Told of each effect that takes place: whose, and when, in nanoseconds since the run began.
    ///
    /// It costs next to nothing, other than the log, for which each event is put into words.
    public var whenPerformed:
        ((_ node: NodeID, _ effect: Effect<N.Words>, _ nanoseconds: Int) -> Void)?

    /// A run that has not begun.
    ///
    /// - Parameters:
    ///   - system: What runs.
    ///   - options: How.
    ///   - log: Takes each event as it happens; without it, none is made.
    public init(
        _ system: System<N>,
        _ options: SimulationOptions,
        log: ((Event) -> Void)? = nil
    ) {
        self.system = system
        self.options = options
        self.log = log
        names = system.members.map(\.name)
        chance = SplitMix64(seed: options.seed)
        let count = names.count
        places = Array(repeating: Place(), count: count)
        hosts = Array(repeating: Host(), count: count)
        channels = Array(repeating: Channel(), count: count * count)
        cursors = Array(repeating: 0, count: system.inputs.names.count)
        statistics.effects = Array(repeating: 0, count: count)
        alwaysProperties = system.properties.filter { $0.kind == .always }
        sometimesProperties = system.properties.filter { $0.kind == .sometimes }
        reached = Array(repeating: false, count: sometimesProperties.count)
        recorder = EventRecorder(names: names)
        layOutFaults()
    }

    /// Runs to the end.
    ///
    /// - Returns: What became of the run.
    public mutating func run() -> Outcome<N> {
        for index in names.indices where system.members[index].begins == .atOnce {
            hosts[index].isBeginning = true
        }
        beginFaultsOfSurroundings()
        for index in names.indices where system.members[index].begins == .atOnce {
            begin(NodeID(index))
        }
        beginFaultsAtOnce()
        while failure == nil, isGoingOn, let next = schedule.next() {
            // It leaves no trace, not even in time.
            if isStale(next.payload) { continue }
            guard next.time <= options.timeMax.nanoseconds else {
                // It is still to happen, and the report is about that.
                schedule.add(next.payload, at: next.time)
                fail(.unfinished, "\(options.timeMax) of virtual time are over")
                break
            }
            guard statistics.events < options.eventsMax else {
                schedule.add(next.payload, at: next.time)
                fail(.unfinished, "it has had \(options.eventsMax) events")
                break
            }
            happen(next.payload, at: next.time)
        }
        if failure == nil { checkEnd() }
        return outcome()
    }

    /// How much is on the schedule, timers included that nobody waits for any more.
    var scheduledCount: Int { schedule.count }

    /// Whether anything is left to happen that a node could notice.
    private var isGoingOn: Bool {
        if schedule.count > faultsToBegin + faultsToEnd + staleTimers { return true }
        // The end of a partition or of a stop matters if something waits for it.
        return faultsToEnd > 0
            && (channels.contains { !$0.cutOff.isEmpty } || hosts.contains { !$0.backlog.isEmpty })
    }

    /// Whether it is a timer, or the end of a write, that nobody waits for any more.
    private mutating func isStale(_ happening: Happening) -> Bool {
        let isAwaited: Bool
        switch happening {
        case .timer(let id, let incarnation, let token):
            isAwaited =
                isLiving(id, incarnation)
                && hosts[id.index].reminders.contains { $0.token == token }
        case .writeEnd(let id, let incarnation):
            isAwaited = isLiving(id, incarnation)
        case .arrival, .retry, .idle, .begin, .restart, .wake, .drain, .faultBegins, .faultEnds:
            return false
        }
        if !isAwaited { staleTimers -= 1 }
        return !isAwaited
    }

    /// A moment from now; the end of time, if that is sooner.
    func later(by nanoseconds: Int) -> Int {
        let (time, overflow) = now.addingReportingOverflow(nanoseconds)
        return overflow ? .max : time
    }

    /// Counts timers that are on the schedule for nothing, and takes them off when they are most of it.
    mutating func forgetTimers(_ count: Int) {
        staleTimers += count
        guard staleTimers > 1_000, staleTimers > schedule.count / 2 else { return }
        let living = hosts.map { Set($0.reminders.map(\.token)) }
        let lives = places.map { $0.status == .running ? $0.incarnation : nil }
        schedule.removeAll { happening in
            switch happening {
            case .timer(let id, _, let token): !living[id.index].contains(token)
            case .writeEnd(let id, let incarnation): lives[id.index] != incarnation
            case .arrival, .retry, .idle, .begin, .restart, .wake, .drain, .faultBegins, .faultEnds:
                false
            }
        }
        staleTimers = 0
    }

    mutating func happen(_ happening: Happening, at time: Int) {
        now = time
        switch happening {
        case .arrival(let flight):
            arrive(flight)
        case .retry(let retry):
            sendAgain(retry)
        case .timer(let id, _, let token):
            timerIsDue(token, at: id)
        case .writeEnd(let id, _):
            endWrite(at: id)
        case .idle(let id, let incarnation):
            guard isLiving(id, incarnation) else { return }
            hosts[id.index].idleIsScheduled = false
            beIdle(id)
        case .begin(let id):
            guard hosts[id.index].isBeginning else { return }
            begin(id)
        case .restart(let id, let incarnation):
            let place = places[id.index]
            guard place.status == .crashed, place.incarnation == incarnation else { return }
            begin(id)
        case .wake(let id, let incarnation):
            guard isLiving(id, incarnation) else { return }
            wake(id)
        case .drain(let channel):
            guard channels[channel].isDraining else { return }
            channels[channel].isDraining = false
            drain(channel)
        case .faultBegins(let index):
            faultsToBegin -= 1
            beginFault(index)
        case .faultEnds(let index):
            faultsToEnd -= 1
            endFault(index)
        }
    }

    func isLiving(_ id: NodeID, _ incarnation: Int) -> Bool {
        places[id.index].status == .running && places[id.index].incarnation == incarnation
    }

    mutating func fail(_ kind: Failure.Kind, _ subject: String, details: String = "") {
        guard failure == nil else { return }
        failure = Failure(
            kind: kind,
            subject: subject,
            details: kind == .unfinished ? waitingReport() : details
        )
    }

    /// A number from the range, evenly.
    mutating func draw(_ range: ClosedRange<Int>) -> Int {
        guard range.lowerBound < range.upperBound else { return range.lowerBound }
        let span = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int(chance.next(below: span))
    }

    mutating func draw(_ range: ClosedRange<Duration>) -> Int {
        draw(range.lowerBound.nanoseconds...range.upperBound.nanoseconds)
    }
}
