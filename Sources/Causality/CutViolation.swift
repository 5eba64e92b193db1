/// Why a cut is not consistent: a message that was received before the cut and sent behind it.
public struct CutViolation: Hashable, Sendable {
    /// The message, as an index into `Execution.messages`.
    public let message: Int
    /// Its send, which is not in the cut.
    public let send: EventPoint
    /// Its receipt, which is.
    public let receive: EventPoint
}
