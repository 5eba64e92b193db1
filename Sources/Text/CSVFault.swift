/// What is wrong with a line of a CSV file.
public enum CSVFault: Error, Hashable, Sendable {
    /// The header does not name the column that was asked for; these are the ones there are.
    case missingColumn(String, columns: [String])

    /// The header row is longer than ``Limit/headerBytesMax``.
    case headerTooLong

    /// The row that begins here is longer than ``Limit/rowBytesMax``, and the file is counted in
    /// chunks.
    case rowTooLong

    /// The row that begins here has more or fewer fields than the header.
    case fieldCount(found: Int, expected: Int)

    /// A quote stands inside a field that did not begin with one.
    case quoteInUnquotedField

    /// Something other than a comma or the end of the row follows a closing quote.
    case textAfterClosingQuote

    /// The file ends inside the quoted field that begins on this line.
    case unclosedQuote
}

extension CSVFault: CustomStringConvertible {
    /// The fault as part of a line.
    public var description: String {
        switch self {
        case .missingColumn(let name, let columns) where columns.isEmpty:
            "no column \(name.debugDescription): the file has no header row"
        case .missingColumn(let name, let columns):
            "no column \(name.debugDescription); there are: "
                + columns.map(\.debugDescription).joined(separator: ", ")
        case .headerTooLong:
            "the header is longer than \(Limit.headerBytesMax) bytes; is this a CSV file?"
        case .rowTooLong:
            "the row that begins here is longer than \(Limit.rowBytesMax) bytes; is a quote left open?"
        case .fieldCount(let found, let expected):
            "a row of \(found) fields under a header of \(expected)"
        case .quoteInUnquotedField:
            "a quote inside an unquoted field"
        case .textAfterClosingQuote:
            "text after a closing quote"
        case .unclosedQuote:
            "the file ends inside the quoted field that begins here"
        }
    }
}
