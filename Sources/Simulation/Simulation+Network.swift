import Causality
import Chance
import Nodes

// What becomes of messages.
extension Simulation {
    mutating func send(
        _ message: Words.Message,
        from sender: NodeID,
        to receiver: NodeID,
        over link: Link
    ) {
        count(.sends, of: sender)
        statistics.sends += 1
        hosts[sender.index].sent += 1
        var clock: VectorClock?
        if log != nil {
            record(
                .send,
                at: sender,
                message: MessageID(
                    sender: sender,
                    incarnation: places[sender.index].incarnation,
                    number: hosts[sender.index].sent
                ),
                peer: receiver,
                link: link,
                text: recorder.summary(message)
            )
            clock = recorder.clock(of: sender)
        }
        let isBeginning = hosts[receiver.index].isBeginning
        let flight = Flight<Words>(
            message: message,
            sender: sender,
            receiver: receiver,
            link: link,
            senderIncarnation: places[sender.index].incarnation,
            receiverIncarnation: places[receiver.index].incarnation + (isBeginning ? 1 : 0),
            number: hosts[sender.index].sent,
            clock: clock
        )
        guard isBeginning || places[receiver.index].status == .running else { return lose(flight) }
        switch link {
        case .datagram: sendDatagram(flight)
        case .stream: sendOverStream(flight)
        case .acknowledged: transmit(flight, after: nil)
        }
    }

    private mutating func sendDatagram(_ flight: Flight<Words>) {
        var copies = 1
        var delay = 0
        if !activeLinkFaults.isEmpty {
            for fault in activeLinkFaults where means(fault, flight) {
                switch faults[fault].fault.action {
                case .lose(let probability, _):
                    guard chance.chance(probability) else { continue }
                    hit(fault)
                    return lose(flight)
                case .partition:
                    hit(fault)
                    return lose(flight)
                case .duplicate(let probability, _):
                    guard chance.chance(probability) else { continue }
                    hit(fault)
                    copies += 1
                case .delay(let range, _):
                    hit(fault)
                    delay = sum(delay, draw(range))
                case .kill, .stop, .slow, .drift, .skew, .corrupt, .fill:
                    preconditionFailure("a fault of nodes among those of links: \(fault)")
                }
            }
        }
        for _ in 0..<copies {
            let latency = sum(draw(options.network.datagramLatency), delay)
            schedule.add(.arrival(flight), at: later(by: latency))
        }
    }

    private mutating func sendOverStream(_ flight: Flight<Words>) {
        var delay = 0
        for fault in activeLinkFaults where means(fault, flight) {
            switch faults[fault].fault.action {
            case .partition:
                hit(fault)
                channels[channel(of: flight)].cutOff.append(flight)
                return
            case .delay(let range, _):
                hit(fault)
                delay = sum(delay, draw(range))
            case .lose, .duplicate:
                // A stream sends again what was lost, and drops what comes twice.
                continue
            case .kill, .stop, .slow, .drift, .skew, .corrupt, .fill:
                preconditionFailure("a fault of nodes among those of links: \(fault)")
            }
        }
        travel(flight, delay: delay)
    }

    /// Both together, or the longest time there is.
    func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// Puts a message of a stream on its way, behind those before it.
    private mutating func travel(_ flight: Flight<Words>, delay: Int) {
        let channel = channel(of: flight)
        let latency = sum(draw(options.network.streamLatency), delay)
        let time = max(later(by: latency), channels[channel].lastArrival)
        channels[channel].lastArrival = time
        schedule.add(.arrival(flight), at: time)
    }

    /// What was sent over streams that a partition has cut goes on its way, unless another cuts it too.
    mutating func sendWhatWasCutOff() {
        for channel in channels.indices where !channels[channel].cutOff.isEmpty {
            let waiting = channels[channel].cutOff
            channels[channel].cutOff = []
            for flight in waiting { sendOverStream(flight) }
        }
    }

