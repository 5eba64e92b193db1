import Files
import Glibc
import LabKit
import Messaging
import Nodes
import Processes
import Redis
import Text

/// The pipeline in the deployed world, in the words of the classic course.
///
/// This process is the coordinator, and starts and watches the workers, as in the course: a process each, ours
/// or somebody else's, which say nothing to each other but the course's messages. What protects the job are
/// recovery ids alone.
final class ClassicRun {
    /// Bounds on waiting for workers, and for Redis.
    enum Limit {
        /// How often it is looked whether the server is still there.
        static let serverLookAfter = Duration.milliseconds(200)
        /// How long a worker may take to its first word.
        static let beginningMax = Duration.seconds(10)
        /// How long workers may take to leave when all is over.
        static let leavingMax = Duration.seconds(3)
    }

    let options: ClassicOptions
    let faults: [ClassicFault]
    let inputs: Inputs
    let server: RedisServer
    let directory: RunDirectory
    let loop: EventLoop
    let plan: ClassicPlan
    let datagrams: ClassicDatagrams
    let began = EventLoop.now

    /// Called with what nodes tell whoever watches, if they are ours.
    var onOutput: ((NodeID, Pipeline.Output) -> Void)?

    var host: ClassicHost?
    var result = ClassicResult(ending: .finished)
    /// Why it is to end before the job does.
    var premature: ClassicResult.Ending?
    var processes: [NodeID: ClassicProcess] = [:]
    var lives = ClassicLives()
    var watches: [NodeID: Pipeline.Timer] = [:]
    /// The last recovery that each has acknowledged, and the last that it was asked for in this life.
    var recoveries: [NodeID: Int] = [:]
    var recoveriesAsked: [NodeID: Int] = [:]
    var cursors: [NodeID: Int] = [:]
    var pendingFaults: [ClassicFault] = []
    var isFinished = false

    /// Prepares a run: nothing listens yet, and no worker lives.
    ///
    /// - Parameters:
    ///   - options: What this form of the run lets one choose.
    ///   - setup: What all nodes know; its input must be that of the course.
    ///   - streams: The files of each stream, by absolute paths.
    ///   - faults: Who is killed, and when.
    /// - Throws: `CommandFailure`: a port is taken, Redis is not there, the folder cannot be made.
    init(
        _ options: ClassicOptions,
        setup: PipelineSetup,
        streams: [String: [String]],
        faults: [ClassicFault] = []
    ) throws {
        (self.options, self.faults) = (options, faults)
        pendingFaults = faults
        inputs = Inputs(streams, from: FileInputs(streams))
        try ClassicRun.checkPorts(options, setup)
        (directory, loop) = try ClassicRun.failing { () throws in
            (try RunDirectory(name: "classic"), try EventLoop())
        }
        do throws(RedisFailure) {
            server = try RedisServer()
            let connection = try RedisConnection(server.address, password: server.password)
            try RedisInputs.fill(connection, streams)
        } catch {
            throw CommandFailure("\(error)", status: .unavailable)
        }
        var setup = setup
        // The course's cursor has no place inside a file: each is read in one step.
        setup.stepBytes = ClassicRun.stepBytes
        setup.speaksClassic = true
        var plan = ClassicPlan(
            setup: setup,
            checkpoints: try ClassicRun.folder(options, in: directory),
            redis: server.address,
            password: server.password
        )
        (plan.portBase, plan.loss, plan.seed) = (options.port, options.loss, options.seed)
        self.plan = plan
        for worker in faults.flatMap(\.workers) where plan.id(named: worker)?.index ?? 0 == 0 {
            let names = plan.names.dropFirst().joined(separator: ", ")
            throw UsageError("there is no worker '\(worker)' to be killed, only \(names)")
        }
        let (loop, others) = (loop, ClassicRun.others(options, plan))
        try ClassicRun.failing {
            try ClassicParts.clear(plan.checkpoints, of: Array(plan.names.dropFirst()))
        }
        datagrams = try ClassicRun.failing {
            try ClassicDatagrams(plan, me: PipelineSetup.coordinator, others: others, on: loop)
        }
        if options.checkpoints != nil { result.checkpoints = plan.checkpoints }
    }

    /// More than any file has.
    private static let stepBytes = 1 << 40

