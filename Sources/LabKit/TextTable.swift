/// A table in plain text: columns aligned, those of numbers to the right.
public struct TextTable: Hashable, Sendable {
    /// The names of the columns.
    public let header: [String]
    /// The rows, each with as many cells as the header.
    public private(set) var rows: [[String]] = []

    /// A table without rows yet.
    public init(_ header: String...) {
        self.header = header
    }

    /// A table without rows yet, of as many columns as there are.
    public init(columns: [String]) {
        header = columns
    }

    /// Adds a row; traps if it has not one cell for each column.
    public mutating func add(_ cells: String...) {
        add(row: cells)
    }

    /// Adds a row; traps if it has not one cell for each column.
    public mutating func add(row cells: [String]) {
        precondition(cells.count == header.count, "\(cells.count) cells, \(header.count) columns")
        rows.append(cells)
    }

    /// The table, each line ended; what outside text might do to a terminal is made harmless.
    public var text: String {
        let lines = ([header] + rows).map { $0.map(Terminal.escaped) }
        let widths = header.indices.map { column in
            lines.map { Terminal.columns(of: $0[column]) }.max() ?? 0
        }
        let isNumeric = header.indices.map { column in
            lines.dropFirst().allSatisfy { Self.isNumber($0[column]) }
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        let body = lines.dropFirst().map { cells in
            cells.indices.map { Self.padded(cells[$0], to: widths[$0], left: isNumeric[$0]) }
        }
        let head = lines[0].indices.map {
            Self.padded(lines[0][$0], to: widths[$0], left: isNumeric[$0])
        }
        return ([head, rule] + body).map { cells in
            let line = cells.joined(separator: "  ")
            return (line.lastIndex { $0 != " " }.map { line[...$0] } ?? "") + "\n"
        }.joined()
    }

    /// Whether the cell starts with a digit, after signs; an empty one is no counter-example.
    private static func isNumber(_ cell: String) -> Bool {
        guard let first = cell.first(where: { !"+-−<~ ".contains($0) }) else { return true }
        return first.isASCII && first.isNumber
    }

    private static func padded(_ cell: String, to width: Int, left: Bool) -> String {
        let space = String(repeating: " ", count: width - Terminal.columns(of: cell))
        return left ? space + cell : cell + space
    }
}
