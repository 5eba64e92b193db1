import Causality
import Glibc
import Messaging
import Nodes

// What comes in.
extension NodeHost {
    /// Somebody who is connected, and has not said who it is.
    struct Stranger {
        let stream: ByteStream
        let limit: EventLoop.Alarm
    }

    /// Whoever is turned away though it is one of us comes again.
    func accept(_ stream: ByteStream) {
        if strangers.count >= Limit.strangersMax { turnAway(strangers[0].stream) }
        let greeting = Duration.seconds(Limit.greetingSecondsMax)
        let limit = loop.after(greeting) { [unowned self, unowned stream] in turnAway(stream) }
        strangers.append(Stranger(stream: stream, limit: limit))
        stream.onBytes = { [unowned self, unowned stream] in greet(stream, $0) }
        stream.onEnd = { [unowned self, unowned stream] _ in forget(stranger: stream) }
    }

    /// The first frame of a connection says whose it is; nobody else is heard.
    private func greet(_ stream: ByteStream, _ bytes: UnsafeRawBufferPointer) -> Int {
        let frame: FrameCodec.Decoded
        do {
            guard let decoded = try frames.decodeInPlace(bytes) else { return 0 }
            frame = decoded
        } catch {
            turnAway(stream)
            return bytes.count
        }
        let header = frame.header
        guard header.kind == .hello, isForUs(header), isPresent(header),
            !peers[header.sender].isCut
        else {
            // One of us, but not of these lives.
            forget(stranger: stream)
            return bytes.count
        }
        let sender = header.sender
        peers[sender].incoming?.stream.close()
        let incoming = IncomingStream<Words>(stream, incarnation: header.senderIncarnation)
        peers[sender].incoming = incoming
        stream.onBytes = { [unowned self] in take($0, from: sender) }
        stream.onEnd = { [unowned self] _ in ended(sender, incoming) }
        release(stranger: stream)
        letIn(stream, sender)
        // What has come with it would wait for what comes next.
        let rest = UnsafeRawBufferPointer(rebasing: bytes[frame.byteCount...])
        return frame.byteCount + take(rest, from: sender)
    }

    private func letIn(_ stream: ByteStream, _ sender: Int) {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let header = header(.welcome, to: sender)
        // Its numbers are those of the setup, and fit.
        stream.withBuffer { bytes in try? frames.append(header, payload: nothing, to: &bytes) }
        stream.flush()
    }

    private func turnAway(_ stream: ByteStream) {
        strangerCount += 1
        forget(stranger: stream)
    }

    private func forget(stranger stream: ByteStream) {
        stream.close()
        release(stranger: stream)
    }

    private func release(stranger stream: ByteStream) {
        guard let place = strangers.firstIndex(where: { $0.stream === stream }) else { return }
        loop.cancel(strangers.remove(at: place).limit)
    }

    private func ended(_ sender: Int, _ incoming: IncomingStream<Words>) {
        incoming.stream.close()
        // What a slow network still holds back of it arrives.
        if incoming.delayed.isEmpty, peers[sender].incoming === incoming {
            peers[sender].incoming = nil
        }
    }

    /// Whether a frame is for this life.
    func isForUs(_ header: FrameHeader) -> Bool {
        header.receiver == me && header.receiverIncarnation == surroundings.incarnation
            && peers.indices.contains(header.sender)
    }

    /// Whether a frame is of the present life of its sender.
    func isPresent(_ header: FrameHeader) -> Bool {
        header.senderIncarnation == peers[header.sender].incarnation
            && !peers[header.sender].isForgotten
    }

    /// Whether a message over the stream from there may be taken now.
    func canTakeStream(from sender: Int) -> Bool {
        isReady && inbox.isEmpty && !paused.contains(sender) && !isCongested
            && linkFaults.partition(from: sender) == nil
    }

