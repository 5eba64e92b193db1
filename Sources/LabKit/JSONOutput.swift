import FoundationEssentials

/// The result of a command for other programs: one JSON object on one line, and nothing else.
///
/// Keys are sorted, so that equal results are equal bytes.
public enum JSONOutput {
    /// Writes `value` and a newline, or throws; what cannot be encoded writes nothing.
    public static func write(
        _ value: some Encodable,
        to output: OutputFile = .standardOutput
    ) throws {
        try output.write(line(value))
    }

    /// The line that `write` writes.
    public static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        precondition(text.hasPrefix("{"), "\(type(of: value)) is no JSON object, it can never grow")
        return text + "\n"
    }
}
