import Glibc
import Messaging
import Nodes
import Processes

// Who lives. Each set of present lives is a view; between two of them nobody takes anything, so that no
// message of a life that has ended is taken after the next one has begun (virtual synchrony: Birman and
// Joseph, "Exploiting Virtual Synchrony in Distributed Systems", 1987).
extension Supervisor {
    /// Goes on with the change of view that is under way, or begins the next.
    func advance() {
        while ending == nil, flushing == nil, let request = requests.first {
            if !request.isUnderWay { begin() }
            // Its kills are done when the last record of each of the killed has been read.
            guard
                requests[0].kills.allSatisfy({
                    members[$0.node].incarnation != $0.incarnation
                        || !members[$0.node].isThere
                })
            else { return }
            guard !requests[0].begins.isEmpty || !requests[0].kills.isEmpty else {
                finish()
                continue
            }
            flush()
        }
    }

    /// Works out what the first request means as things stand, and kills whom it kills.
    private func begin() {
        requests[0].isUnderWay = true
        if let restart = requests[0].restart {
            let member = members[restart.node]
            restartsToCome -= 1
            if member.status == .crashed, member.incarnation == restart.incarnation {
                requests[0].begins = [restart.node]
            }
            return
        }
        for change in requests[0].changes {
            let member = members[change.node]
            let isKilled = requests[0].kills.contains { $0.node == change.node }
            let isBegun = requests[0].begins.contains(change.node)
            switch change.kind {
            case .kill:
                // Who is about to begin does not live yet.
                guard member.takesMessages || member.status == .leaving, !isKilled, !isBegun else {
                    continue
                }
                // A halt that is not over counts: whoever halted does not live any more.
                guard member.status != .leaving else { continue }
                requests[0].kills.append(life(change.node))
            case .launch:
                guard isKilled || !member.takesMessages, !isBegun else { continue }
                requests[0].begins.append(change.node)
            }
        }
        note(requests[0])
        for life in requests[0].kills {
            members[life.node].isToDie = true
            members[life.node].process?.signal(SIGKILL)
        }
    }

    /// Puts on record what came of a node's request.
    private func note(_ request: ViewRequest) {
        guard let requester = request.requester else { return }
        var parts: [RunHistory.Unit.Part] = []
        for change in request.changes {
            var part = RunHistory.Unit.Part(place: change.place)
            switch change.kind {
            case .kill:
                // Who was killed already dies no second time.
                part.killed = request.kills.first { life in
                    life.node == change.node && !parts.contains { $0.killed == life }
                }
            case .launch:
                if request.begins.contains(change.node) {
                    let next = members[change.node].incarnation + 1
                    part.launched = Life(node: change.node, incarnation: next)
                }
            }
            parts.append(part)
        }
        history.add(changes: parts, of: requester)
    }

    private func flush() {
        view += 1
        var ended = requests[0].kills
        for index in requests[0].begins where members[index].incarnation >= 0 {
            if !ended.contains(life(index)) { ended.append(life(index)) }
        }
        // Who is stopped, or waits inside a call, takes nothing; before it goes on it follows what it was
        // told meanwhile. The same is true of who has not begun.
        flushing = Set(
            members.indices.filter {
                members[$0].status == .running && !members[$0].isStopped && !members[$0].isBlocked
                    && members[$0].heldAt == nil
            }
        )
        tellAll(.flush(view: view, ended: ended))
        flushAlarm = loop.after(.seconds(DeploymentOptions.Limit.flushSecondsMax)) {
            [unowned self] in
            flushAlarm = nil
            // Stopped by somebody else, say: the run does not wait for it.
            flushing = []
            flushed(nil)
        }
        flushed(nil)
    }

    /// A node takes nothing any more until the next view; with the last of them the view is installed.
    func flushed(_ index: Int?) {
        if let index { flushing?.remove(index) }
        guard flushing?.isEmpty ?? false else { return }
        flushing = nil
        if let flushAlarm { loop.cancel(flushAlarm) }
        flushAlarm = nil
        let there = members.indices.filter { members[$0].isThere }
        let begins = requests[0].begins
        for index in begins {
            if members[index].isThere { giveUp(index) }
            members[index].incarnation += 1
            members[index].status = .starting
        }
        for index in there where !begins.contains(index) {
            tell(
                index,
                .install(view: view, lives: members.map(\.incarnation), gone: gone)
            )
        }
        for index in begins {
            do { try spawn(index) } catch {
                let failure = error as? DeploymentFailure
                end(.failed(failure ?? DeploymentFailure("\(error)", status: 71)))
            }
        }
        finish()
        advance()
    }

    /// One that has halted and waits for others to take what it sent is not waited for.
    private func giveUp(_ index: Int) {
        members[index].control?.close()
        members[index].control = nil
        guard case .local(let process) = members[index].process else { return }
        process.kill()
        directory.releaseGroup(of: process.pid)
    }

    private func finish() {
        let request = requests.removeFirst()
        guard let requester = request.requester,
            members[requester.node].incarnation == requester.incarnation
        else { return }
        members[requester.node].isBlocked = false
        tell(requester.node, .changed)
    }

    /// Who asked for a change and died does not wait for it; the change takes place all the same.
    func forgetRequester(_ life: Life) {
        for place in requests.indices where requests[place].requester == life {
            requests[place].requester = nil
        }
    }
}
