import Files
import Glibc
import LabKit
import Messaging
import Nodes
import Processes
import Redis

// What the coordinator asks for, and what it is told.
extension ClassicRun: ClassicOutside {
    /// Takes what a worker has said.
    func heard(_ body: ClassicMessage.Body, from sender: NodeID) {
        lives.hear(sender)
        guard let message = ClassicTranslation.message(body, recovery: recoveries[sender] ?? 0)
        else { return }
        tell(message, from: sender)
    }

    private func tell(_ message: Pipeline.Message, from sender: NodeID) {
        if case .recoveryAcknowledged(let recovery) = message {
            // Who answers what nobody has asked would have its later words taken for those of another time.
            guard recovery == recoveriesAsked[sender] else { return }
            recoveries[sender] = recovery
        }
        datagrams.answered(message, by: sender)
        host?.call(.receive(message, from: sender))
    }

    func send(_ message: Pipeline.Message, to receiver: NodeID) {
        if case .recover(_, let recovery) = message { recoveriesAsked[receiver] = recovery }
        datagrams.send(message, to: receiver)
    }

    /// That a checkpoint is complete is known here, and nowhere else: this process never dies.
    func write(_ value: Pipeline.Saved, as name: String) -> Bool { true }

    func watch(_ node: NodeID, _ timer: Pipeline.Timer) {
        watches[node] = timer
        if processes[node] == nil { noteEnd(of: node) }
    }

    /// Reminds the coordinator of a death, if it waits for one.
    private func noteEnd(of worker: NodeID) {
        guard let timer = watches.removeValue(forKey: worker) else { return }
        loop.at(EventLoop.now) { [unowned self] in
            // Another life may have been asked for in between.
            if watches[worker] == nil { host?.fire(timer) }
        }
    }

    func kill(_ node: NodeID) {
        guard let process = processes.removeValue(forKey: node) else { return }
        process.kill()
        lives.end(node, "was silent, and was killed")
    }

    func launch(_ node: NodeID) {
        guard processes[node] == nil, premature == nil else { return }
        if let verdict = lives.verdict(on: node) {
            premature = .failed(reason: "\(plan.names[node.index]) \(verdict)", .unavailable)
            return
        }
        let life = lives.count(of: node)
        lives.begin(node)
        recoveries[node] = 0
        recoveriesAsked[node] = nil
        datagrams.begin(node)
        beHeard(node, life: life)
        do {
            let process = try start(node, life: life)
            process.onReport = { [unowned self] report in take(report, from: node) }
            process.onEnd = { [unowned self] ending in ended(node, ending) }
            processes[node] = process
        } catch {
            premature = .failed(reason: "\(plan.names[node.index]): \(error)", .osError)
        }
    }

    /// Says for a worker that it lives until it can say so itself: an interpreter takes its time, and would be
    /// taken for silent and killed again and again.
    private func beHeard(_ node: NodeID, life: Int) {
        let began = EventLoop.now
        func again() {
            loop.after(plan.setup.heartbeatTimeout / 4) { [unowned self] in
                guard lives.count(of: node) == life + 1, lives.isSilent(node),
                    EventLoop.now - began < Limit.beginningMax.nanoseconds
                else { return }
                host?.call(.receive(.heartbeat, from: node))
                again()
            }
        }
        again()
    }

    private func start(_ node: NodeID, life: Int) throws -> ClassicProcess {
        let port = plan.portBase + node.index
        let index = plan.index(of: node)
        let isMapper = plan.isMapper(node)
        guard let command = options.command(isMapper: isMapper, index: index, port: port) else {
            let order = ClassicWorker.Order(
                plan: plan,
                me: node,
                incarnation: life,
                parent: getpid()
            )
            return try ClassicProcess(order, in: directory, on: loop)
        }
        waitForPorts(of: node)
        return try ClassicProcess(command, environment: environment, in: directory, on: loop)
    }

    /// Waits until a life before has let go of its ports.
    ///
    /// What was killed is not gone at once, and a program of somebody else need not be as patient as ours. Once
    /// its sockets are closed it does nothing more.
    private func waitForPorts(of node: NodeID) {
        let deadline = EventLoop.now + ClassicPlan.Limit.portWaitMax.nanoseconds
        while EventLoop.now < deadline {
            do throws(MessagingFailure) {
                close(try Sockets.bindDatagrams(at: plan.address(of: node)))
                if !plan.isMapper(node) { close(try Sockets.listen(at: plan.address(of: node))) }
                return
            } catch {
                Processes.pause(for: .milliseconds(1))
            }
        }
    }