    /// Takes messages one by one: each may change whether the next may be taken.
    private func take(_ bytes: UnsafeRawBufferPointer, from sender: Int) -> Int {
        guard let incoming = peers[sender].incoming else { return bytes.count }
        var taken = 0
        do {
            while peers[sender].incoming === incoming {
                let isOpen = canTakeStream(from: sender) || canDelay(incoming)
                guard isOpen else {
                    if let place = linkFaults.partition(from: sender) { noteHit(place) }
                    incoming.stream.pauseReading()
                    return taken
                }
                let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
                guard let frame = try frames.decodeInPlace(rest) else { return taken }
                let payload = UnsafeRawBufferPointer(rebasing: rest[frame.payload])
                guard frame.header.kind == .message, isForUs(frame.header),
                    isPresent(frame.header), let parcel = Parcel(payload)
                else {
                    taken += frame.byteCount
                    continue
                }
                guard parcel.ends <= ends else {
                    // The order that tells of the end is on its way.
                    incoming.stream.pauseReading()
                    return taken
                }
                taken += frame.byteCount
                try takeOverStream(frame.header, payload, parcel, incoming)
                // A timer that is due, such as that of a heartbeat, does not wait for all that has come.
                guard EventLoop.now - turnBegan < Limit.turnNanosecondsMax else {
                    streamsWait = true
                    incoming.stream.pauseReading()
                    return taken
                }
            }
        } catch {
            // Where the next frame begins cannot be known any more. Our own program does not write such
            // a stream, and the network cannot: TCP has a checksum, too.
            let what = "the stream from \(name(sender)) to \(name(me))"
            breakDown(.refused("\(what) brought \(error)", status: EX_PROTOCOL))
        }
        return bytes.count
    }

    private func takeOverStream(
        _ header: FrameHeader,
        _ payload: UnsafeRawBufferPointer,
        _ parcel: Parcel,
        _ incoming: IncomingStream<Words>
    ) throws {
        let body = UnsafeRawBufferPointer(rebasing: payload[Parcel.headByteCount...])
        let message = try codec.decode(body)
        let id = id(of: parcel, header)
        let decision =
            linkFaults.active.isEmpty
            ? nil
            : linkFaults.decision(
                on: arrival(header, UInt64(parcel.number), isStream: true)
            )
        for place in decision?.hits ?? [] { noteHit(place) }
        let delay = decision?.delaysNanoseconds.first ?? 0
        guard parcel.order >= firstOrder else {
            peers[header.sender].streamReceives += 1
            return lose(id, message, to: me, from: header.sender, .stream)
        }
        guard delay > 0 || !incoming.delayed.isEmpty else {
            peers[header.sender].streamReceives += 1
            return deliver(message, id, .stream)
        }
        let (sum, overflow) = EventLoop.now.addingReportingOverflow(delay)
        let due = max(overflow ? .max : sum, incoming.delayed.last?.dueAt ?? 0)
        incoming.delayed.append(.init(message: message, id: id, dueAt: due))
        awaitDelayed(incoming, from: header.sender)
    }

    /// Whether a message may be taken from the connection since it will be held back anyway.
    private func canDelay(_ incoming: IncomingStream<Words>) -> Bool {
        !incoming.delayed.isEmpty && !isStalled && !hasHalted
            && incoming.delayed.count < IncomingStream<Words>.Limit.delayedMessagesMax
    }

    private func awaitDelayed(_ incoming: IncomingStream<Words>, from sender: Int) {
        guard incoming.alarm == nil, let first = incoming.delayed.first else { return }
        incoming.alarm = loop.at(first.dueAt) { [unowned self] in
            incoming.alarm = nil
            takeDelayed(incoming, from: sender)
        }
    }

    private func takeDelayed(_ incoming: IncomingStream<Words>, from sender: Int) {
        while peers[sender].incoming === incoming, canTakeStream(from: sender),
            let first = incoming.delayed.first, first.dueAt <= EventLoop.now
        {
            incoming.delayed.removeFirst()
            peers[sender].streamReceives += 1
            deliver(first.message, first.id, .stream)
        }
        // If it may not be taken now, `takeStreams` comes back to it.
        guard peers[sender].incoming === incoming, canTakeStream(from: sender) else { return }
        awaitDelayed(incoming, from: sender)
    }

    /// Streams go on, where nothing holds them.
    func takeStreams() {
        for sender in peers.indices {
            guard let incoming = peers[sender].incoming, canTakeStream(from: sender) else {
                continue
            }
            takeDelayed(incoming, from: sender)
            if canTakeStream(from: sender) { incoming.stream.resumeReading() }
        }
    }

    /// Streams are left unread, so that those who send notice in time.
    func holdStreams() {
        for peer in peers { peer.incoming?.stream.pauseReading() }
    }

    func pause(_ sender: NodeID) {
        paused.insert(sender.index)
        peers[sender.index].incoming?.stream.pauseReading()
    }

    func resume(_ sender: NodeID) {
        paused.remove(sender.index)
        // After this handler call, and whatever else it asks for.
        loop.after(.zero) { [unowned self] in takeStreams() }
    }

