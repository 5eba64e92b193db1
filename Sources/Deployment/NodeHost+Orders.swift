import Glibc
import Messaging
import Nodes
import Processes

// What the supervisor says.
extension NodeHost {
    /// Follows what has come, in order, also where following one of them means to wait for others.
    func followOrders(waits: Bool) {
        if orders.isEmpty || !waits { orders += control.orders(waits: waits) }
        while !orders.isEmpty {
            follow(orders.removeFirst())
            // What has been waited for is there.
            if waits { return }
        }
    }

    func follow(_ order: Order) {
        switch order {
        case .setup:
            // It came before this loop began.
            break
        case .begin(let epoch, let elapsed):
            self.epoch = epoch ?? EventLoop.now - elapsed
            begin()
            if setup.haveAllBegun, flush == nil { isStalled = false }
            answerFlush()
            // What was ordered since this process began comes before the first message.
            followOrders(waits: false)
        case .flush(let view):
            isStalled = true
            flush = view
            holdStreams()
            // A call is one step for all others: it is finished first.
            if !isWaitingForChanges, !isCommitting { answerFlush() }
        case .install(let view, let lives, let gone, let ended, let order):
            for life in ended { forget(life) }
            install(view, lives, gone)
            self.order = order
        case .gone(let life, let hasEnded):
            guard peers[life.node].incarnation == life.incarnation else { return }
            peers[life.node].isGone = true
            // What was sent to it is lost. What it has sent over streams still arrives, and whoever halts
            // waits until all else has been acknowledged.
            peers[life.node].outgoing?.breakOff()
            if hasEnded {
                reliable.forget(PeerLife(index: life.node, incarnation: life.incarnation))
            }
        case .fault(let place, let begins):
            // Between two calls, as in the other worlds.
            guard !isWaitingForChanges, !isCommitting else {
                return postponed.append((place, begins))
            }
            if begins { beginFault(place) } else { endFault(place) }
        case .probe(let round):
            probes.append(round)
        case .changed(let earlier, let launched, let order, let firstOrder):
            if !hasOrderOfCall {
                hasOrderOfCall = true
                self.order = order
                if calls == 1, setup.incarnation > 0 { self.firstOrder = firstOrder }
            }
            for life in earlier { meet(life) }
            // What was sent before is lost on those who are launched only now.
            dispatch()
            for life in launched { meet(life) }
            isWaitingForChanges = false
        case .mayHalt:
            isWaitingForChanges = false
        case .release(let failpoint):
            // Of the two threads, only the other can be held now.
            writer.release(failpoint)
        case .ended(let life, let number): learnOfEnd(life, number: number)
        case .due(let watched, let ended): remind(watched, ended)
        case .leave:
            control.flush()
            exit(EX_OK)
        }
    }

    /// Says that nothing more is taken, and that what was done until then is on record.
    func answerFlush() {
        guard let view = flush, !hasAnsweredFlush else { return }
        hasAnsweredFlush = true
        control.append(.flushed(view: view))
        control.flush()
    }

    /// That life is about to begin: what is sent to it waits for it.
    private func meet(_ life: Life) {
        guard peers[life.node].incarnation < life.incarnation else { return }
        forget(Life(node: life.node, incarnation: peers[life.node].incarnation))
        peers[life.node].incarnation = life.incarnation
        peers[life.node].isGone = false
        peers[life.node].isForgotten = false
        peers[life.node].isCut = false
        peers[life.node].streamSends = 0
        peers[life.node].streamReceives = 0
    }

    private func install(_ view: Int, _ lives: [Int], _ gone: [Bool]) {
        self.view = view
        for index in peers.indices {
            if peers[index].incarnation != lives[index] {
                forget(Life(node: index, incarnation: peers[index].incarnation))
                peers[index].incarnation = lives[index]
                peers[index].isCut = false
                peers[index].streamSends = 0
                peers[index].streamReceives = 0
            }
            peers[index].isGone = gone[index]
            peers[index].isForgotten = peers[index].isForgotten && gone[index]
        }
        flush = nil
        hasAnsweredFlush = false
        isStalled = false
        // Not while a handler waits for its launches: it is in the middle of a call.
        if !isWaitingForChanges { loop.after(.zero) { [unowned self] in takeStreams() } }
    }

    /// Nothing of that life is taken any more, and nothing for it is sent.
    private func forget(_ life: Life) {
        guard life.incarnation >= 0, peers[life.node].incarnation == life.incarnation else {
            return
        }
        peers[life.node].isGone = true
        peers[life.node].outgoing?.breakOff()
        peers[life.node].outgoing = nil
        dropIncoming(life.node)
        reliable.forget(PeerLife(index: life.node, incarnation: life.incarnation))
        inbox.removeAll { arrival in
            switch arrival {
            case .timer, .commit, .unwritten: false
            case .message(_, let id, _):
                id.sender.index == life.node && id.incarnation == life.incarnation
            }
        }
        // Datagrams that a fault holds back look at the life when they are due.
        peers[life.node].isForgotten = true
    }

    /// What was in flight on the stream from there is lost.
    func dropIncoming(_ index: Int) {
        guard let incoming = peers[index].incoming else { return }
        if let alarm = incoming.alarm { loop.cancel(alarm) }
        incoming.stream.close()
        peers[index].incoming = nil
    }

    /// Says how we stand, now that nothing waits.
    func answerProbe() {
        guard let first = probes.first else { return }
        var status = Record.Status(round: first)
        status.calls = calls
        if !hasHalted {
            status.timers = dueTimes.count
            status.idles = wantsIdle ? 1 : 0
            status.late = delayedCount + premature.count + (busyUntil > 0 ? 1 : 0)
            status.writes = writes.count
            status.waiting = inbox.count
            status.partitions = waitingBehindPartitions
        }
        for (index, peer) in peers.enumerated() {
            status.unsent += peer.outgoing?.takeableByteCount ?? 0
            // What a pause holds back as well need not come.
            if !paused.contains(index) { status.late += peer.incoming?.delayed.count ?? 0 }
        }
        status.unsent += reliable.unacknowledgedCount + freshDatagrams.count + datagrams.queuedCount
        status.streamSends = peers.map { $0.isGone ? 0 : $0.streamSends }
        status.streamReceives = peers.map(\.streamReceives)
        status.blocked = peers.indices.map { index in
            paused.contains(index) || linkFaults.partition(from: index) != nil
        }
        status.hits = hits
        status.strangers = strangerCount
        // Who has just woken up may have been asked for that, and together with all others.
        for round in probes {
            status.round = round
            control.append(.status(status))
        }
        probes = []
        control.flush()
    }

    /// Partitions that will end, and behind which something waits.
    private var waitingBehindPartitions: Int {
        peers.indices.count { index in
            guard let place = linkFaults.partition(from: index),
                faults[place].fault.lasting != nil
            else { return false }
            return peers[index].incoming != nil
        }
    }

    /// As SIGSTOP would find it between two handler calls; on waking up, orders come first.
    func stop() {
        isToStop = false
        control.append(.stopping)
        control.flush()
        kill(getpid(), SIGSTOP)
        followOrders(waits: false)
    }
}
