import Causality
import Failpoints
import Glibc
import Messaging
import Nodes
import Processes

// What the processes say, and what their deaths mean.
extension Supervisor {
    /// Takes the records that have come over a control channel.
    func read(_ bytes: UnsafeRawBufferPointer, of life: Life) -> Int {
        var taken = 0
        do {
            while let (record, count) = try codec.first(
                Record.self,
                in: UnsafeRawBufferPointer(rebasing: bytes[taken...])
            ) {
                taken += count
                handle(record, of: life)
            }
        } catch {
            let what = "the control channel of \(name(life.node))"
            ending = .failed(
                DeploymentFailure("\(what) brought what \(error)", status: EX_PROTOCOL)
            )
            return bytes.count
        }
        return taken
    }

    private func handle(_ record: Record, of life: Life) {
        let index = life.node
        // The last words of a life that was replaced meanwhile.
        guard members[index].incarnation == life.incarnation else { return }
        switch record {
        case .ready: ready(life)
        case .refused(let line, let status):
            end(.failed(DeploymentFailure(line, status: status)))
        case .call(let call):
            history.add(call, of: life)
            count(call, of: index)
        case .performed(let performed):
            // The kill was first.
            if performed.event.kind == .halt, members[index].isKilled { return }
            history.add(performed, of: life)
            note(performed, of: life)
        case .writing(let writing): history.begin(writing, of: life)
        case .unwritten(let save, let reason): hooks.unwritten(name(index), save, reason)
        case .watch(let watched): watch(watched, by: life)
        case .changes(let changes, let later):
            request(changes, later: later, by: life)
        case .remark(let event): history.add(remark: event, of: life, view: view)
        case .read(let input, let cursor):
            guard cursors.indices.contains(input) else { return }
            cursors[input] = max(cursors[input], cursor)
            beginFaultsOfProgress()
        case .began:
            // Unless it has halted at once.
            if members[index].status == .starting { members[index].status = .running }
            goOnIfAllHaveBegun()
        case .flushed(let view):
            guard view == self.view else { return }
            flushed(index)
        case .status(let status): standing(status, of: life)
        case .faultBegan(let place): faultBegan(place, of: life)
        case .landed(let place, let text): landed(place, text)
        case .stopping: stopped(index)
        case .failpoint(let text, let isBeside): cameTo(text, isBeside: isBeside, life)
        case .impossible(let what): end(.impossible(what))
        case .impure(let what): end(.impure(what))
        case .left: break
        }
        if record.isTold(by: system.progress) { beginFaultsOfProgress() }
    }

    func end(_ ending: DeployedRun.Ending) {
        if self.ending == nil { self.ending = ending }
    }

    /// When all who begin at once have begun, or died, messages are taken.
    private func goOnIfAllHaveBegun() {
        guard isBegun, !haveAllBegun, !members.contains(where: { $0.status == .starting }) else {
            return
        }
        haveAllBegun = true
        // If a change of view is under way, everybody goes on with its end.
        if change == nil {
            let lives = members.map(\.incarnation)
            tellAll(.install(view: view, lives: lives, gone: gone, ended: [], order: served))
        }
        beginFaultsAtOnce()
    }

    var gone: [Bool] { members.map { !$0.takesMessages } }

    private func count(_ call: Record.Call, of index: Int) {
        func add(_ milestone: Fault.Milestone, _ count: Int = 1) {
            members[index].counts[milestone.place] += count
        }
        add(.effects, call.effectCount)
        add(.reads, call.readCount)
        switch call.event.kind {
        case .receive: add(.receives)
        case .timer: add(.timers)
        case .idle: add(.idles)
        case .written:
            add(.saves)
            add(.effects)
        case .start, .recover, .send, .drop, .save, .refused, .crash, .output, .note, .halt: break
        }
    }

    private func note(_ performed: Record.Performed, of life: Life) {
        let index = life.node
        switch performed.event.kind {
        case .send: members[index].counts[Fault.Milestone.sends.place] += 1
        case .save: members[index].counts[Fault.Milestone.saves.place] += 1
        case .output:
            members[index].counts[Fault.Milestone.outputs.place] += 1
            outputs[index].append(performed.event.text ?? "")
            outputCount += 1
            hooks.told(name(index), performed.event.text ?? "")
            if let output = performed.output { hooks.emitted?(name(index), output) }
        case .halt:
            members[index].status = .leaving
            history.end(life, .halted)
            tellAll(.gone(life, hasEnded: false), but: index)
            tell(index, .mayHalt)
            remindWatchers(of: life)
            abandonRound(of: index)
            flushed(index)
        case .start, .receive, .drop, .timer, .idle, .written, .refused, .crash, .recover, .note:
            break
        }
    }

    /// The control channel of a process has ended, and so has the process.
    func controlEnded(_ life: Life) {
        guard life == self.life(life.node) else { return }
        switch members[life.node].process {
        case .local, nil: ended(life)
        case .remote(let agent):
            agent.hasControlEnded = true
            // Its agent says how it ended.
            if agent.ending != nil { ended(life) }
        }
    }

