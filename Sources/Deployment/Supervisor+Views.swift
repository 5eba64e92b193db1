import Glibc
import Messaging
import Nodes
import Processes

// Who lives. Each set of present lives is a view; between two of them nobody takes anything, so that no
// message of a life that has ended is taken after the next one has begun (virtual synchrony: Birman and
// Joseph, "Exploiting Virtual Synchrony in Distributed Systems", 1987).
extension Supervisor {
    /// A node asks for launches and kills, and waits inside its call.
    func request(_ changes: [Record.Change], later: [Record.Change], by life: Life) {
        members[life.node].isBlocked = true
        abandonRound(of: life.node)
        let request = ViewRequest(
            changes: changes,
            later: later,
            requester: life,
            trigger: history.trigger(of: life, names: members.map(\.name))
        )
        if change?.serving == life {
            requests.insert(request, at: 0)
        } else {
            requests.append(request)
        }
        advance()
    }

    /// A life that has crashed is followed by another, since the plan says so.
    ///
    /// One view, one such beginning: of two that send to each other at once, neither could be there first.
    func restart(_ life: Life) {
        guard change?.hasRestart != true else { return waitingRestarts.append(life) }
        restartsToCome -= 1
        let member = members[life.node]
        guard ending == nil, member.status == .crashed, member.incarnation == life.incarnation
        else {
            return
        }
        if change == nil { beginChange() }
        if change?.begins.contains(life.node) == false {
            change?.begins.append(life.node)
            change?.hasRestart = true
        }
        advance()
    }

    /// Goes on with the change of view that is under way, or begins the next.
    func advance() {
        guard ending == nil, change != nil || !requests.isEmpty else { return }
        if change == nil { beginChange() }
        while let flushing = change?.flushing, !requests.isEmpty {
            if requests[0].kills == nil { putFirstThatHarmsNoOther() }
            guard flushing.allSatisfy({ members[$0].isBlocked || firstRequestKills($0) }), serve()
            else { return }
        }
        if change?.flushing.isEmpty == true, requests.isEmpty { install() }
    }

    /// Whether the request whose turn it is kills a node: then nobody waits until it has stopped taking.
    ///
    /// It will take nothing more once it is dead, and until then the call that kills it does not go on. So it
    /// does not matter why it is silent, as when somebody has stopped its process. It may then die inside a
    /// call, which comes before the one that kills it: that one must not have found it alive, nor have taken
    /// what its stream had brought.
    private func firstRequestKills(_ index: Int) -> Bool {
        let request = requests[0]
        return change?.begins.contains(index) == false && request.trigger != life(index)
            && request.changes.first { $0.node == index }?.kind == .kill
    }

    private func beginChange() {
        view += 1
        // Who is stopped takes nothing; before it goes on it follows what it was told meanwhile.
        let flushing = members.indices.filter { index in
            let status = members[index].status
            return (status == .running || status == .starting) && !members[index].isStopped
                && members[index].heldAt == nil
        }
        change = ViewChange(flushing: Set(flushing))
        tellAll(.flush(view: view))
        waitForFlush()
    }

    private func waitForFlush() {
        let limit = Duration.seconds(DeploymentOptions.Limit.flushSecondsMax)
        flushAlarm = loop.after(limit) { [unowned self] in
            // Stopped by somebody else, say: the run does not wait for it.
            let awaited = change?.flushing ?? []
            change?.flushing = awaited.filter { members[$0].isBlocked }
            waitForFlush()
            advance()
        }
    }

    /// A node takes nothing any more until the next view; what it has done until then is on record.
    func flushed(_ index: Int) {
        guard change?.flushing.remove(index) != nil else { return }
        advance()
    }

    /// Serves the first request whose turn it is.
    ///
    /// - Returns: False if its kills are not done yet.
    private func serve() -> Bool {
        if requests[0].kills == nil { workOut() }
        // They are done when the last record of each of the killed has been read.
        let isDone = (requests[0].kills ?? []).allSatisfy {
            members[$0.node].incarnation != $0.incarnation || !members[$0.node].isThere
        }
        guard isDone else { return false }
        let request = requests.removeFirst()
        let requester = request.requester
        guard members[requester.node].incarnation == requester.incarnation,
            members[requester.node].isBlocked
        else { return true }
        change?.serving = requester
        members[requester.node].isBlocked = false
        let (earlier, launched) = (request.earlier, request.launched)
        let first = members[requester.node].launchOrder ?? served
        remindWatchersTooEarly(for: requester)
        tell(
            requester.node,
            .changed(earlier: earlier, launched: launched, order: served, firstOrder: first)
        )
        return true
    }

