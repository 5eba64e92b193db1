/// What of a file is text.
public enum Format: Hashable, Codable, Sendable {
    /// All of it. An empty file holds no words.
    case text

    /// One column of a CSV file (RFC 4180) whose first row names the columns.
    ///
    /// Rows end with LF or CRLF, the last one need not; blank lines are skipped, and so is a
    /// UTF-8 byte order mark. A carriage return that no newline follows is an ordinary byte of
    /// its field. The name must match exactly; of two equal names the first is taken.
    /// Words never span fields. With ``Tokenizer/singleSpace`` an empty field is one empty word,
    /// and a field that is just one newline is skipped.
    case csv(column: String)
}