    mutating func arrive(_ flight: Flight<Words>) {
        guard reaches(flight) else { return lose(flight) }
        let receiver = flight.receiver
        if hosts[receiver.index].isBeginning {
            hosts[receiver.index].backlog.append(.message(flight))
            return
        }
        switch flight.link {
        case .stream:
            let channel = channel(of: flight)
            let isPaused = hosts[receiver.index].paused.contains(flight.sender)
            if isPaused || !channels[channel].held.isEmpty {
                channels[channel].hold(flight)
                return drainSoon(channel)
            }
        case .datagram, .acknowledged:
            break
        }
        guard isReady(receiver) else {
            hosts[receiver.index].backlog.append(.message(flight))
            return
        }
        deliver(flight)
    }

    private mutating func deliver(_ flight: Flight<Words>) {
        statistics.deliveries += 1
        count(.receives, of: flight.receiver)
        if log != nil {
            record(
                .receive,
                at: flight.receiver,
                message: flight.id,
                peer: flight.sender,
                link: flight.link,
                text: recorder.summary(flight.message),
                learned: flight.clock
            )
        }
        handle(.receive(flight.message, from: flight.sender), at: flight.receiver)
    }

    /// Whether both lives that a message goes between are such that it arrives.
    func reaches(_ flight: Flight<Words>) -> Bool {
        let sender = places[flight.sender.index]
        let receiver = flight.receiver.index
        let isAwaited =
            hosts[receiver].isBeginning
            && places[receiver].incarnation + 1 == flight.receiverIncarnation
        guard isAwaited || isLiving(flight.receiver, flight.receiverIncarnation),
            sender.incarnation == flight.senderIncarnation
        else { return false }
        switch flight.link {
        case .datagram, .acknowledged: return true
        // A stream breaks with a crash; what was sent before a halt arrives.
        case .stream: return sender.status != .crashed
        }
    }

    /// Delivers what a pause has held back, once it is over.
    mutating func drainSoon(_ channel: Int) {
        let sender = NodeID(channel / names.count)
        let receiver = channel % names.count
        guard !channels[channel].held.isEmpty, !channels[channel].isDraining,
            !hosts[receiver].paused.contains(sender)
        else { return }
        channels[channel].isDraining = true
        schedule.add(.drain(channel: channel), at: now)
    }

    mutating func drain(_ channel: Int) {
        let receiver = NodeID(channel % names.count)
        let sender = NodeID(channel / names.count)
        guard !channels[channel].held.isEmpty, isReady(receiver),
            !hosts[receiver.index].paused.contains(sender)
        else { return }
        let flight = channels[channel].held.removeFirst()
        if reaches(flight) { deliver(flight) } else { lose(flight) }
        drainSoon(channel)
    }

    /// What waits in a stream is lost, since one of its ends is gone.
    ///
    /// What travels is lost when it would arrive.
    mutating func breakChannel(_ channel: Int) {
        let lost = channels[channel].held + channels[channel].cutOff
        channels[channel] = Channel()
        for flight in lost { lose(flight) }
    }

    mutating func lose(_ flight: Flight<Words>) {
        statistics.losses += 1
        guard log != nil else { return }
        record(
            .drop,
            at: flight.receiver,
            message: flight.id,
            peer: flight.sender,
            link: flight.link,
            text: recorder.summary(flight.message)
        )
    }

    /// What is on its way, streams in order.
    func envelopes() -> [Envelope<Words>] {
        var flights = channels.flatMap(\.held)
        for host in hosts {
            for case .message(let flight) in host.backlog { flights.append(flight) }
        }
        for happening in schedule.inOrder {
            switch happening {
            case .arrival(let flight): flights.append(flight)
            // One that will not be sent again is lost already, though nobody has noticed.
            case .retry(let retry): if isSentAgain(retry.flight) { flights.append(retry.flight) }
            case .timer, .writeEnd, .idle, .begin, .restart, .wake, .drain, .faultBegins,
                .faultEnds:
                continue
            }
        }
        flights += channels.flatMap(\.cutOff)
        return flights.filter(reaches).map(\.envelope)
    }

    func means(_ fault: Int, _ flight: Flight<Words>) -> Bool {
        faults[fault].links[flight.sender.index * names.count + flight.receiver.index]
    }

    private func channel(of flight: Flight<Words>) -> Int {
        flight.sender.index * names.count + flight.receiver.index
    }
}
