import Causality
import Failpoints
import Glibc
import Messaging
import Nodes
import Processes

/// Runs a system as one process a node: starts them, breaks them as the plan says, and keeps the record.
///
/// One thread, one loop. Nothing that it does waits for a node, but for the start of all.
final class Supervisor<N: Node> {
    let system: System<N>
    let options: DeploymentOptions
    /// How the process of a node is started.
    let command: ChildProcess.Command
    /// The lab's own options, as they were typed.
    let words: [String]
    let stores: Stores<N.Words.Saved>
    let hooks: DeploymentHooks

    let loop: EventLoop
    let directory: RunDirectory
    let token = RunToken.random()
    let codec = ControlCodec()
    var epoch = 0

    var members: [SupervisedMember] = []
    var view = 0
    /// The change of view that is under way.
    var change: ViewChange?
    /// Changes of the view that nodes have asked for, and how many were served.
    var requests: [ViewRequest] = []
    var served = 0
    var flushAlarm: EventLoop.Alarm?
    /// Whether the time of the run has begun, and whether all have begun who do so at once.
    var isBegun = false
    var haveAllBegun = false

    var faults: [FaultState]
    /// How many restarts are yet to come.
    var restartsToCome = 0
    /// The crashed lives whose next ones are due, and wait for a view of their own.
    var waitingRestarts: [Life] = []
    var progressWatches: [Int] = []
    var outputs: [[String]]
    var outputCount = 0
    var cursors: [Int]

    var history = RunHistory()
    var ending: DeployedRun.Ending?
    var failpointsHit: [String] = []
    var deaths: [String] = []
    var statistics = DeployedRun.Statistics()

    var round = 0
    var replies: [Int: Record.Status] = [:]
    var lastReplies: [Int: Record.Status]?
    var probed: Set<Int> = []
    var probedRound = 0
    /// Since when all answers have been the same.
    var quietSince = 0

    init(
        _ system: System<N>,
        _ options: DeploymentOptions,
        command: ChildProcess.Command,
        words: [String],
        stores: Stores<N.Words.Saved>,
        hooks: DeploymentHooks
    ) throws(DeploymentFailure) {
        self.system = system
        self.options = options
        self.command = command
        self.words = words
        self.stores = stores
        self.hooks = hooks
        do throws(MessagingFailure) { loop = try EventLoop() } catch {
            throw DeploymentFailure(error, doing: "the event loop")
        }
        do throws(ProcessFailure) {
            directory = try RunDirectory(name: "lightcone-\(system.name)")
        } catch {
            throw DeploymentFailure(ofFolder: error)
        }
        let names = system.members.map(\.name)
        faults = options.faults.faults.flatMap { FaultState.states(of: $0, names: names) }
        outputs = Array(repeating: [], count: names.count)
        cursors = Array(repeating: 0, count: system.inputs.names.count)
        try openSockets()
    }

    deinit {
        for member in members {
            for descriptor in [member.streamDescriptor, member.datagramDescriptor]
            where descriptor >= 0 { close(descriptor) }
        }
    }

    /// Runs to the end, and leaves nothing behind.
    func run() throws(DeploymentFailure) -> DeployedRun {
        do {
            try runLoop()
        } catch let failure as DeploymentFailure {
            ending = .failed(failure)
        } catch let failure as MessagingFailure {
            ending = .failed(DeploymentFailure(failure, doing: "the event loop"))
        } catch {
            ending = .failed(DeploymentFailure("\(error)", status: EX_SOFTWARE))
        }
        if case .failed = ending {} else { try? collectHits() }
        let elapsed = now
        endProcesses()
        directory.remove()
        statistics.nanoseconds = elapsed
        return try report()
    }

    private func runLoop() throws {
        if Interruption.descriptor >= 0 {
            try loop.watch(Interruption.descriptor, for: .reading) { [unowned self] _ in
                loop.unwatch(Interruption.descriptor)
                end(.interrupted(signal: Interruption.signal ?? SIGINT))
            }
        }
        try awaitAgents()
        guard ending == nil else { return }
        // Everything that others may ask of a node depends on its being there: all begin, then all go on.
        for index in members.indices where system.members[index].begins == .atOnce {
            members[index].incarnation = 0
            members[index].status = .starting
        }
        layOutFaultsOfSurroundings()
        for index in members.indices where members[index].status == .starting { try spawn(index) }
        try awaitReady()
        guard ending == nil else { return }
        // The time of the run begins when all processes are there.
        isBegun = true
        epoch = EventLoop.now
        for index in members.indices where members[index].status == .starting { tellToBegin(index) }
        limitBeginning { _ in true }
        layOutFaults()
        loop.after(options.timeMax) { [unowned self] in end(.unfinished(standings())) }
        probeLater()
        while ending == nil { try loop.turn(upTo: nil) }
    }

    var now: Int { epoch == 0 ? 0 : EventLoop.now - epoch }

    func name(_ index: Int) -> String { members[index].name }

    func life(_ index: Int) -> Life { Life(node: index, incarnation: members[index].incarnation) }

    func tell(_ index: Int, _ order: Order) {
        guard let control = members[index].control else { return }
        do {
            try control.withBuffer { try codec.append(order, to: &$0) }
            control.flush()
        } catch {
            ending = .failed(DeploymentFailure("an order that \(error)", status: EX_SOFTWARE))
        }
    }

