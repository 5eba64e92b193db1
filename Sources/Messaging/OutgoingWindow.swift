/// What one peer has not acknowledged: messages in flight, and messages that wait for their turn.
///
/// The window is counted from the *oldest* message without an acknowledgement, not by how many there
/// are: it keeps the numbers in flight within reach of the receiver's window, however long one of them
/// is lost again and again.
struct OutgoingWindow: Hashable, Sendable {
    /// A message that was sent, or is to be sent at once.
    struct InFlight: Hashable, Sendable {
        let payload: [UInt8]
        /// How often it has been sent.
        var attempts: Int
    }

    /// By sequence; asked for single numbers, never walked.
    private(set) var inFlight: [UInt64: InFlight] = [:]
    /// The oldest number without an acknowledgement, or the next one if there is none.
    private var oldest: UInt64 = 1
    private var next: UInt64 = 1
    private var waiting: [[UInt8]] = []
    /// How many of `waiting` have gone.
    private var waitingGone = 0
    private(set) var waitingBytes = 0

    var waitingCount: Int { waiting.count - waitingGone }

    /// Whether a message may be sent without overtaking one that waits.
    func hasRoom(windowMessages: Int) -> Bool {
        waitingCount == 0 && next - oldest < UInt64(windowMessages)
    }

    /// Puts a message in flight, and gives its number.
    mutating func admit(_ payload: [UInt8], attempts: Int) -> UInt64 {
        defer { next += 1 }
        inFlight[next] = InFlight(payload: payload, attempts: attempts)
        return next
    }

    /// Lets a message wait for room.
    mutating func wait(_ payload: [UInt8]) {
        waiting.append(payload)
        waitingBytes += payload.count
    }

    /// Takes a message out of flight; false if it is not there (any more).
    mutating func acknowledge(_ sequence: UInt64) -> Bool {
        guard inFlight.removeValue(forKey: sequence) != nil else { return false }
        while oldest < next, inFlight[oldest] == nil { oldest += 1 }
        return true
    }

    /// Puts the first message that waits in flight, unsent, if there is one and there is room.
    mutating func admitWaiting(windowMessages: Int) -> UInt64? {
        guard waitingCount > 0, next - oldest < UInt64(windowMessages) else { return nil }
        let payload = waiting[waitingGone]
        // The place in the array stays for a while; the bytes need not.
        waiting[waitingGone] = []
        waitingGone += 1
        waitingBytes -= payload.count
        // At most every second place is an empty one, and each message is moved once on average.
        if waitingGone > waitingCount {
            waiting.removeFirst(waitingGone)
            waitingGone = 0
        }
        return admit(payload, attempts: 0)
    }

    /// Counts one more sending, and gives what is to be sent; nil if it is not in flight.
    mutating func sendAgain(_ sequence: UInt64) -> InFlight? {
        inFlight[sequence]?.attempts += 1
        return inFlight[sequence]
    }
}
