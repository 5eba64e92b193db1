import Failpoints
import Glibc
import Messaging
import Nodes
import Processes

// The sockets of all nodes, and the processes of their lives.
extension Supervisor {
    func openSockets() throws(DeploymentFailure) {
        for member in system.members {
            if options.joining?.nodes.contains(member.name) ?? false {
                // Its agent says where it is.
                members.append(
                    SupervisedMember(
                        name: member.name,
                        isRemote: true,
                        streamAddress: .loopback,
                        datagramAddress: .loopback,
                        counts: Array(repeating: 0, count: Fault.Milestone.allCases.count)
                    )
                )
                continue
            }
            // Where others join, the nodes of this machine must be reachable as well.
            let usual = options.joining?.address.with(port: 0) ?? .loopback
            let wanted = options.addresses[member.name] ?? usual
            try checkHost(wanted, of: member.name)
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
            try checkFamily(of: members[members.count - 1])
        }
    }

    /// Others must be able to send there, and to nobody else.
    private func checkHost(_ address: Address, of name: String) throws(DeploymentFailure) {
        guard !address.isOfOneMachine else { return }
        let line =
            "\(address.host) of \(name) is not the address of one machine; name one of its own"
        throw DeploymentFailure(line, status: EX_CONFIG)
    }

    /// From a socket of IPv4 nothing can be sent to one of IPv6, so that such a run could only time out.
    private func checkFamily(of member: SupervisedMember) throws(DeploymentFailure) {
        guard let first = members.first(where: { !$0.isRemote }),
            first.streamAddress.isIPv6 != member.streamAddress.isIPv6
        else { return }
        let one = "\(first.streamAddress.host) of \(first.name)"
        let other = "\(member.streamAddress.host) of \(member.name)"
        throw DeploymentFailure(
            "\(one) and \(other) cannot reach each other; "
                + "give all nodes addresses of IPv4, or all of IPv6",
            status: EX_CONFIG
        )
    }

    /// Starts the process of a member's present life.
    func spawn(_ index: Int, isLaunched: Bool = false) throws {
        let life = life(index)
        history.begin(life, view: view, at: now)
        members[index].isReady = false
        members[index].isKilled = false
        members[index].launchOrder = isLaunched ? 0 : nil
        members[index].isStopped = false
        members[index].isBlocked = false
        members[index].isToDie = false
        members[index].stoppedBy = []
        members[index].heldAt = nil
        members[index].standing = nil
        if let agent = members[index].agent { return startRemotely(life, agent) }
        let (ours, theirs) = try Sockets.pair()
        defer { close(theirs) }
        var command = command
        command.directory = directory.path
        command.input = nil
        command.output = nil
        let words = errorFile(of: life)
        let errors = open(words, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard errors >= 0 else {
            throw DeploymentFailure(making: words, remedy: "name another place with TMPDIR")
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
        members[index].process = .local(process)
        begin(life, over: control)
        hooks.started(name(index), life.incarnation, process.pid)
    }

    /// The process of a life is there: it is told all that it needs, and to begin.
    func begin(_ life: Life, over control: ByteStream) {
        members[life.node].control = control
        control.onBytes = { [unowned self] in read($0, of: life) }
        control.onEnd = { [unowned self] _ in controlEnded(life) }
        tell(life.node, .setup(setup(of: life)))
        if isBegun { tellToBegin(life.node) }
    }

    func tellToBegin(_ index: Int) {
        let isRemote = members[index].isRemote
        tell(index, .begin(epochNanoseconds: isRemote ? nil : epoch, elapsedNanoseconds: now))
    }

    func ready(_ life: Life) { members[life.node].isReady = true }

    /// Waits until all processes that begin at once are there, or have died.
    func awaitReady() throws {
        let limit = limitBeginning { !$0.isReady }
        while ending == nil, members.contains(where: { $0.status == .starting && !$0.isReady }) {
            try loop.turn(upTo: nil)
        }
        loop.cancel(limit)
    }

    /// Ends the run after a while if somebody has not begun by then.
    ///
    /// Nobody takes anything before all have begun, so that no node could notice who is missing, and a run
    /// that waits on would do nothing for as long as it may. Nothing has been done yet that could be lost.
    @discardableResult
    func limitBeginning(of isLate: @escaping (SupervisedMember) -> Bool) -> EventLoop.Alarm {
        loop.after(options.beginningMax) { [unowned self] in
            // Whoever is held by a failpoint waits for as long as somebody has asked for.
            let late = members.filter {
                $0.status == .starting && $0.incarnation == 0 && $0.heldAt == nil && isLate($0)
            }
            guard !haveAllBegun, !late.isEmpty else { return }
            let names = late.map(\.name).joined(separator: ", ")
            let line =
                "\(names) did not begin within \(options.beginningMax); "
                + "see whether somebody has stopped its process, and run again"
            end(.failed(DeploymentFailure(line, status: EX_UNAVAILABLE)))
        }
    }

    private func setup(of life: Life) -> NodeSetup {
        NodeSetup(
            token: token,
            system: system.name,
            node: life.node,
            incarnation: life.incarnation,
            words: words,
            parent: members[life.node].isRemote ? nil : getpid(),
            seed: options.seed,
            faults: options.faults,
            activeFaults: faults.indices.filter { place in
                faults[place].isActive && (faults[place].node.map { $0.index == life.node } ?? true)
            },
            counts: members[life.node].counts,
            begunFaults: faults.indices.filter { faults[$0].hasBegun },
            view: view,
            order: served,
            ends: announcedEnds.count,
            haveAllBegun: haveAllBegun,
            lives: members.map(\.incarnation),
            gone: members.map { !$0.takesMessages },
            streamAddresses: members.map(\.streamAddress),
            datagramAddresses: members.map(\.datagramAddress),
            isRecording: options.isRecording,
            tellsOutputs: hooks.emitted != nil,
            failpoints: options.failpoints.map(\.description).filter {
                !members[life.node].comeTo.contains($0)
            },
            cursors: cursors
        )
    }

    func errorFile(of life: Life) -> String {
        "\(directory.path)/\(name(life.node)).\(life.incarnation).err"
    }
}
