/// Why bytes are not packed counts.
public struct DecodingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Hashable, Sendable {
        /// They do not begin as packed counts do.
        case notCounts = "not packed counts, or of another version"
        /// They end in the middle of something.
        case truncated = "cut short"
        /// A number takes more bytes than it needs, or more than 64 bits.
        case malformedNumber = "a number that is not written the one right way"
        /// A word is longer than ``Limit/wordBytesMax``.
        case wordTooLong = "a word over the limit"
        /// A word is counted zero times.
        case zeroCount = "a word counted zero times"
        /// The sum of all counts does not fit into 64 bits.
        case overflow = "counts that add up to 2^64 or more"
        /// Something follows the last entry.
        case trailingBytes = "something after the last entry"
    }

    /// What is wrong.
    public let reason: Reason

    /// Where, in bytes from the start.
    public let offset: Int

    /// One line that names the place and the reason.
    public var description: String { "packed counts, byte \(offset): \(reason.rawValue)" }
}