    /// Puts the request first whose call can come before those of the others.
    ///
    /// Whoever takes what a stream has brought, or waits in a call, did so before the sender, or he himself,
    /// is killed or launched again. Who is killed in the middle of his call comes before the killer's, which
    /// must then neither take what his stream has brought, nor have found him alive. (Of two that kill each
    /// other's senders in that way, neither could come first.)
    private func putFirstThatHarmsNoOther() {
        guard change?.serving != requests[0].requester else { return }
        let harmless =
            requests.indices.first { place in
                let touched = lives(endedBy: requests[place])
                return !others(than: place).contains { other in
                    touched.contains(other.requester) || isHarmed(other.trigger, touched)
                }
            }
            ?? requests.indices.first { place in
                let request = requests[place]
                let touched = lives(endedBy: request)
                let met =
                    (request.changes + request.later).filter { $0.kind == .launch }
                    .map { life($0.node) } + [request.trigger].compactMap(\.self)
                return !others(than: place).contains { other in
                    // What the killed took, he took before.
                    touched.contains(other.requester)
                        ? met.contains(other.requester) : isHarmed(other.trigger, touched)
                }
            }
        guard let harmless, harmless > 0 else { return }
        requests.insert(requests.remove(at: harmless), at: 0)
    }

    private func others(than place: Int) -> [ViewRequest] {
        requests.indices.filter { $0 != place }.map { requests[$0] }
    }

    private func isHarmed(_ trigger: Life?, _ touched: [Life]) -> Bool {
        trigger.map(touched.contains) ?? false
    }

    /// The lives that a call ends, or brings a successor.
    private func lives(endedBy request: ViewRequest) -> [Life] {
        (request.changes + request.later).filter(mayEnd).map { life($0.node) }
    }

    /// Whether nothing more is taken of the present life if a change takes place.
    private func mayEnd(_ change: Record.Change) -> Bool {
        switch change.kind {
        case .kill: true
        case .launch: !members[change.node].takesMessages
        }
    }

    /// Finds out what the first request means as things stand, and kills whom it kills.
    private func workOut() {
        guard var change else { return }
        var request = requests[0]
        var kills: [Life] = []
        var parts: [RunHistory.Unit.Part] = []
        request.earlier = change.launched
        for wish in request.changes {
            let member = members[wish.node]
            let life = life(wish.node)
            let next = Life(node: wish.node, incarnation: life.incarnation + 1)
            let isAlive = member.takesMessages && !kills.contains(life)
            // It was alive when the call began, which took what its stream had brought; so it is for the
            // whole of the call. (If a fault has killed it inside a call of its own meanwhile, and this one
            // kills it as well, no order is possible: the run ends without a log.)
            let wasAlive =
                member.status == .crashed && request.trigger == life
                && !change.ended.contains(life)
            var part = RunHistory.Unit.Part(place: wish.place)
            switch wish.kind {
            case .kill where wasAlive:
                change.ended.append(life)
                part.killed = life
            case .launch where wasAlive:
                part.foundAlive = life
            case .kill where change.begins.contains(wish.node):
                // Who is about to begin does not live yet.
                break
            case .kill where isAlive:
                kills.append(life)
                change.ended.append(life)
                part.killed = life
            case .kill:
                part.foundDead = life
                if member.status == .crashed { change.ended.append(life) }
            case .launch where isAlive && isBeginning(wish.node):
                // Its first call comes after this one: then it is this one that brings it to life.
                part.launched = life
                members[wish.node].launchOrder = served + 1
            case .launch where isAlive:
                part.foundAlive = life
            case .launch:
                part.foundDead = life
                part.launched = next
                if !change.begins.contains(wish.node) { change.begins.append(wish.node) }
                if !change.launched.contains(next) {
                    change.launched.append(next)
                    request.launched.append(next)
                }
            }
            parts.append(part)
        }
        request.kills = kills
        requests[0] = request
        self.change = change
        served += 1
        history.add(changes: parts, of: request.requester, order: served)
        for life in kills {
            members[life.node].isToDie = true
            members[life.node].process?.signal(SIGKILL)
        }
    }

    /// Whether the plan restarts a member, and it waits in its first call for its turn.
    private func isBeginning(_ index: Int) -> Bool {
        members[index].status == .starting && members[index].isBlocked
            && members[index].incarnation > 0 && members[index].launchOrder == nil
    }

    private func install() {
        guard let change else { return }
        self.change = nil
        if let flushAlarm { loop.cancel(flushAlarm) }
        flushAlarm = nil
        let there = members.indices.filter { members[$0].isThere }
        for index in change.begins {
            if members[index].isThere { giveUp(index) }
            members[index].incarnation += 1
            members[index].status = .starting
        }
        for index in there where !change.begins.contains(index) {
            let lives = members.map(\.incarnation)
            let ended = change.ended
            tell(index, .install(view: view, lives: lives, gone: gone, ended: ended, order: served))
        }
        for index in change.begins {
            let isLaunched = change.launched.contains(life(index))
            do { try spawn(index, isLaunched: isLaunched) } catch {
                let failure = error as? DeploymentFailure
                end(.failed(failure ?? DeploymentFailure("\(error)", status: EX_OSERR)))
            }
        }
        let waiting = waitingRestarts
        waitingRestarts = []
        for life in waiting { restart(life) }
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

    /// Who asked for a change and died before its turn has crashed before it; what is under way takes place.
    func forgetRequests(of life: Life) {
        requests.removeAll { $0.requester == life && $0.kills == nil }
    }
}
