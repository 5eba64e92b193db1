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
    var haveAllBegun = false

    var faults: [FaultState]
    /// How many restarts are yet to come.
    var restartsToCome = 0
    var progressWatches: [Int] = []
    var outputs: [[String]]
    var outputCount = 0
    var cursors: [Int]

    var history = RunHistory()
    var ending: DeployedRun.Ending?
    /// Those that nobody has come to.
    var failpoints: [FailpointRequest]
    var failpointsHit: [String] = []
    var deaths: [String] = []
    var statistics = DeployedRun.Statistics()

    var round = 0
    var replies: [Int: Record.Status] = [:]
    var lastReplies: [Int: Record.Status]?
    var probed: Set<Int> = []

    init(
        _ system: System<N>,
        _ options: DeploymentOptions,
        command: ChildProcess.Command,
        words: [String],
        hooks: DeploymentHooks
    ) throws(DeploymentFailure) {
        self.system = system
        self.options = options
        self.command = command
        self.words = words
        self.hooks = hooks
        do throws(MessagingFailure) { loop = try EventLoop() } catch {
            throw DeploymentFailure(error, doing: "the event loop")
        }
        do throws(ProcessFailure) {
            directory = try RunDirectory(name: "lightcone-\(system.name)")
        } catch {
            throw DeploymentFailure(error)
        }
        let names = system.members.map(\.name)
        faults = options.faults.faults.flatMap { FaultState.states(of: $0, names: names) }
        failpoints = options.failpoints
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
        // Everything that others may ask of a node depends on its being there: all begin, then all go on.
        for index in members.indices where system.members[index].begins == .atOnce {
            members[index].incarnation = 0
            members[index].status = .starting
        }
        epoch = EventLoop.now
        layOutFaults()
        for index in members.indices where members[index].status == .starting { try spawn(index) }
        loop.after(options.timeMax) { [unowned self] in
            if ending == nil { ending = .unfinished(standings()) }
        }
        if Interruption.descriptor >= 0 {
            try loop.watch(Interruption.descriptor, for: .reading) { [unowned self] _ in
                loop.unwatch(Interruption.descriptor)
                ending = .interrupted(signal: Interruption.signal ?? SIGINT)
            }
        }
        probeLater()
        while ending == nil { try loop.turn(upTo: nil) }
    }

    var now: Int { epoch == 0 ? 0 : EventLoop.now - epoch }

    func name(_ index: Int) -> String { members[index].name }

    func life(_ index: Int) -> Life { Life(node: index, incarnation: members[index].incarnation) }

    // MARK: Starting

    private func openSockets() throws(DeploymentFailure) {
        for member in system.members {
            let wanted = options.addresses[member.name] ?? .loopback
            do throws(MessagingFailure) {
                let stream = try Sockets.listen(at: wanted)
                let streamAddress = try Sockets.address(of: stream)
                let datagrams = try Sockets.bindDatagrams(at: wanted)
                members.append(
                    SupervisedMember(
                        name: member.name,
                        streamDescriptor: stream,
                        datagramDescriptor: datagrams,
                        streamAddress: streamAddress,
                        datagramAddress: try Sockets.address(of: datagrams),
                        counts: Array(repeating: 0, count: Fault.Milestone.allCases.count)
                    )
                )
            } catch {
                throw DeploymentFailure(error, doing: "the sockets of \(member.name)")
            }
        }
    }

    /// Starts the process of a member's present life.
    func spawn(_ index: Int, isLaunched: Bool = false) throws {
        let life = life(index)
        history.begin(life, view: view, at: now)
        let (ours, theirs) = try Sockets.pair()
        defer { close(theirs) }
        var command = command
        command.directory = directory.path
        command.input = nil
        command.output = nil
        let words = errorFile(of: life)
        let errors = open(words, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard errors >= 0 else {
            throw DeploymentFailure(
                "making \(words): \(String(cString: strerror(errno)))",
                status: EX_CANTCREAT
            )
        }
        defer { close(errors) }
        command.error = errors
        command.passed = [
            theirs, members[index].datagramDescriptor, members[index].streamDescriptor,
        ]
        let process: ChildProcess
        do throws(ProcessFailure) { process = try ChildProcess(command) } catch {
            close(ours)
            throw DeploymentFailure(error)
        }
        directory.guardGroup(of: process.pid)
        statistics.processes += 1
        let control = try ByteStream(ours, on: loop)
        members[index].process = process
        members[index].control = control
        members[index].isStopped = false
        members[index].isBlocked = false
        members[index].isToDie = false
        members[index].isKilled = false
        members[index].launchOrder = isLaunched ? 0 : nil
        members[index].stoppedBy = []
        members[index].heldAt = nil
        members[index].standing = nil
        control.onBytes = { [unowned self] in read($0, of: life) }
        control.onEnd = { [unowned self] _ in ended(life) }
        tell(index, .setup(setup(of: life)))
        tell(index, .begin)
        hooks.started(name(index), life.incarnation, process.pid)
    }

    private func setup(of life: Life) -> NodeSetup {
        NodeSetup(
            token: token,
            system: system.name,
            node: life.node,
            incarnation: life.incarnation,
            words: words,
            parent: getpid(),
            epochNanoseconds: epoch,
            elapsedNanoseconds: now,
            seed: options.seed,
            faults: options.faults,
            activeFaults: faults.indices.filter { place in
                faults[place].isActive && (faults[place].node.map { $0.index == life.node } ?? true)
            },
            counts: members[life.node].counts,
            begunFaults: faults.indices.filter { faults[$0].hasBegun },
            view: view,
            order: served,
            haveAllBegun: haveAllBegun,
            lives: members.map(\.incarnation),
            gone: members.map { !$0.takesMessages },
            streamAddresses: members.map(\.streamAddress),
            datagramAddresses: members.map(\.datagramAddress),
            store: store(of: life.node),
            isRecording: options.isRecording,
            failpoints: failpoints.map(\.description),
            cursors: cursors
        )
    }

    func store(of index: Int) -> String { "\(directory.path)/\(name(index)).store" }

    private func errorFile(of life: Life) -> String {
        "\(directory.path)/\(name(life.node)).\(life.incarnation).err"
    }

    /// The last line that a process wrote to its standard error; what a trap says, for one.
    func lastWords(of life: Life) -> String? {
        guard let text = try? String(decoding: contents(of: errorFile(of: life)), as: UTF8.self)
        else { return nil }
        let lines = text.split(separator: "\n")
        return (lines.first { $0.contains("Fatal error") } ?? lines.first).map(String.init)
    }

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

    // MARK: Ending

    /// How often faults have hit is told with a node's standing.
    private func collectHits() throws {
        guard !faults.isEmpty else { return }
        let deadline = EventLoop.now + 500_000_000
        round += 1
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

    private func endProcesses() {
        let isOrderly: Bool
        switch ending {
        case .rest, .unfinished: isOrderly = true
        case .impossible, .impure, .died, .failed, .interrupted, nil: isOrderly = false
        }
        if isOrderly {
            isOver = true
            tellAll(.leave)
            let deadline = EventLoop.now + DeploymentOptions.Limit.leaveSecondsMax * 1_000_000_000
            while EventLoop.now < deadline,
                members.contains(where: { $0.isThere && !$0.isStopped && $0.heldAt == nil })
            {
                guard (try? loop.turn(upTo: .milliseconds(100))) != nil else { break }
            }
        }
        for index in members.indices {
            if let process = members[index].process {
                process.kill()
                directory.releaseGroup(of: process.pid)
            }
            members[index].control?.close()
            members[index].process = nil
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
                (standing.unsent, "not taken by others"),
            ]
            let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            let all = [state, "\(standing.calls) calls so far"] + parts
            return "\(member.name): \(all.joined(separator: ", "))"
        }
        return (waits ?? []) + each
    }

    /// The faults that have killed a life, and say when the next begins.
    var restarts: [Life: Int] = [:]
    /// How often each fault has hit, as the lives have told.
    var hitCounts: [Life: [Int]] = [:]
    /// The rounds in which those who wake up are asked.
    var wakeRounds: [Life: Int] = [:]

    /// Whether all are told to leave: what ends now has not crashed.
    var isOver = false
}
