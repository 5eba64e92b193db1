import Causality

/// A run as a page holds it: a list for each property of its events, and every text once.
struct PageData: Sendable {
    private let linked: LinkedLog
    private let names: [String]
    private(set) var texts = PageTexts()
    private var columns: [(name: String, values: [Int])] = []

    init(_ linked: LinkedLog) {
        self.linked = linked
        let events = linked.log.events
        // Behind the nodes those that are only spoken of.
        var names = linked.nodes
        var numbers = Dictionary(
            names.enumerated().map { ($0.element, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        for event in events where numbers[event.node] == nil {
            numbers[event.node] = names.count
            names.append(event.node)
        }
        self.names = names
        let nodes = events.map { numbers[$0.node] ?? 0 }
        let kinds = Dictionary(
            uniqueKeysWithValues: Event.Kind.allCases.enumerated().map { ($0.element, $0.offset) }
        )
        columns = [
            ("node", nodes),
            ("kind", events.map { kinds[$0.kind] ?? 0 }),
            ("time", events.map(\.time)),
            ("life", events.map(\.incarnation)),
            ("message", events.indices.map { linked.message(at: $0) ?? -1 }),
            ("rank", PageRanks(linked, nodes: nodes, nodeCount: names.count).ranks),
            ("effects", events.map { $0.effects ?? -1 }),
        ]
        for (name, path) in Self.words {
            columns.append((name, events.map { texts.number(of: $0[keyPath: path]) }))
        }
        let count = linked.nodes.count
        let clocks = events.map { $0.clock.map { DiagramText.clock($0, nodes: count) } }
        columns.append(("clock", clocks.map { texts.number(of: $0) }))
    }

    private static var words: [(String, KeyPath<Event, String?>)] {
        [
            ("name", \.message), ("peer", \.peer), ("link", \.link), ("text", \.text),
            ("state", \.state),
        ]
    }

    /// All of it as one JSON object that may stand in a script of HTML.
    func json(title: String, cuts: [DrawnCut]) -> [UInt8] {
        let header = linked.log.header
        let isTrace = header.command.dropFirst().first == "explore"
        var bytes = Array("{\"version\":1,\"unit\":\"\(isTrace ? "step" : "ns")\",\"title\":".utf8)
        bytes += PageTexts.quoted(title)
        bytes += ",\"summary\":".utf8
        bytes += PageTexts.quoted(LogSummary(linked).sentence)
        bytes += ",\"count\":\(linked.log.events.count),\"processes\":\(linked.nodes.count)".utf8
        for (name, list) in [
            ("nodes", names), ("kinds", Event.Kind.allCases.map(\.rawValue)), ("texts", texts.list),
        ] {
            bytes += ",\n\"\(name)\":".utf8
            Self.append(list, Self.appendText, &bytes)
        }
        bytes += ",\n\"cuts\":".utf8
        Self.append(cuts, Self.appendCut, &bytes)
        bytes += ",\n\"events\":{".utf8
        for (number, column) in columns.enumerated() {
            bytes += "\(number > 0 ? ",\n" : "")\"\(column.name)\":".utf8
            Self.append(column.values, &bytes)
        }
        bytes += "}}".utf8
        return bytes
    }

    /// A column; one that says the same of all events is that one number.
    private static func append(_ values: [Int], _ bytes: inout [UInt8]) {
        if let first = values.first, values.allSatisfy({ $0 == first }) {
            bytes += "\(first)".utf8
        } else {
            append(values, { $1 += "\($0)".utf8 }, &bytes)
        }
    }

    private static func append<Value>(
        _ list: [Value],
        _ append: (Value, inout [UInt8]) -> Void,
        _ bytes: inout [UInt8]
    ) {
        bytes.append(UInt8(ascii: "["))
        for (number, value) in list.enumerated() {
            if number > 0 { bytes.append(UInt8(ascii: ",")) }
            append(value, &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private static func appendText(_ text: String, _ bytes: inout [UInt8]) {
        bytes += PageTexts.quoted(text)
    }

    private static func appendCut(_ drawn: DrawnCut, _ bytes: inout [UInt8]) {
        bytes += "{\"name\":".utf8
        bytes += PageTexts.quoted(drawn.name)
        bytes += ",\"remark\":".utf8
        bytes += PageTexts.quoted(drawn.remark ?? "")
        bytes += ",\"counts\":".utf8
        append(drawn.cut.counts, { $1 += "\($0)".utf8 }, &bytes)
        bytes += "}".utf8
    }
}