    /// What a program of somebody else finds in its environment.
    private var environment: [String: String] {
        var environment = [
            "REDIS_PASSWORD": plan.password,
            "CHECKPOINTS": plan.checkpoints,
            "COORDINATOR_PORT": "\(plan.portBase)",
            "MAPPERS": "\(plan.setup.mapperCount)",
            "REDUCERS": "\(plan.setup.reducerCount)",
            "HEARTBEAT_INTERVAL": "\((plan.setup.heartbeatInterval ?? .milliseconds(500)).seconds)",
        ]
        if case .unix(let path) = plan.redis { environment["REDIS_SOCKET"] = path }
        return environment
    }

    private func ended(_ worker: NodeID, _ ending: ChildProcess.Ending) {
        processes[worker] = nil
        lives.end(worker, "\(ending)")
        noteEnd(of: worker)
    }

    private func take(_ report: ClassicReport, from worker: NodeID) {
        switch report {
        case .read(let cursor): noteRead(worker, cursor)
        case .said(let message): tell(message, from: worker)
        case .output(let output): onOutput?(worker, output)
        case .refused(let reason, let code):
            let status = ExitStatus.all.first { $0.code == code } ?? .software
            premature = premature ?? .failed(reason: reason, status)
        }
    }

    func emit(_ output: Pipeline.Output) {
        onOutput?(PipelineSetup.coordinator, output)
        switch output {
        case .checkpointCompleted(let id, _):
            result.checkpointsCompleted += 1
            noteCursors(of: id)
        case .recoveryBegan: result.recoveries += 1
        case .failed(let reason): result.ending = .failed(reason: reason, .data)
        case .read, .saving, .saved, .aligning, .counting, .recovered, .checkpointBegan,
            .checkpointAborted, .recoveryEnded, .finished:
            break
        }
    }

    func pause(_ sender: NodeID) { preconditionFailure("the coordinator pauses \(sender)") }
    func resume(_ sender: NodeID) { preconditionFailure("the coordinator resumes \(sender)") }
    func noteRead(_ input: String, cursor: Int) {
        preconditionFailure("the coordinator reads \(input)")
    }
    func halt() {}

    // MARK: Faults

    /// Sets the faults that come by the clock.
    func setFaults() {
        for fault in pendingFaults {
            guard case .after(let time) = fault.moment else { continue }
            loop.at(began + time.nanoseconds) { [unowned self] in strike(fault) }
        }
        strikeByProgress()
    }

    /// What mappers of somebody else have read is known from their parts of checkpoints.
    private func noteCursors(of checkpoint: Int) {
        for mapper in plan.setup.mappers {
            let stream = PipelineSetup.stream(of: plan.index(of: mapper))
            let parts = ClassicParts(
                folder: plan.checkpoints,
                worker: plan.names[mapper.index],
                isMapper: true,
                entriesMax: inputs.texts(of: stream).count
            )
            do {
                let cursor = try parts.cursor(parts.path(Pipeline.name(of: checkpoint)))
                // When the last one is complete, it is too late for whatever waits for progress.
                if checkpoint != Pipeline.last { noteRead(mapper, cursor.lastStreamID) }
            } catch let failure as ClassicParts.BeyondEnd {
                premature = premature ?? .failed(reason: "\(failure)", .protocol)
            } catch {}  // It is the mapper's own affair, until it must read it.
        }
    }

    private func noteRead(_ mapper: NodeID, _ cursor: Int) {
        guard cursor > cursors[mapper, default: 0] else { return }
        cursors[mapper] = cursor
        lives.noteProgress()
        strikeByProgress()
    }

    private func strikeByProgress() {
        let count = cursors.values.reduce(0, +)
        for fault in pendingFaults {
            guard case .entriesRead(let least) = fault.moment, count >= least else { continue }
            // Not from inside what has brought us here, which may be the very worker's last word.
            loop.at(EventLoop.now) { [unowned self] in strike(fault) }
        }
    }

    private func strike(_ fault: ClassicFault) {
        // With the coordinator gone, or a fault that has struck already.
        guard host?.hasHalted == false, premature == nil,
            let place = pendingFaults.firstIndex(of: fault)
        else { return }
        let victims = fault.workers.compactMap { plan.id(named: $0) }.filter {
            processes[$0] != nil
        }
        guard !victims.isEmpty else { return }
        pendingFaults.remove(at: place)
        result.hits.append(
            .init(
                fault: "\(fault)",
                seconds: Double(EventLoop.now - began) / 1e9,
                phase: host?.node.phase ?? ""
            )
        )
        for victim in victims {
            kill(victim)
            lives.excuse(victim)
            noteEnd(of: victim)
        }
    }
}

extension Duration {
    /// In seconds.
    fileprivate var seconds: Double { Double(nanoseconds) / 1e9 }
}
