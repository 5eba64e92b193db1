import Glibc
public import Messaging
import Nodes
public import Processes

/// Runs one node of somebody else's run on this machine: keeps its sockets, starts its processes, sends
/// them signals, and tells of their ends.
///
/// When the supervisor is gone, so is the node.
public final class NodeAgent {
    private let loop: EventLoop
    private let directory: RunDirectory
    private let supervisor: Address
    private let token: RunToken
    private let node: String
    private let system: String
    private let command: ChildProcess.Command
    private let codec = ControlCodec()
    /// Opens the store of the node.
    private let openStore: () throws(StoreFailure) -> any StableStore
    private var stream: ByteStream?
    private var streamDescriptor: Int32 = -1
    private var datagramDescriptor: Int32 = -1
    private var process: ChildProcess?
    private var life: Life?
    private var outcome: Outcome?

    private enum Outcome {
        case over
        case failed(DeploymentFailure)
        case interrupted(Int32)
    }

    /// An agent that has not joined.
    ///
    /// - Parameters:
    ///   - node: The name of the node.
    ///   - system: The name of the system that the program has.
    ///   - supervisor: Where the supervisor listens.
    ///   - token: That of the run.
    ///   - command: How the process of a node is started; it must call `NodeProcess.run`.
    ///   - stores: Where the node puts to rest what it saves.
    /// - Throws: `DeploymentFailure` if there can be no run directory.
    public init<Saved>(
        node: String,
        system: String,
        supervisor: Address,
        token: RunToken,
        command: ChildProcess.Command,
        stores: Stores<Saved> = Stores<Never>.files
    ) throws(DeploymentFailure) {
        self.node = node
        self.system = system
        self.supervisor = supervisor
        self.token = token
        self.command = command
        do throws(MessagingFailure) { loop = try EventLoop() } catch {
            throw DeploymentFailure(error, doing: "the event loop")
        }
        do throws(ProcessFailure) {
            directory = try RunDirectory(name: "lightcone-\(system)-join")
        } catch {
            throw DeploymentFailure(error)
        }
        let path = directory.path
        openStore = { () throws(StoreFailure) in try stores.open(node, in: path) }
    }

    deinit {
        for descriptor in [streamDescriptor, datagramDescriptor] where descriptor >= 0 {
            close(descriptor)
        }
    }

    /// Joins, and stays until the run is over.
    ///
    /// - Parameter address: Where the node takes messages; if nothing is said, where the connection to the
    ///   supervisor goes out, and a free port.
    /// - Returns: The signal that ended it, if one did.
    /// - Throws: `DeploymentFailure` if it cannot join, or the supervisor goes away.
    public func run(at address: Address?) throws(DeploymentFailure) -> Int32? {
        do {
            if Interruption.descriptor >= 0 {
                try loop.watch(Interruption.descriptor, for: .reading) { [unowned self] _ in
                    loop.unwatch(Interruption.descriptor)
                    outcome = .interrupted(Interruption.signal ?? SIGINT)
                }
            }
            connect(address)
            while outcome == nil { try loop.turn(upTo: nil) }
        } catch {
            outcome = .failed(DeploymentFailure("\(error)", status: EX_OSERR))
        }
        endProcess()
        stream?.close()
        directory.remove()
        switch outcome {
        case .over, nil: return nil
        case .interrupted(let signal): return signal
        case .failed(let failure): throw failure
        }
    }

    private func fail(_ line: String, _ status: Int32) {
        if outcome == nil { outcome = .failed(DeploymentFailure(line, status: status)) }
    }

    private func connect(_ address: Address?) {
        Connecting.connect(
            to: supervisor,
            from: nil,
            on: loop,
            within: .seconds(DeploymentOptions.Limit.greetingSecondsMax)
        ) { [unowned self] result in
            switch result {
            case .failure(let failure): fail("joining: \(failure)", EX_UNAVAILABLE)
            case .success(let stream): join(stream, address)
            }
        }
    }

    private func join(_ stream: ByteStream, _ address: Address?) {
        self.stream = stream
        do {
            let own = address ?? stream.local?.with(port: 0) ?? .loopback
            streamDescriptor = try Sockets.listen(at: own)
            datagramDescriptor = try Sockets.bindDatagrams(at: own)
            let greeting = Greeting.agent(
                version: NodeSetup.currentVersion,
                token: token,
                system: system,
                node: node,
                stream: try Sockets.address(of: streamDescriptor),
                datagrams: try Sockets.address(of: datagramDescriptor)
            )
            try stream.withBuffer { try codec.append(greeting, to: &$0) }
            stream.onBytes = { [unowned self] in read($0) }
            stream.onEnd = { [unowned self] _ in
                // A supervisor that knows another token says nothing at all.
                let why =
                    isWelcome ? "is gone" : "has turned us away; is the token that of the run?"
                fail("the supervisor at \(supervisor) \(why)", EX_UNAVAILABLE)
            }
            stream.flush()
        } catch let failure as MessagingFailure {
            outcome = .failed(DeploymentFailure(failure, doing: "the sockets of \(node)"))
        } catch {
            fail("\(error)", EX_OSERR)
        }
    }

