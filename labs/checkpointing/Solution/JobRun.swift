import Checkpointing
import Deployment
import Glibc
import LabInput
import LabKit
import Nodes
import Processes
import Redis
import Text
import Worlds

/// One deployed job: a private server with the streams, one process a node, and the counts at the end.
struct JobRun {
    typealias Call = DeployingCall<PipelineOptions, JobOptions, Role>

    let call: Call
    private(set) var options: PipelineOptions
    let job: JobOptions
    /// The words of an earlier run, from which the processes of the nodes make the same system.
    private var nodeWords: [String] = []

    init(_ call: Call) {
        self.call = call
        options = call.lab
        job = call.extra
        options.root = Self.workingDirectory
        options.keptMax = job.keptMax
    }

    /// A job that begins with the first file.
    mutating func begin() throws -> ExitStatus {
        try options.input.check(given: call.given)
        if options.input.classic { return try runClassic() }
        for name in Self.classicOnly where call.given.contains(name) {
            throw UsageError("\(name) needs --classic as well")
        }
        // What cannot be is found out before anything is started.
        _ = try options.setup()
        let inputs = try options.inputs()
        let folder = try folder()
        let store = try open(folder.path)
        let lock = try JobLock(folder.path)
        defer { withExtendedLifetime(lock) {} }
        if try !names(in: store).isEmpty {
            throw CommandFailure(
                "there are checkpoints of an earlier job",
                at: folder.path,
                remedy: "go on from them with 'checkpointing resume', or name another folder",
                status: .cantCreate
            )
        }
        if case .named(let path) = folder {
            let file = JobFile(
                words: call.labWords,
                root: Self.workingDirectory,
                keptMax: job.keptMax,
                files: JobFile.files(of: inputs)
            )
            try file.write(to: path)
        }
        return try run(in: folder, store)
    }

    /// A job that goes on where an earlier run was when its newest checkpoint was taken.
    mutating func resume() throws -> ExitStatus {
        guard case .named(let path) = try folder() else {
            throw UsageError("--checkpoints is missing: the folder of the job to go on with")
        }
        guard call.labWords.isEmpty else {
            let words = call.labWords.joined(separator: " ")
            throw UsageError("the job has its own options, and takes none of these: \(words)")
        }
        let file = try JobFile(in: path)
        let lock = try JobLock(path)
        defer { withExtendedLifetime(lock) {} }
        options = try file.options()
        try file.check(try options.inputs())
        nodeWords = file.words
        let store = try open(path)
        let choice = try onDisk { () throws(CheckpointFailure) in try store.newestComplete() }
        for line in choice.lines { try OutputFile.standardError.write("\(line)\n") }
        guard choice.checkpoint?.name.isLast != true else {
            throw CommandFailure(
                "the job is finished: its result is checkpoint 0",
                at: path,
                status: .data
            )
        }
        options.resumedAfter = try names(in: store).map(\.recovery).max() ?? 0
        return try run(in: .named(path), store)
    }

    private func run(in folder: CheckpointsFolder, _ store: CheckpointStore) throws -> ExitStatus {
        var options = options
        options.parts = folder.path
        let server = try startServer()
        options.redis = server?.path
        options.redisPassword = server?.password
        let system = try PipelineSystem.make(try options.setup(), inputs: try options.inputs())
        let watch = JobWatch(nodes: options.nodes, isQuiet: call.isJSON)
        var plan = DeployedPlan<Pipeline>(stores: options.stores)
        plan.nodeWords = nodeWords + options.hiddenWords
        let tidier = FolderTidier(store)
        plan.emitted = { node, output in
            watch.note(output, of: node)
            tidier.note(output)
        }
        plan.unwritten = { node, name, reason in watch.note(unwritten: name, of: node, reason) }
        let modes = modes
        plan.faults = { word in try modes.plan(word) }
        plan.toleratesMisses = true
        let outcome = try call.deploy(system, plan)
        watch.finish()
        let state = watch.state
        // Without a result there is nothing to compare, and the files may be what ended the job.
        let serial =
            job.verifies && state.hasFinished
            ? SerialCount(try options.setup(), system.inputs).all : nil
        let report = JobReport(
            deployed: outcome.report,
            watch: state,
            serverIsGone: server?.isGone ?? false,
            counts: state.hasFinished ? try counts(store) : nil,
            serial: serial,
            top: job.top,
            checkpoints: job.checkpoints == nil ? nil : folder.path
        )
        try report.tell(to: call.output, isJSON: call.isJSON)
        outcome.dieOfSignal()
        withExtendedLifetime((folder, server)) {}
        return report.status
    }

    // MARK: The classic form

    private static let classicOnly = [
        "--classic-port", "--external-mapper", "--external-mappers", "--external-reducer",
        "--external-reducers",
    ]
    /// What the processes of a classic run know nothing of.
    private static let neverClassic = [
        "--log", "--failpoint", "--host", "--remote", "--duplicate", "--delay", "--partition",
        "--keep",
    ]

