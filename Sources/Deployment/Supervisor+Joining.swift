import Glibc
import Messaging
import Nodes

// Nodes whose processes run on other machines. An agent there keeps their sockets and starts their
// processes; each process has a control channel of its own to here, so that all else is as it is on one
// machine.
extension Supervisor {
    /// Waits until an agent has come for each node that joins.
    func awaitAgents() throws {
        guard let joining = options.joining else { return }
        let descriptor: Int32
        do throws(MessagingFailure) { descriptor = try Sockets.listen(at: joining.address) } catch {
            throw DeploymentFailure(error, doing: "listening for nodes that join")
        }
        listener = try StreamListener(descriptor, on: loop) { [unowned self] in greet($0) }
        let address = try Sockets.address(of: descriptor)
        for name in joining.nodes { hooks.awaited(name, address, token) }
        let limit = loop.after(.seconds(DeploymentOptions.Limit.joinSecondsMax)) {
            [unowned self] in
            let missing = joining.nodes.filter { name in
                !members.contains { $0.name == name && $0.agent != nil }
            }
            let names = missing.joined(separator: ", ")
            let line = "nobody has joined for \(names)"
            end(.failed(DeploymentFailure(line, status: EX_UNAVAILABLE)))
        }
        while ending == nil, members.contains(where: { $0.isRemote && $0.agent == nil }) {
            try loop.turn(upTo: nil)
        }
        loop.cancel(limit)
    }

    /// Whoever connects says first who it is; a connection that does not is closed.
    private func greet(_ stream: ByteStream) {
        guard strangers.count < DeploymentOptions.Limit.strangersMax else { return stream.close() }
        let key = ObjectIdentifier(stream)
        strangers[key] = stream
        stream.onEnd = { [unowned self] _ in strangers.removeValue(forKey: key)?.close() }
        loop.after(.seconds(DeploymentOptions.Limit.greetingSecondsMax)) { [weak self] in
            self?.strangers.removeValue(forKey: key)?.close()
        }
        stream.onBytes = { [unowned self, unowned stream] bytes in
            do {
                guard let (greeting, count) = try codec.first(Greeting.self, in: bytes) else {
                    return 0
                }
                strangers[key] = nil
                meet(greeting, stream)
                return count
            } catch {
                strangers.removeValue(forKey: key)?.close()
                return bytes.count
            }
        }
    }

    private func meet(_ greeting: Greeting, _ stream: ByteStream) {
        switch greeting {
        case .agent(let version, let token, let system, let node, let streams, let datagrams):
            let agent = RemoteAgent(stream)
            guard token == self.token else { return stream.close() }
            func refuse(_ why: String) {
                agent.tell(.refusal(why))
                stream.finish(within: .seconds(5)) {}
            }
            guard version == NodeSetup.currentVersion, system == self.system.name else {
                return refuse("the run is of another program")
            }
            guard let index = members.firstIndex(where: { $0.name == node }),
                members[index].isRemote
            else { return refuse("the run does not wait for a node \(node)") }
            guard members[index].agent == nil else {
                return refuse("somebody has joined for \(node) already")
            }
            // The nodes of this machine are where the run listens, unless somebody said otherwise.
            let known = members.first { !$0.isRemote || $0.agent != nil }?.streamAddress
            let isIPv6 = known?.isIPv6 ?? streams.isIPv6
            guard streams.isIPv6 == isIPv6, datagrams.isIPv6 == isIPv6 else {
                let kind = isIPv6 ? "IPv6" : "IPv4"
                return refuse("its nodes have addresses of \(kind); give one by --address")
            }
            members[index].agent = agent
            members[index].streamAddress = streams
            members[index].datagramAddress = datagrams
            stream.onBytes = { [unowned self] in read(reports: $0, of: index) }
            stream.onEnd = { [unowned self] _ in lostAgent(of: index) }
            agent.tell(.welcome)
        case .control(let token, let life):
            guard token == self.token, members.indices.contains(life.node),
                members[life.node].agent != nil, self.life(life.node) == life,
                members[life.node].control == nil, members[life.node].status == .starting
            else { return stream.close() }
            begin(life, over: stream)
        }
    }

    private func read(reports bytes: UnsafeRawBufferPointer, of index: Int) -> Int {
        var taken = 0
        do {
            while let (report, count) = try codec.first(
                AgentReport.self,
                in: UnsafeRawBufferPointer(rebasing: bytes[taken...])
            ) {
                taken += count
                handle(report, of: index)
            }
        } catch {
            end(
                .failed(
                    DeploymentFailure("the agent of \(name(index)) \(error)", status: EX_PROTOCOL)
                )
            )
            return bytes.count
        }
        return taken
    }

    private func handle(_ report: AgentReport, of index: Int) {
        switch report {
        case .started(let life, let process):
            statistics.processes += 1
            hooks.started(name(index), life.incarnation, process)
        case .notStarted(_, let why):
            end(
                .failed(
                    DeploymentFailure("\(name(index)) cannot be started: \(why)", status: EX_OSERR)
                )
            )
        case .ended(let life, let signal, let cause, let lastSave, let saveNumbers, let lastWords):
            guard let agent = members[index].agent, self.life(index) == life else { return }
            agent.ending = ProcessHandle.Ending(
                signal: signal,
                cause: cause,
                lastSave: lastSave,
                saveNumbers: saveNumbers,
                lastWords: lastWords
            )
            // Its last records come over another connection, and may come later; or never, if the process
            // ended before it had that connection.
            if agent.hasControlEnded || members[index].control == nil { ended(life) }
        }
    }

    private func lostAgent(of index: Int) {
        guard ending == nil, !isOver else { return }
        let line = "the connection to the machine of \(name(index)) broke"
        end(.failed(DeploymentFailure(line, status: EX_UNAVAILABLE)))
    }

    /// Has the process of a life started by its agent.
    func startRemotely(_ life: Life, _ agent: RemoteAgent) {
        agent.ending = nil
        agent.hasControlEnded = false
        members[life.node].process = .remote(agent)
        agent.tell(.start(life))
    }
}