    /// Runs the job to its end; nothing is left behind but the folder of checkpoints that was asked for.
    func run() throws -> ClassicResult {
        defer { end() }
        let host = ClassicHost(
            plan.role(PipelineSetup.coordinator),
            in: Surroundings(
                me: PipelineSetup.coordinator,
                nodeCount: plan.names.count,
                inputs: Inputs()
            ),
            on: loop,
            outside: self
        )
        self.host = host
        datagrams.onMessage = { [unowned self] body, sender in heard(body, from: sender) }
        if Interruption.descriptor >= 0 {
            try loop.watch(Interruption.descriptor, for: .reading) { [unowned self] _ in
                loop.unwatch(Interruption.descriptor)
                premature = .interrupted(signal: Interruption.signal ?? SIGINT)
            }
        }
        for worker in plan.setup.mappers + plan.setup.reducers { launch(worker) }
        host.call(.start)
        setFaults()
        lookAfterServer()
        if let limit = options.timeMax { loop.after(limit) { [unowned self] in isOver(limit) } }
        while !host.hasHalted, premature == nil { try loop.turn(upTo: nil) }
        result.seconds = Double(EventLoop.now - began) / 1e9
        result.missed = pendingFaults
        if let premature {
            result.ending = premature
        } else {
            letLeave()
            if result.ending == .finished { try takeResult() }
        }
        return result
    }

    /// Without its server nobody can read any more; our own mappers would wait for it for a minute, and others
    /// do what they like.
    private func lookAfterServer() {
        loop.after(Limit.serverLookAfter) { [unowned self] in
            if server.isRunning { return lookAfterServer() }
            let reason = "the job's own Redis server has ended, and with it the streams"
            premature = premature ?? .failed(reason: reason, .unavailable)
        }
    }

    private func isOver(_ limit: Duration) {
        let phase = host?.node.phase ?? ""
        let reason = "the run does not end: \(limit) are over, and its coordinator is at \(phase)"
        premature = premature ?? .failed(reason: reason, .wrong)
    }

    /// Lets the workers leave by themselves, which have been told to.
    private func letLeave() {
        let deadline = EventLoop.now + Limit.leavingMax.nanoseconds
        while !processes.isEmpty, EventLoop.now < deadline, premature == nil {
            let left = Duration.nanoseconds(max(0, deadline - EventLoop.now))
            guard (try? loop.turn(upTo: left)) != nil else { return }
        }
    }

    private func end() {
        if Interruption.descriptor >= 0 { loop.unwatch(Interruption.descriptor) }
        let left = processes
        processes = [:]
        for process in left.values { process.kill() }
        server.end()
        directory.remove()
    }

    // MARK: Results

    private func takeResult() throws {
        var parts: [WordCounts] = []
        for reducer in plan.setup.reducers {
            let path = "\(plan.checkpoints)/\(plan.names[reducer.index])_\(Pipeline.last).txt"
            do {
                parts.append(try ClassicCountsFile.read(path))
            } catch {
                throw CommandFailure("\(error)", status: .protocol)
            }
        }
        result.counts = parts.reduce(into: WordCounts()) { $0.merge($1) }
        guard options.isVerified else { return }
        // No word is counted by two reducers.
        let isApart = result.counts.distinct == parts.reduce(0) { $0 + $1.distinct }
        result.isRight = isApart && SerialCount(plan.setup, inputs).all == result.counts
    }

    // MARK: Preparing

    /// Looks whether all ports are free, so that none is found taken half-way.
    private static func checkPorts(_ options: ClassicOptions, _ setup: PipelineSetup) throws {
        let first = options.port
        let reducers = first + setup.mapperCount + 1
        for port in first...(first + setup.mapperCount + setup.reducerCount) {
            let address = Address.loopback.with(port: port)
            try failing {
                close(try Sockets.bindDatagrams(at: address))
                if port >= reducers { close(try Sockets.listen(at: address)) }
            }
        }
    }

    /// The programs of somebody else.
    private static func others(_ options: ClassicOptions, _ plan: ClassicPlan) -> Set<NodeID> {
        Set(
            (plan.setup.mappers + plan.setup.reducers).filter {
                options.command(isMapper: plan.isMapper($0), index: plan.index(of: $0), port: 0)
                    != nil
            }
        )
    }

    /// The folder of the checkpoints, by its whole name: workers have other folders of their own.
    private static func folder(_ options: ClassicOptions, in directory: RunDirectory) throws
        -> String
    {
        try failing {
            let path = options.checkpoints?.text ?? "\(directory.path)/checkpoints"
            try Folder.make(path)
            guard let real = realpath(path, nil) else {
                throw ClassicProcess.CannotStart(reason: "\(path) is not there")
            }
            defer { free(real) }
            return String(cString: real)
        }
    }

    /// Runs `body`, and says in one line why it could not be done.
    static func failing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as MessagingFailure {
            let line = "\(failure)".replacing(
                "; choose another port, or 0 for any",
                with: "; end its owner, or use --classic-port"
            )
            throw CommandFailure(line, status: .unavailable)
        } catch let failure as FileFailure {
            throw CommandFailure("\(failure)", status: .cantCreate)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(error)", status: .osError)
        }
    }
}
