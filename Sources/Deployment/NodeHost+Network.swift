import Causality
import Messaging
import Nodes

// What goes out.
extension NodeHost {
    /// Bounds on what waits in this process.
    enum Limit {
        /// With more than this waiting for one other node, no work of its own is begun and no stream read.
        static var unsentBytesHigh: Int { 4 << 20 }
        /// What may wait for its turn while no handler can be called; more datagrams are lost.
        static var inboxMessagesMax: Int { 10_000 }
        /// How long streams are taken from before timers have their turn.
        static var turnNanosecondsMax: Int { 5_000_000 }
        /// Who may be connected without having said who it is; of more, the one who came first goes.
        static var strangersMax: Int { 256 }
        /// How long one may be connected without having said who it is.
        static var greetingSecondsMax: Int { 5 }
    }

    /// Whether somebody takes more slowly than we send.
    ///
    /// Then no stream is read either, so that the slowness reaches those who send to us. (Two nodes that
    /// flood each other with megabytes, each as an answer to the other's, would wait for ever.)
    var isCongested: Bool {
        peers.contains { ($0.outgoing?.unsentByteCount ?? 0) > Limit.unsentBytesHigh }
    }

    func send(
        _ message: Words.Message,
        to receiver: NodeID,
        over link: Link,
        _ place: Int
    ) {
        count(.sends)
        sent += 1
        let id = MessageID(sender: NodeID(me), incarnation: surroundings.incarnation, number: sent)
        if setup.isRecording {
            var event = event(.send, recorder.summary(message))
            event.message = id.text(names: names)
            event.peer = name(receiver.index)
            event.link = link.rawValue
            performed(event, place)
        }
        outbox.append((message, id, link, receiver.index))
    }

    /// Puts on its way what the present call has sent so far.
    func dispatch() {
        tellWatchings()
        defer { outbox.removeAll(keepingCapacity: true) }
        for (message, id, link, peer) in outbox {
            guard peers[peer].incarnation >= 0, !peers[peer].isGone else {
                lose(id, message, to: peer, from: me, link)
                continue
            }
            do {
                switch link {
                case .stream: try sendOverStream(message, id, to: peer)
                case .datagram, .acknowledged: try sendDatagram(message, id, link, to: peer)
                }
            } catch {
                let what = "\(name(me)) sends \(recorder.summary(message)) to \(name(peer))"
                return breakDown(.impossible("\(what), which cannot travel: \(error)"))
            }
        }
    }

    private func sendOverStream(
        _ message: Words.Message,
        _ id: MessageID,
        to peer: Int
    ) throws {
        let outgoing = try peers[peer].outgoing ?? connect(to: peer)
        peers[peer].streamSends += 1
        var payload: [UInt8] = []
        Parcel(link: .stream, number: id.number, order: order, ends: ends).append(to: &payload)
        try codec.encode(message, &payload)
        let header = header(.message, to: peer, sequence: UInt64(id.number))
        try outgoing.append { bytes in
            try payload.withUnsafeBytes { try frames.append(header, payload: $0, to: &bytes) }
        }
    }

    private func connect(to peer: Int) throws -> OutgoingStream {
        var hello: [UInt8] = []
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        try frames.append(header(.hello, to: peer), payload: nothing, to: &hello)
        let incarnation = peers[peer].incarnation
        // From the address that the others know us by.
        let outgoing = OutgoingStream(
            to: peers[peer].streamAddress,
            from: peers[me].streamAddress.with(port: 0),
            on: loop,
            frames: frames,
            hello: hello
        ) { [unowned self] header in
            isForUs(header) && header.sender == peer && header.senderIncarnation == incarnation
        }
        peers[peer].outgoing = outgoing
        return outgoing
    }

    private func sendDatagram(
        _ message: Words.Message,
        _ id: MessageID,
        _ link: Link,
        to peer: Int
    ) throws {
        var payload: [UInt8] = []
        Parcel(link: link, number: id.number, order: order, ends: ends).append(to: &payload)
        try codec.encode(message, &payload)
        let byteCount = payload.count + FrameCodec.headerBytes
        guard byteCount <= DatagramSocket.payloadBytesMax else {
            throw DatagramTooLong(byteCount: byteCount)
        }
        guard link == .acknowledged else {
            return try transmit(payload, .message, sequence: UInt64(id.number), to: peer)
        }
        let life = PeerLife(index: peer, incarnation: peers[peer].incarnation)
        if let transmission = try reliable.send(payload, to: life, now: EventLoop.now) {
            try transmit(transmission)
        }
    }

    private func transmit(_ transmission: ReliableDatagrams.Transmission) throws {
        let peer = transmission.peer.index
        guard peers[peer].incarnation == transmission.peer.incarnation else { return }
        try transmit(transmission.payload, .message, sequence: transmission.sequence, to: peer)
    }

    private func transmit(
        _ payload: [UInt8],
        _ kind: FrameHeader.Kind,
        sequence: UInt64,
        to peer: Int
    ) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(FrameCodec.headerBytes + payload.count)
        try payload.withUnsafeBytes {
            try frames.append(header(kind, to: peer, sequence: sequence), payload: $0, to: &bytes)
        }
        freshDatagrams.append((bytes, peers[peer].datagramAddress))
    }

    func header(
        _ kind: FrameHeader.Kind,
        to peer: Int,
        sequence: UInt64 = 0
    ) -> FrameHeader {
        FrameHeader(
            kind: kind,
            sender: me,
            senderIncarnation: surroundings.incarnation,
            receiver: peer,
            receiverIncarnation: peers[peer].incarnation,
            sequence: sequence
        )
    }

    /// Sends acknowledgements, and again what nobody has acknowledged in time.
    func sendAcknowledged() {
        // What could be encoded once can be encoded again.
        for owed in reliable.takeAcknowledgements() {
            let peer = owed.peer
            var payload: [UInt8] = []
            for sequence in owed.sequences {
                for shift in stride(from: 56, through: 0, by: -8) {
                    payload.append(UInt8(truncatingIfNeeded: sequence >> UInt64(shift)))
                }
            }
            guard peers[peer.index].incarnation == peer.incarnation else { continue }
            acknowledgements += 1
            let number = UInt64(acknowledgements)
            try? transmit(payload, .acknowledgement, sequence: number, to: peer.index)
        }
        for transmission in reliable.due(now: EventLoop.now) { try? transmit(transmission) }
        if let retryAlarm { loop.cancel(retryAlarm) }
        retryAlarm = reliable.nextDue.map { due in
            // The turn that this begins ends with looking for what is due.
            loop.at(due) { [unowned self] in retryAlarm = nil }
        }
    }

    /// Notes that a message arrives nowhere.
    func lose(_ id: MessageID, _ message: Words.Message, to: Int, from: Int, _ link: Link) {
        guard setup.isRecording else { return }
        var event = event(.drop, recorder.summary(message))
        event.node = name(to)
        event.incarnation = max(0, peers[to].incarnation)
        event.message = id.text(names: names)
        event.peer = name(from)
        event.link = link.rawValue
        control.append(.remark(event))
    }
}

/// A datagram that no packet can hold.
private struct DatagramTooLong: Error, CustomStringConvertible {
    let byteCount: Int

    var description: String {
        "a datagram of \(byteCount) bytes, and \(DatagramSocket.payloadBytesMax) is the most"
    }
}
