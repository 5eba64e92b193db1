import LabKit

/// What `snapshot` tells: a table with a row for each algorithm.
struct SnapshotReport: Encodable {
    let processes: Int
    let mappers: Int
    let clocks: String
    let links: String
    let seedFirst: UInt64
    let seedLast: UInt64
    let rows: [SnapshotRow]
    /// Of the algorithms that were asked for, those that these links do not allow.
    let left: [String]
    /// For each row with a snapshot that is not exact, or not complete: a command that shows its first one.
    let commands: [String]

    var text: String {
        var table = TextTable(
            "algorithm",
            "snapshots",
            "exact",
            "lose",
            "messages",
            "count twice",
            "messages",
            "in flight, saved",
            "median",
            "most",
            "bytes a run"
        )
        for row in rows {
            table.add(
                row.algorithm,
                "\(row.snapshots)",
                Self.share(row.exact, of: row.snapshots),
                Self.share(row.losing, of: row.snapshots),
                "\(row.lost)",
                Self.share(row.doubling, of: row.snapshots),
                "\(row.doubled)",
                "\(row.saved)",
                Self.milliseconds(row.medianNanoseconds),
                Self.milliseconds(row.mostNanoseconds),
                "\(row.bytesPerRun)"
            )
        }
        var text = "\(processes) processes, of which \(mappers) read; clocks \(clocks); \(links); "
        text += "seeds \(seedFirst)...\(seedLast)\n\n" + table.text
        if !left.isEmpty {
            text += "\nleft out, for marks need streams: \(left.joined(separator: ", ")) (--fifo)\n"
        }
        let hanging = rows.compactMap { row in
            row.firstIncompleteSeed.map { seed in
                "\(row.algorithm) \(row.asked - row.snapshots) of \(row.asked), first in seed \(seed)"
            }
        }
        if !hanging.isEmpty { text += "\nnever complete: \(hanging.joined(separator: "; "))\n" }
        if !commands.isEmpty {
            text += "\nsnapshots that are not exact, or not complete, step by step:\n"
            for command in commands { text += "  \(command)\n" }
        }
        return text
    }

    /// Who promises that all snapshots are complete, and exact, is held to it.
    var status: ExitStatus {
        let isBroken = rows.contains { row in
            switch Algorithm(rawValue: row.algorithm) {
            case .vector, .barrier: row.exact < row.asked
            case .time, .timeAndDeficit, nil: false
            }
        }
        return isBroken ? .wrong : .ok
    }

    private static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "-" }
        // Rounded towards the middle: 100% means all, and 0% none.
        let tenths = part * 1000 / whole
        let shown = part > 0 && tenths == 0 ? 1 : tenths
        return "\(shown / 10).\(shown % 10)%"
    }

    private static func milliseconds(_ nanoseconds: Int?) -> String {
        guard let nanoseconds else { return "-" }
        let tenths = (nanoseconds + 50_000) / 100_000
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
