/// What one handler call asks of the world, in the order in which the world must do it.
///
/// It also answers the two questions that a node may ask: what did I save, and what stands in my input.
public struct Effects<Words: Vocabulary>: ~Copyable {
    /// All that was asked for, oldest first.
    public private(set) var list: [Effect<Words>]
    /// What the node asked for that cannot be, such as a message to nobody; the first such thing.
    public private(set) var impossible: String?

    /// Where the node runs.
    public let surroundings: Surroundings<Words>

    /// Nothing asked for yet.
    ///
    /// - Parameters:
    ///   - surroundings: Where the node runs.
    ///   - storage: An array whose room is used again; what it holds is forgotten.
    public init(_ surroundings: Surroundings<Words>, storage: consuming [Effect<Words>] = []) {
        self.surroundings = surroundings
        storage.removeAll(keepingCapacity: true)
        list = storage
    }

    /// Who the node is.
    public var me: NodeID { surroundings.me }

    /// Which life of the node this is: 0 at first, higher after each crash.
    public var incarnation: Int { surroundings.incarnation }

    /// Lets a message travel; see `Link` for what becomes of it.
    public mutating func send(_ message: Words.Message, to receiver: NodeID, over link: Link) {
        check(receiver, "sends to")
        list.append(.send(message, to: receiver, over: link))
    }

    /// Reminds the node after the delay, by its own clock; arming an armed timer moves it.
    public mutating func arm(_ timer: Words.Timer, after delay: Duration) {
        arm(timer, after: delay...delay)
    }

    /// Reminds the node after a delay that the world draws from the range.
    public mutating func arm(_ timer: Words.Timer, after delay: ClosedRange<Duration>) {
        let bounds = delay.lowerBound.nanoseconds...delay.upperBound.nanoseconds
        if bounds.lowerBound < 0 { refuse("arms a timer \(delay.lowerBound) ago") }
        list.append(.arm(timer, afterNanoseconds: bounds))
    }

    /// Forgets a timer; one that is not armed stays so.
    public mutating func disarm(_ timer: Words.Timer) { list.append(.disarm(timer)) }

    /// Puts a value to rest, in place of what had that name; durable before any later effect.
    public mutating func save(_ value: Words.Saved, as name: String) {
        list.append(.save(value, as: name))
    }

    /// Puts a value to rest beside the node's work, in place of what has that name.
    ///
    /// The value is that of now; the node goes on, and is reminded when it is over. Writes of one node are
    /// done one after another, in the order of asking. One that is under way at a crash is there wholly
    /// or not at all. What is refused leaves what had that name before.
    ///
    /// - Parameters:
    ///   - value: What is put to rest.
    ///   - name: Under which name.
    ///   - then: The timer that fires when it is durable.
    ///   - otherwise: The timer that fires if it could not be put to rest: the disk is full, say.
    public mutating func write(
        _ value: Words.Saved,
        as name: String,
        then: Words.Timer,
        otherwise: Words.Timer
    ) {
        list.append(.write(value, as: name, then: then, otherwise: otherwise))
    }

    /// What lay under that name when the handler was called.
    ///
    /// - Returns: Nil if nothing was ever saved under it.
    /// - Throws: `DamagedSave` if something was, and cannot be read any more.
    public func saved(_ name: String) throws(DamagedSave) -> Words.Saved? {
        try surroundings.saved.value(name)
    }

    /// The names under which something lay when the handler was called, readable or not, in order.
    public var savedNames: [String] { surroundings.saved.names }

    /// Reminds the node once when the life of another has ended: by a crash, a kill or a halt.
    ///
    /// Meant is the life that is there, or that was launched and is about to begin; if there is none, the
    /// reminder is due at once. It says nothing of a node that is slow, stopped or out of reach: for that
    /// there are heartbeats. As any timer it can be disarmed, and arming it puts it off.
    public mutating func watch(_ node: NodeID, reminding timer: Words.Timer) {
        check(node, "watches")
        if node == me { refuse("watches itself") }
        list.append(.watch(node, timer))
    }

    /// Holds back what comes over the stream from a node, in order, until `resume`.
    ///
    /// This is what blocking at a barrier means; deployed, it is back-pressure. Datagrams still come.
    public mutating func pause(_ sender: NodeID) {
        check(sender, "pauses")
        list.append(.pause(sender))
    }

    /// Lets the stream from a node come again.
    public mutating func resume(_ sender: NodeID) {
        check(sender, "resumes")
        list.append(.resume(sender))
    }

    /// Starts another node that does not live; one that lives is left alone.
    public mutating func launch(_ node: NodeID) {
        check(node, "launches")
        if node == me { refuse("launches itself, and it lives") }
        list.append(.launch(node))
    }

    /// Ends another node, as a crash would; one that does not live is left alone.
    public mutating func kill(_ node: NodeID) {
        check(node, "kills")
        if node == me { refuse("kills itself, which is what halt is for") }
        list.append(.kill(node))
    }

    /// Reads the entry of a durable input that follows a cursor.
    ///
    /// - Parameters:
    ///   - input: The input's name.
    ///   - cursor: That of the last entry that was read, 0 at the beginning.
    /// - Returns: Nil at the end of the input.
    /// - Throws: `InputFailure` if it cannot be read.
    public mutating func read(
        _ input: String,
        after cursor: Int
    ) throws(InputFailure) -> Inputs.Entry? {
        guard surroundings.inputs.names.contains(input) else {
            refuse("reads input \(input), which the system does not have")
            return nil
        }
        guard let entry = try surroundings.inputs.entry(of: input, after: cursor) else {
            return nil
        }
        list.append(.read(input, cursor: entry.cursor))
        return entry
    }

    /// Reads a part of a file that an entry of an input has named.
    ///
    /// - Parameters:
    ///   - file: The file's name.
    ///   - offset: Where the part begins, in bytes.
    ///   - countMax: How many bytes at most; a few megabytes, so that the call stays short.
    /// - Returns: So many bytes, or fewer if the file ends before; none at its end.
    /// - Throws: `InputFailure` if it cannot be read.
    public mutating func read(
        file: String,
        from offset: Int,
        countMax: Int
    ) throws(InputFailure) -> [UInt8] {
        let bytes = try surroundings.inputs.bytes(of: file, from: offset, countMax: countMax)
        list.append(.read(file, cursor: offset + bytes.count))
        return bytes
    }

    /// Asks for one call of `idle` when nothing waits.
    public mutating func wantIdle() { list.append(.wantIdle) }

    /// Tells whoever watches the run.
    public mutating func emit(_ output: Words.Output) { list.append(.emit(output)) }

    /// Ends the node for good, after the effects before this.
    public mutating func halt() { list.append(.halt) }

    /// The list, for the world to perform; the room comes back with `init(_:storage:)`.
    public consuming func takeList() -> [Effect<Words>] { list }

    private mutating func check(_ node: NodeID, _ verb: String) {
        if node.index < 0 || node.index >= surroundings.nodeCount {
            refuse("\(verb) node \(node), and the last is #\(surroundings.nodeCount - 1)")
        }
    }

    private mutating func refuse(_ what: String) {
        if impossible == nil { impossible = what }
    }
}

extension Duration {
    /// In whole nanoseconds; about 292 years is the most there is.
    public var nanoseconds: Int {
        let (seconds, attoseconds) = components
        let (whole, overflow) = Int(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, more) = whole.addingReportingOverflow(Int(attoseconds / 1_000_000_000))
        return overflow || more ? (seconds < 0 ? .min : .max) : sum
    }
}