    /// The same nodes in processes that speak the course's messages.
    private func runClassic() throws -> ExitStatus {
        for name in Self.neverClassic where call.given.contains(name) {
            throw UsageError("--classic and \(name) exclude each other")
        }
        var classic = ClassicCommands.Options()
        classic.pipeline = options
        classic.classic = job.classic
        classic.classic.checkpoints = job.checkpoints
        classic.classic.isVerified = job.verifies
        classic.classic.isJSON = call.isJSON
        classic.classic.loss = call.loss
        classic.classic.seed = call.seed
        // A job of the course has all the time that it needs, unless somebody says how much.
        if call.given.contains("--time-limit") { classic.classic.timeMax = call.timeMax }
        let mode = try classicMode()
        let entries = try options.inputs().count
        // There faults come by the clock, as in the course.
        let plan = mode.plan(
            mappers: modes.mappers,
            reducers: modes.reducers,
            byClock: true,
            seed: call.seed
        )
        classic.faults = plan.faults.compactMap { ClassicFault($0, entries: entries) }
        return try ClassicCommands.run(classic, mayMiss: mode.mayBeOutrun)
    }

    private func classicMode() throws(UsageError) -> FaultMode {
        guard let word = call.faults else { return .none }
        guard let mode = FaultMode(rawValue: word.text) else {
            throw UsageError(
                "--faults takes one of \(FaultMode.names) with --classic, not \(word.quoted)"
            )
        }
        return mode
    }

    // MARK: What a job needs

    private static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    private struct Modes {
        let mappers: [String]
        let reducers: [String]
        let isByClock: Bool
        let seed: UInt64

        /// The plan of a mode; nil for what may be a plan, or a file that holds one.
        ///
        /// - Throws: `UsageError` for a word that is nothing of all this.
        func plan(_ word: String) throws(UsageError) -> FaultPlan? {
            if let mode = FaultMode(rawValue: word) {
                return mode.plan(
                    mappers: mappers,
                    reducers: reducers,
                    byClock: isByClock,
                    seed: seed
                )
            }
            let mayBePlan = word == "random" || word.utf8.contains { $0 <= UInt8(ascii: " ") }
            guard mayBePlan || access(word, F_OK) == 0 else {
                throw UsageError(
                    "--faults takes one of \(FaultMode.names), a plan, or a file that is there, "
                        + "not \(Argument(word).quoted)"
                )
            }
            return nil
        }
    }

    private var modes: Modes {
        let nodes = options.nodes
        return Modes(
            mappers: Array(nodes[1...options.mappers]),
            reducers: Array(nodes[(1 + options.mappers)...]),
            isByClock: job.isByClock,
            seed: call.seed
        )
    }

    private func folder() throws -> CheckpointsFolder {
        if let named = job.checkpoints {
            let isAbsolute = named.bytes.first == UInt8(ascii: "/")
            let path = try named.folder()
            return .named(isAbsolute ? path : "\(Self.workingDirectory)/\(path)")
        }
        do throws(ProcessFailure) { return .ofRun(try RunDirectory(name: "checkpointing")) } catch {
            throw CommandFailure("\(error)", status: .osError)
        }
    }

    private func names(in store: CheckpointStore) throws -> [CheckpointName] {
        try onDisk { () throws(CheckpointFailure) in try store.names() }
    }

    private func open(_ path: String) throws -> CheckpointStore {
        try onDisk { () throws(CheckpointFailure) in
            try CheckpointStore(
                path,
                system: PartStore.system,
                parts: options.nodes,
                keptMax: options.keptMax
            )
        }
    }

    /// The server of the streams; none if the files are made up, as their names then are.
    private func startServer() throws -> StreamServer? {
        guard !options.input.data.isEmpty else { return nil }
        do throws(RedisFailure) {
            return try StreamServer(streams())
        } catch {
            throw CommandFailure("\(error)", status: .unavailable)
        }
    }

    private func streams() -> [String: [String]] {
        guard let inputs = try? options.inputs() else { return [:] }
        var streams: [String: [String]] = [:]
        for name in inputs.names { streams[name] = inputs.texts(of: name) }
        return streams
    }

    /// The result: what the reducers have saved in the last checkpoint.
    private func counts(_ store: CheckpointStore) throws -> [WordCounts] {
        try onDisk { () throws(CheckpointFailure) in
            guard let last = try store.names().first(where: \.isLast) else { return [] }
            var parts: [WordCounts] = []
            for node in options.nodes.dropFirst(1 + options.mappers) {
                guard case .counts(let counts, _) = try store.load(node, of: last, with: .saved)
                else { continue }
                parts.append(counts)
            }
            return parts
        }
    }

    private func onDisk<Result>(_ body: () throws(CheckpointFailure) -> Result) throws -> Result {
        do throws(CheckpointFailure) { return try body() } catch {
            throw CommandFailure("\(error)", status: error.status)
        }
    }
}

/// Where the checkpoints of a job lie.
enum CheckpointsFolder {
    /// In a folder that somebody has named; they stay.
    case named(String)
    /// In a folder that goes with the run.
    case ofRun(RunDirectory)

    var path: String {
        switch self {
        case .named(let path): path
        case .ofRun(let directory): directory.path + "/checkpoints"
        }
    }
}

/// A private server that holds the streams of a job, and ends with it.
final class StreamServer {
    let path: String
    let password: String
    private let server: RedisServer

    /// Whether it has ended, which nobody but we should bring about.
    var isGone: Bool { !server.isRunning }

    /// Starts it, and fills the streams.
    init(_ streams: [String: [String]]) throws(RedisFailure) {
        server = try RedisServer()
        password = server.password
        guard case .unix(let path) = server.address else {
            throw .notStarted(reason: "a server of our own listens on a Unix socket")
        }
        self.path = path
        let connection = try RedisConnection(server.address, password: password)
        try RedisInputs.fill(connection, streams)
    }
}
