/// How bytes are split into words.
///
/// Both work on bytes alone: what is not valid UTF-8 is part of a word like any letter, and so is
/// the byte zero. Words are compared byte by byte; nothing is folded or normalised.
public enum Tokenizer: String, Hashable, Codable, Sendable, CaseIterable {
    /// Splits at every scalar that Unicode calls White_Space; there are no empty words.
    case whiteSpace

    /// Splits at the byte 0x20 only: n spaces make n + 1 words, and a word may be empty.
    case singleSpace
}
