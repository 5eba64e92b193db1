import Causality
import Chance
import Failpoints
import Glibc
import Messaging
import Nodes

/// One life of one node: the process that runs its handlers, and all that the node knows of the world.
///
/// One thread, one loop. In each turn it takes what has come, calls handlers, and then lets out what they
/// asked for: first the records for the supervisor, then the messages. Whatever reaches another node is
/// therefore on record, however suddenly this process ends.
final class NodeHost<N: Node> {
    typealias Words = N.Words

    let system: System<N>
    let setup: NodeSetup
    let codec: MessageCodec<Words>
    let control: ControlLine
    let failpoints: Failpoints
    let loop: EventLoop
    let frames: FrameCodec
    let me: Int
    let names: [String]

    // The node, and what it can find out without being told.
    var node: N
    var surroundings: Surroundings<Words>
    let store: any StableStore<Words.Saved>

    // What it waits for.
    var alarms: [Words.Timer: EventLoop.Alarm] = [:]
    var dueTimes: [Words.Timer: Int] = [:]
    var paused: Set<Int> = []
    var wantsIdle = false
    /// Timers that wait for the ends of lives.
    var watchings: [Watching] = []
    /// What is put to rest beside the node's work, oldest first: that is under way.
    var writes: [Write] = []
    let writer: SaveWriter
    var isWriting = false
    /// Whether a write is taking place: it is one step with the call that follows.
    var isCommitting = false
    /// The number of the last save that was begun.
    var lastNumber: Int
    /// What has arrived while no handler could be called, in order.
    var inbox: [Arrival<Words>] = []
    /// Datagrams, and copies of them, that a fault holds back.
    var delayedCount = 0

    // The others.
    var view: Int
    var peers: [Peer<Words>]
    let datagrams: DatagramSocket
    /// Those of this turn: they go after its records.
    var freshDatagrams: [(bytes: [UInt8], address: Address)] = []
    let listener: StreamListener
    var reliable: ReliableDatagrams
    /// Packets that have come, and acknowledgements that have gone: they tell one packet from another.
    var attempts: UInt64 = 0
    var acknowledgements = 0
    var retryAlarm: EventLoop.Alarm?
    /// Connections that have not said who they are, the first to come first.
    var strangers: [Stranger] = []
    var strangerCount = 0

    // Where it stands.
    /// Whether handlers may be called: not before everybody has begun, nor while a view is changed.
    var isStalled = true
    /// The view for which all calls shall end, and whether we have said that they have.
    var flush: Int?
    var hasAnsweredFlush = false
    /// How many calls that asked for launches and kills came before the present one, that included; it is
    /// such a call if its own place is known.
    var order: Int
    var hasOrderOfCall = false
    /// How many ends of watched lives we know of.
    var ends: Int
    /// Datagrams of those who knew of more.
    var premature: [(header: FrameHeader, parcel: Parcel, payload: [UInt8])] = []
    /// If the first call was one: what was sent before the call with which this is, or that which launched
    /// us, is lost, although we seemed to be there already.
    var firstOrder = 0
    /// What the present call has sent so far, and to whom it goes is not decided yet.
    var outbox: [(message: Words.Message, id: MessageID, link: Link, peer: Int)] = []
    var hasHalted = false
    var isWaitingForChanges = false
    var isToStop = false
    var wasCongested = false
    /// When this turn of the loop began, and whether streams wait for the next one: timers come in between.
    var turnBegan = 0
    var streamsWait = false
    /// What has gone wrong for good: nothing is done any more but to wait for the end.
    var isBroken = false
    var sent = 0
    var calls = 0
    /// The rounds of asking in which it has not answered.
    var probes: [Int] = []

    // Faults.
    var faults: [FaultState]
    var linkFaults: LinkFaults
    var hits: [Int]
    /// How often the node did what can be counted, in all its lives.
    var counts: [Int]
    /// Its own faults that wait for such a count.
    var watches: [Int]
    var slownessNanoseconds = 0
    var busyUntil = 0
    var clockRate = 1.0

    var chance: SplitMix64
    var recorder: EventRecorder
    /// Room for the effects of the next handler call.
    var storage: [Effect<Words>] = []
    var cursors: [Int]
    /// When the run began.
    var epoch = EventLoop.now
    /// Faults that begin or end after the present call.
    var postponed: [(place: Int, begins: Bool)] = []
    /// Orders that have come and were not followed yet; those that came together with the setup at first.
    var orders: [Order]