    /// Everything is known of a life that is over.
    func ended(_ life: Life) {
        let index = life.node
        guard life == self.life(index), let process = members[index].process else { return }
        let cause = ending(of: process, life)
        members[index].control?.close()
        members[index].control = nil
        members[index].process = nil
        if isOver { return members[index].status = .halted }
        members[index].isBlocked = false
        members[index].isStopped = false
        members[index].stoppedBy = []
        if members[index].status == .leaving {
            members[index].status = .halted
            // A kill that came too late found nobody.
            restarts[life] = nil
        } else {
            crashed(life, cause)
        }
        tellAll(.gone(life, hasEnded: true))
        remindWatchers(of: life)
        forgetRequests(of: life)
        goOnIfAllHaveBegun()
        abandonRound(of: index)
        flushed(index)
        advance()
    }

    private func ending(of process: ProcessHandle, _ life: Life) -> ProcessHandle.Ending? {
        switch process {
        case .local(let process):
            let ending = process.wait(upTo: .seconds(5)) ?? process.kill()
            directory.releaseGroup(of: process.pid)
            var signal: Int32?
            if case .killed(let number) = ending?.cause { signal = number }
            let store = try? stores.open(name(life.node), in: directory.path)
            var numbers: [String: Int] = [:]
            if let name = history.writing(of: life)?.name {
                numbers[name] = store?.number(of: name)
            }
            return ProcessHandle.Ending(
                signal: signal,
                cause: ending.map { "\($0)" } ?? "is gone",
                lastSave: store?.lastNumber() ?? 0,
                saveNumbers: numbers,
                lastWords: lastWords(in: errorFile(of: life))
            )
        case .remote(let agent): return agent.ending
        }
    }

    private func crashed(_ life: Life, _ cause: ProcessHandle.Ending?) {
        let index = life.node
        members[index].status = .crashed
        let lastSave = cause?.lastSave ?? 0
        // Of a store on another machine that is not known here.
        if options.isRecording, !members[index].isRemote, history.hasLastNotes(life) {
            let damaged = try? stores.open(name(index), in: directory.path).damagedNames
            let marks = (damaged ?? []).map { Step<N.Words>.damageMark + $0 }
            history.dropLastNotes(of: life, but: marks)
        }
        if let writing = history.writing(of: life),
            cause?.saveNumbers[writing.name] == writing.number
        {
            history.finish(writing, of: life, at: now, node: name(index))
            members[index].counts[Fault.Milestone.saves.place] += 1
        }
        let isKilledByNode = requests.first?.kills?.contains(life) ?? false
        history.end(
            life,
            isKilledByNode
                ? .killed(lastSave: lastSave) : .crashed(time: now, lastSave: lastSave)
        )
        if members[index].isToDie {
            restartIfPlanned(life)
        } else {
            let words = cause?.lastWords.map { ": \($0)" } ?? ""
            let line = "\(name(index)) \(cause?.cause ?? "is gone")\(words)"
            // Somebody's kill is an experiment; whatever else ends a process is a mistake in it.
            guard let signal = cause?.signal, Self.signalsOfPeople.contains(signal) else {
                return end(.died(line))
            }
            deaths.append(line)
        }
    }

    /// The signals that somebody sends by hand; the others come of what a process does.
    private static var signalsOfPeople: [Int32] {
        [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]
    }

    private func cameTo(_ text: String, isBeside: Bool, _ life: Life) {
        let index = life.node
        failpointsHit.append("\(name(index)).\(life.incarnation): \(text)")
        history.add(
            remark: Event(
                time: now,
                node: name(index),
                incarnation: life.incarnation,
                kind: .note,
                text: "failpoint \(text)"
            ),
            view: view
        )
        // A life that begins counts from the first pass again: it must not come to the same end.
        members[index].comeTo.insert(text)
        guard let request = options.failpoints.first(where: { "\($0)" == text }) else { return }
        switch request.action {
        case .exit, .kill: members[index].isToDie = true
        // Whoever dies later, on its own, dies of a mistake.
        case .sleep, .error: break
        case .stall:
            if !isBeside { noteHeld(index, at: request.name) }
        case .hold:
            if !isBeside { noteHeld(index, at: request.name) }
            hooks.held(name(index), request.name) { [weak self] in
                guard let self, members[index].incarnation == life.incarnation else { return }
                if !isBeside { members[index].heldAt = nil }
                tell(index, .release(text))
            }
        }
    }

    /// Nobody waits for it. (A write that has not taken place holds nobody but itself.)
    private func noteHeld(_ index: Int, at failpoint: String) {
        members[index].heldAt = failpoint
        abandonRound(of: index)
        flushed(index)
    }
}

extension Record {
    /// Whether it may bring the run further, as its progress is measured.
    fileprivate func isTold(by progress: Progress) -> Bool {
        guard case .outputs = progress, case .performed(let performed) = self else { return false }
        return performed.event.kind == .output
    }
}