    func tellAll(_ order: Order, but except: Int? = nil) {
        for index in members.indices where index != except && members[index].isThere {
            tell(index, order)
        }
    }

    /// How often faults have hit is told with a node's standing.
    private func collectHits() throws {
        guard !faults.isEmpty else { return }
        let deadline = EventLoop.now + 500_000_000
        round += 1
        probedRound = round
        replies = [:]
        let asked = members.indices.filter {
            members[$0].status == .running && !members[$0].isStopped && !members[$0].isBlocked
        }
        for index in asked { tell(index, .probe(round: round)) }
        while EventLoop.now < deadline,
            asked.contains(where: { replies[$0] == nil && members[$0].isThere })
        {
            try loop.turn(upTo: .milliseconds(10))
        }
    }

    /// Agents are heard to the end, so that each learns that the run is over; nobody else is.
    private func dismissAgents() {
        listener?.close()
        for stranger in strangers.values { stranger.close() }
        strangers = [:]
        var left = 0
        for agent in members.compactMap(\.agent) {
            left += 1
            agent.tell(.leave)
            agent.stream.finish(within: .seconds(1)) { left -= 1 }
        }
        while left > 0 {
            guard (try? loop.turn(upTo: .seconds(2))) != nil else { return }
        }
    }

    private func endProcesses() {
        defer { dismissAgents() }
        isOver = true
        switch ending {
        case .rest, .unfinished:
            tellAll(.leave)
            readToTheEnd { [unowned self] in
                members[$0].isThere && !members[$0].isStopped && members[$0].heldAt == nil
            }
        case .died, .impossible, .impure:
            for member in members where member.isThere { member.process?.signal(SIGKILL) }
            readToTheEnd { [unowned self] in members[$0].isThere }
        case .failed, .interrupted, nil: break
        }
        for index in members.indices {
            switch members[index].process {
            case .local(let process):
                process.kill()
                directory.releaseGroup(of: process.pid)
            case .remote, nil: break
            }
            members[index].control?.close()
            members[index].process = nil
            // Whoever stalls in a call, say, has not done what the call would have done next.
            guard members[index].incarnation >= 0, history.isInsideCall(life(index)) else {
                continue
            }
            let lastSave = try? stores.open(name(index), in: directory.path).lastNumber()
            history.end(life(index), .crashed(time: now, lastSave: lastSave ?? 0))
        }
    }

    /// Takes what the processes had told before they ended: else the record would have messages that
    /// arrive and were never sent.
    private func readToTheEnd(while isAwaited: (Int) -> Bool) {
        let deadline = EventLoop.now + DeploymentOptions.Limit.leaveSecondsMax * 1_000_000_000
        while EventLoop.now < deadline, members.indices.contains(where: isAwaited) {
            guard (try? loop.turn(upTo: .milliseconds(100))) != nil else { return }
        }
    }

    private func report() throws(DeploymentFailure) -> DeployedRun {
        var events: [Event]?
        if options.isRecording {
            do throws(LogMerge.Contradiction) {
                events = try LogMerge.events(
                    history,
                    names: members.map(\.name),
                    isOver: ending == .rest
                )
            } catch {
                throw DeploymentFailure("the records make no order: \(error)", status: EX_SOFTWARE)
            }
        }
        for place in faults.indices {
            let sum = hitCounts.values.reduce(0) { $0 + (place < $1.count ? $1[place] : 0) }
            if sum > faults[place].proof.hits { faults[place].proof.hits = sum }
        }
        statistics.strangers = members.reduce(0) { $0 + ($1.standing?.strangers ?? 0) }
        return DeployedRun(
            ending: ending ?? .rest,
            events: events,
            outputs: outputs,
            proofs: faults.map(\.proof),
            failpoints: failpointsHit,
            deaths: deaths,
            statistics: statistics
        )
    }

    /// One line for each node: how it stands.
    func standings() -> [String] {
        let late = change.map { $0.flushing.sorted().map(name).joined(separator: ", ") }
        let waits = late.map { ["a change of who lives waits for \($0.isEmpty ? "a death" : $0)"] }
        let each = members.map { member in
            let state = member.isStopped ? "stopped" : "\(member.status)"
            guard let standing = member.standing else { return "\(member.name): \(state)" }
            let counts = [
                (standing.timers, "timers armed"), (standing.idles, "wish to be idle"),
                (standing.late, "messages held back by faults"),
                (standing.waiting, "messages not taken"), (standing.partitions, "links cut"),
                (standing.writes, "writes under way"), (standing.unsent, "not taken by others"),
            ]
            let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            let all = [state, "\(standing.calls) calls so far"] + parts
            return "\(member.name): \(all.joined(separator: ", "))"
        }
        return (waits ?? []) + each
    }

    /// The faults that have killed a life, and say when the next begins.
    var restarts: [Life: Int] = [:]
    /// Who is to be reminded of the end of a life.
    var watchers: [Life: [Life]] = [:]
    /// The ends of which everybody was told.
    var announcedEnds: Set<Life> = []
    /// How often each fault has hit, as the lives have told.
    var hitCounts: [Life: [Int]] = [:]
    /// The rounds in which those who wake up are asked.
    var wakeRounds: [Life: Int] = [:]

    /// Where agents of other machines connect, and who has not said who it is.
    var listener: StreamListener?
    var strangers: [ObjectIdentifier: ByteStream] = [:]

    /// Whether all are told to leave: what ends now has not crashed.
    var isOver = false
}
