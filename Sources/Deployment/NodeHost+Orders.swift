import Glibc
import Messaging
import Nodes
import Processes

// What the supervisor says.
extension NodeHost {
    func follow(_ order: Order) {
        switch order {
        case .setup:
            // It came before this loop began.
            break
        case .begin(let epoch, let elapsed):
            self.epoch = epoch ?? EventLoop.now - elapsed
            begin()
            isStalled = !setup.haveAllBegun
            // What was ordered since this process began comes before the first message.
            for order in control.orders(waits: false) { follow(order) }
        case .flush(let view, let ended):
            isStalled = true
            holdStreams()
            for life in ended { forget(life) }
            control.append(.flushed(view: view))
            control.flush()
        case .install(let view, let lives, let gone):
            install(view, lives, gone)
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
            if begins { beginFault(place) } else { endFault(place) }
        case .probe(let round):
            probe = round
        case .changed:
            isWaitingForChanges = false
        case .release:
            // It came too late: nobody is held.
            break
        case .leave:
            control.flush()
            exit(EX_OK)
        }
    }

    private func install(_ view: Int, _ lives: [Int], _ gone: [Bool]) {
        self.view = view
        for index in peers.indices {
            if peers[index].incarnation != lives[index] {
                forget(Life(node: index, incarnation: peers[index].incarnation))
                peers[index].incarnation = lives[index]
                peers[index].streamSends = 0
                peers[index].streamReceives = 0
            }
            peers[index].isGone = gone[index]
            peers[index].isForgotten = peers[index].isForgotten && gone[index]
        }
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
        if let incoming = peers[life.node].incoming {
            if let alarm = incoming.alarm { loop.cancel(alarm) }
            incoming.stream.close()
            peers[life.node].incoming = nil
        }
        reliable.forget(PeerLife(index: life.node, incarnation: life.incarnation))
        inbox.removeAll { arrival in
            switch arrival {
            case .timer: false
            case .message(_, let id, _):
                id.sender.index == life.node && id.incarnation == life.incarnation
            }
        }
        // Datagrams that a fault holds back look at the life when they are due.
        peers[life.node].isForgotten = true
    }

    /// Says how we stand, now that nothing waits.
    func answerProbe() {
        guard let round = probe else { return }
        probe = nil
        var status = Record.Status(round: round)
        status.calls = calls
        status.pending =
            hasHalted
            ? 0
            : dueTimes.count + (wantsIdle ? 1 : 0) + delayedCount + inbox.count
                + (busyUntil > 0 ? 1 : 0) + waitingBehindPartitions
        for (index, peer) in peers.enumerated() {
            status.unsent += peer.outgoing?.takeableByteCount ?? 0
            // What a pause holds back as well need not come.
            if !paused.contains(index) { status.pending += peer.incoming?.delayed.count ?? 0 }
        }
        status.unsent += reliable.unacknowledgedCount + datagrams.queuedCount
        status.streamSends = peers.map { $0.isGone ? 0 : $0.streamSends }
        status.streamReceives = peers.map(\.streamReceives)
        status.blocked = peers.indices.map { index in
            paused.contains(index) || linkFaults.partition(from: index) != nil
        }
        status.hits = hits
        status.strangers = strangerCount
        control.append(.status(status))
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
        for order in control.orders(waits: false) { follow(order) }
    }
}