    private var isWelcome = false

    private func read(_ bytes: UnsafeRawBufferPointer) -> Int {
        var taken = 0
        do {
            while let (order, count) = try codec.first(
                AgentOrder.self,
                in: UnsafeRawBufferPointer(rebasing: bytes[taken...])
            ) {
                taken += count
                follow(order)
            }
        } catch {
            fail("the supervisor at \(supervisor) \(error)", EX_PROTOCOL)
            return bytes.count
        }
        return taken
    }

    private func follow(_ order: AgentOrder) {
        switch order {
        case .welcome: isWelcome = true
        case .refusal(let why): fail("the supervisor at \(supervisor) says: \(why)", EX_CONFIG)
        case .start(let life):
            // A life that has halted may still be there.
            endProcess()
            self.life = life
            connectControl(of: life)
        case .signal(let signal):
            process?.signal(signal)
            // It was to die before it was there.
            if process == nil, signal == SIGKILL, let life { tell(unborn(life)) }
        case .leave:
            outcome = .over
        }
    }

    private func unborn(_ life: Life) -> AgentReport {
        self.life = nil
        let cause = "killed by signal \(SIGKILL)"
        return ended(life, signal: SIGKILL, cause: cause, lastWords: nil)
    }

    private func connectControl(of life: Life) {
        Connecting.connect(
            to: supervisor,
            from: nil,
            on: loop,
            within: .seconds(DeploymentOptions.Limit.greetingSecondsMax)
        ) { [unowned self] result in
            guard self.life == life, outcome == nil else { return }
            do {
                try start(life, over: result.get())
            } catch {
                tell(.notStarted(life, "\(error)"))
            }
        }
    }

    private func start(_ life: Life, over control: ByteStream) throws {
        let greeting = Greeting.control(token: token, life: life)
        try control.withBuffer { try codec.append(greeting, to: &$0) }
        control.flush()
        // From here on it is the process's own.
        let descriptor = try control.release()
        defer { close(descriptor) }
        let path = errorFile(of: life)
        let errors = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { if errors >= 0 { close(errors) } }
        var command = command
        command.directory = directory.path
        command.input = nil
        command.output = nil
        command.error = errors >= 0 ? errors : nil
        command.passed = [descriptor, datagramDescriptor, streamDescriptor]
        let process = try ChildProcess(command)
        directory.guardGroup(of: process.pid)
        self.process = process
        tell(.started(life, process: process.pid))
        try loop.watch(process.exitDescriptor, for: .reading) { [unowned self] _ in ended(life) }
    }

    private func ended(_ life: Life) {
        guard let process, self.life == life else { return }
        loop.unwatch(process.exitDescriptor)
        let ending = process.wait(upTo: .seconds(5)) ?? process.kill()
        directory.releaseGroup(of: process.pid)
        self.process = nil
        var signal: Int32?
        if case .killed(let number) = ending?.cause { signal = number }
        tell(
            ended(
                life,
                signal: signal,
                cause: ending.map { "\($0)" } ?? "is gone",
                lastWords: lastWords(in: errorFile(of: life))
            )
        )
    }

    private func ended(
        _ life: Life,
        signal: Int32?,
        cause: String,
        lastWords: String?
    ) -> AgentReport {
        let store = try? openStore()
        var numbers: [String: Int] = [:]
        for name in store?.names ?? [] { numbers[name] = store?.number(of: name) }
        return .ended(
            life,
            signal: signal,
            cause: cause,
            lastSave: store?.lastNumber() ?? 0,
            saveNumbers: numbers,
            lastWords: lastWords
        )
    }

    private func endProcess() {
        guard let process else { return }
        loop.unwatch(process.exitDescriptor)
        process.kill()
        directory.releaseGroup(of: process.pid)
        self.process = nil
    }

    private func errorFile(of life: Life) -> String {
        "\(directory.path)/\(node).\(life.incarnation).err"
    }

    private func tell(_ report: AgentReport) {
        guard let stream else { return }
        try? stream.withBuffer { try codec.append(report, to: &$0) }
        stream.flush()
    }
}