    func receiveDatagram(_ bytes: UnsafeRawBufferPointer) {
        guard let frame = try? frames.decodeDatagramInPlace(bytes) else {
            strangerCount += 1
            return
        }
        let header = frame.header
        // To or of another life: such messages reach nobody.
        guard isForUs(header), isPresent(header) else { return }
        let payload = UnsafeRawBufferPointer(rebasing: bytes[frame.payload])
        switch header.kind {
        case .message:
            guard let parcel = Parcel(payload), parcel.link != .stream else {
                strangerCount += 1
                return
            }
            receive(header, parcel, Array(payload))
        case .acknowledgement: receiveAcknowledgements(header, payload)
        case .hello, .welcome: strangerCount += 1
        }
    }

    /// A message that came as a datagram, before any fault has looked at it.
    private func receive(_ header: FrameHeader, _ parcel: Parcel, _ payload: [UInt8]) {
        attempts += 1
        // A plain datagram comes once, so that its number alone decides; one that is acknowledged comes
        // until it gets through.
        let attempt = parcel.link == .acknowledged ? attempts : 0
        let decision =
            linkFaults.active.isEmpty
            ? nil
            : linkFaults.decision(
                on: arrival(header, UInt64(parcel.number), attempt: attempt)
            )
        for place in decision?.hits ?? [] { noteHit(place) }
        guard let decision else { return arrive(header, parcel, payload) }
        if decision.lostBy != nil, parcel.link == .datagram {
            guard let message = message(in: payload) else { return }
            let id = id(of: parcel, header)
            return lose(id, message, to: me, from: header.sender, parcel.link)
        }
        for delay in decision.delaysNanoseconds {
            guard delay > 0 else {
                arrive(header, parcel, payload)
                continue
            }
            let (due, overflow) = EventLoop.now.addingReportingOverflow(delay)
            delayedCount += 1
            loop.at(overflow ? .max : due) { [unowned self] in
                delayedCount -= 1
                // Lives may have ended meanwhile.
                guard isForUs(header), isPresent(header) else { return }
                arrive(header, parcel, payload)
            }
        }
    }

    func arrive(_ header: FrameHeader, _ parcel: Parcel, _ payload: [UInt8]) {
        // It is as if the network had lost it.
        guard inbox.count + premature.count < Limit.inboxMessagesMax else { return }
        guard parcel.ends <= ends else { return premature.append((header, parcel, payload)) }
        if parcel.link == .acknowledged {
            let life = PeerLife(index: header.sender, incarnation: header.senderIncarnation)
            switch reliable.received(header.sequence, from: life) {
            case .new: break
            case .duplicate, .refused: return
            }
        }
        // It was acknowledged all the same: whoever sent it may want to halt as well.
        guard !hasHalted else { return }
        guard let message = message(in: payload) else {
            strangerCount += 1
            return
        }
        let id = id(of: parcel, header)
        guard parcel.order >= firstOrder else {
            return lose(id, message, to: me, from: header.sender, parcel.link)
        }
        guard isReady, inbox.isEmpty else {
            return inbox.append(.message(message, id, parcel.link))
        }
        deliver(message, id, parcel.link)
    }

    private func receiveAcknowledgements(
        _ header: FrameHeader,
        _ payload: UnsafeRawBufferPointer
    ) {
        attempts += 1
        if !linkFaults.active.isEmpty {
            // They share the fate of what travels on this link, without being messages of anybody.
            let arrival = arrival(header, header.sequence, attempt: attempts)
            if linkFaults.decision(on: arrival).lostBy != nil { return }
        }
        let life = PeerLife(index: header.sender, incarnation: header.senderIncarnation)
        var sequences: [UInt64] = []
        for start in stride(from: 0, to: payload.count - 7, by: 8) {
            let sequence = payload[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            sequences.append(sequence)
        }
        reliable.acknowledged(sequences, from: life, now: EventLoop.now)
    }

    private func message(in payload: [UInt8]) -> Words.Message? {
        payload.withUnsafeBytes { bytes in
            let body = UnsafeRawBufferPointer(rebasing: bytes[Parcel.headByteCount...])
            return try? codec.decode(body)
        }
    }

    private func id(of parcel: Parcel, _ header: FrameHeader) -> MessageID {
        MessageID(
            sender: NodeID(header.sender),
            incarnation: header.senderIncarnation,
            number: parcel.number
        )
    }

    private func arrival(
        _ header: FrameHeader,
        _ number: UInt64,
        attempt: UInt64 = 0,
        isStream: Bool = false
    ) -> LinkFaults.Arrival {
        LinkFaults.Arrival(
            sender: header.sender,
            senderIncarnation: header.senderIncarnation,
            number: number,
            attempt: attempt,
            isStream: isStream
        )
    }
}