    init(
        _ system: System<N>,
        _ setup: NodeSetup,
        codec: MessageCodec<Words>,
        store: any StableStore<Words.Saved>,
        writer: SaveWriter,
        control: ControlLine,
        orders: [Order],
        failpoints: Failpoints,
        datagramDescriptor: Int32,
        listenerDescriptor: Int32
    ) throws {
        self.system = system
        self.setup = setup
        self.codec = codec
        self.control = control
        self.orders = orders
        self.failpoints = failpoints
        me = setup.node
        loop = try EventLoop()
        frames = FrameCodec(token: setup.token)
        node = system.members[setup.node].make()
        self.store = store
        self.writer = writer
        lastNumber = store.lastNumber()
        surroundings = Surroundings(
            me: NodeID(setup.node),
            incarnation: setup.incarnation,
            nodeCount: system.members.count,
            saved: .stored(store),
            inputs: system.inputs
        )
        view = setup.view
        order = setup.order
        ends = setup.ends
        peers = system.members.indices.map { index in
            Peer(
                incarnation: setup.lives[index],
                isGone: setup.gone[index],
                streamAddress: setup.streamAddresses[index],
                datagramAddress: setup.datagramAddresses[index]
            )
        }
        datagrams = try DatagramSocket(datagramDescriptor, on: loop)
        // `self` is complete only after the last line: the handlers come with `open`.
        let gate = Gate()
        listener = try StreamListener(listenerDescriptor, on: loop) { gate.accept?($0) }
        let names = system.members.map(\.name)
        self.names = names
        let states = setup.faults.faults.flatMap { FaultState.states(of: $0, names: names) }
        faults = states
        linkFaults = LinkFaults(
            seed: setup.seed,
            states: states,
            receiver: setup.node,
            nodeCount: names.count
        )
        hits = Array(repeating: 0, count: states.count)
        counts = setup.counts
        watches = []
        var print = Fingerprint()
        for number in [setup.seed, UInt64(setup.node), UInt64(setup.incarnation)] {
            print.combine(number)
        }
        chance = SplitMix64(seed: print.bits)
        reliable = ReliableDatagrams(jitterSeed: print.bits)
        recorder = EventRecorder(names: names)
        cursors = setup.cursors
        gate.accept = { [unowned self] in accept($0) }
        layOutFaults()
    }

    /// Lets the listener be made before the host is complete.
    private final class Gate {
        var accept: ((ByteStream) -> Void)?
    }

    /// Runs until the supervisor says that the run is over, or the node has halted.
    func run() throws -> Never {
        try loop.watch(control.descriptor, for: .reading) { [unowned self] _ in
            followOrders(waits: false)
        }
        datagrams.onDatagram = { [unowned self] bytes, _ in receiveDatagram(bytes) }
        control.append(.ready)
        control.flush()
        while !orders.isEmpty { follow(orders.removeFirst()) }
        while true {
            turnBegan = EventLoop.now
            if streamsWait {
                streamsWait = false
                takeStreams()
            }
            var hasRun = try loop.turn(upTo: .zero)
            if !hasRun, takeInbox() { hasRun = true }
            if !hasRun, isReady, wantsIdle, !isCongested {
                wantsIdle = false
                handle(.idle, Draft(kind: .idle))
                hasRun = true
            }
            endTurn()
            if hasRun || streamsWait { continue }
            // Those that came while a call was held, or waited for its launches.
            if !orders.isEmpty || control.hasEarlyOrders {
                followOrders(waits: false)
                endTurn()
                continue
            }
            answerProbe()
            try loop.turn(upTo: nil)
            endTurn()
        }
    }

    /// Whether a handler may be called now.
    var isReady: Bool {
        !isStalled && !hasHalted && !isBroken && !isCommitting && busyUntil == 0
    }

    /// Records first: what others can notice must be on record.
    func endTurn() {
        control.flush()
        if isToStop, !isCommitting { stop() }
        sendAcknowledged()
        for (bytes, address) in freshDatagrams {
            bytes.withUnsafeBytes { _ = datagrams.send($0, to: address) }
        }
        freshDatagrams.removeAll(keepingCapacity: true)
        datagrams.flush()
        for index in peers.indices where peers[index].outgoing?.isDirty ?? false {
            peers[index].outgoing?.flush()
        }
        if hasHalted { leaveOnceAllIsTaken() }
        // Somebody has caught up, perhaps.
        if wasCongested, !isCongested { takeStreams() }
        wasCongested = isCongested
    }

    /// Tells of something once, and then does nothing more but follow orders.
    func breakDown(_ record: Record) {
        guard !isBroken else { return }
        isBroken = true
        control.append(record)
        control.flush()
    }

    /// Nanoseconds since the run began.
    var now: Int { EventLoop.now - epoch }

    func name(_ index: Int) -> String { system.members[index].name }
}
