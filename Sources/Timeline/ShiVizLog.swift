import Causality

/// A log in the form that ShiViz reads: its regular expression, an empty line, then two lines an event.
///
/// The form is described at https://bestchai.bitbucket.io/shiviz/ ("What is the input log format to the
/// tool?"): the first line is the expression with the groups `event`, `host` and `clock`, the second one
/// divides executions and is empty here. A clock is a JSON object with an entry for its own host, which is 1 at
/// the host's first event and grows by 1 with each. Clocks are worked out from the messages. Drops and
/// notes are left out: they are no events of a host.
public struct ShiVizLog: Sendable {
    /// The first line.
    public static let expression = #"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})"#
    private static let chunkBytesMax = 1 << 16

    private let linked: LinkedLog

    /// The form of a log.
    public init(_ linked: LinkedLog) { self.linked = linked }

    /// Writes it, in pieces of some 64 KiB.
    ///
    /// - Parameter take: Takes the next piece.
    /// - Throws: What `take` throws.
    /// - Complexity: O(events · nodes); in memory a clock for each message that is on its way.
    public func write<Failure: Error>(
        to take: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let execution = linked.execution
        let hosts = linked.nodes.map(Self.host)
        let keys = hosts.map { JSONText.quoted($0) + [UInt8(ascii: ":")] }
        var clocks = HostClocks(execution)
        var bytes = Array((Self.expression + "\n\n").utf8)
        for (place, event) in linked.log.events.enumerated() {
            guard let point = execution.point(logIndex: place) else { continue }
            clocks.advance(to: point)
            bytes += Self.line(event).utf8
            bytes += hosts[point.process].utf8
            bytes += " {".utf8
            var isFirst = true
            for (process, count) in clocks[point.process].enumerated() where count > 0 {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                bytes += keys[process]
                bytes += String(count).utf8
            }
            bytes += "}\n".utf8
            if bytes.count >= Self.chunkBytesMax {
                try take(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try take(bytes)
    }

    /// A name without white space, which would end it: that, and what JSON would escape, becomes `%20` and so
    /// on, so that different names stay different.
    static func host(_ name: String) -> String {
        guard !name.isEmpty else { return "%" }
        var result = ""
        for scalar in name.unicodeScalars {
            let isPlain = !scalar.properties.isWhitespace && scalar.value >= 0x20
            if isPlain, scalar != "%", scalar != "\"", scalar != "\\", scalar.value != 0x7F {
                result.unicodeScalars.append(scalar)
            } else {
                for byte in String(scalar).utf8 {
                    result += byte < 16 ? "%0" : "%"
                    result += String(byte, radix: 16, uppercase: true)
                }
            }
        }
        return result
    }

    /// An event in one line.
    private static func line(_ event: Event) -> String {
        var words = [event.kind.rawValue]
        if let peer = event.peer { words.append((event.kind == .send ? "to " : "from ") + peer) }
        if let message = event.message { words.append("[\(message)]") }
        if let text = event.text { words.append(text) }
        if event.incarnation > 0 { words.append("(life \(event.incarnation))") }
        let line = words.joined(separator: " ")
        // Whatever a reader may take for the end of a line would end the event.
        let ends: [Unicode.Scalar] = [
            "\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}",
        ]
        guard line.unicodeScalars.contains(where: ends.contains) else { return line + "\n" }
        var plain = String.UnicodeScalarView()
        for scalar in line.unicodeScalars { plain.append(ends.contains(scalar) ? " " : scalar) }
        return String(plain) + "\n"
    }
}

/// The vector times of all processes while a log is gone through.
///
/// What a message's send knew is kept until its last receipt.
private struct HostClocks {
    private let execution: Execution
    private var now: [[Int32]]
    private var sent: [Int: [Int32]] = [:]
    private var awaited: [Int32]

    init(_ execution: Execution) {
        self.execution = execution
        let none = [Int32](repeating: 0, count: execution.processes.count)
        now = execution.processes.map { _ in none }
        awaited = execution.messages.map { Int32($0.receives.count) }
    }

    subscript(process: Int) -> [Int32] { now[process] }

    mutating func advance(to point: EventPoint) {
        now[point.process][point.process] += 1
        switch execution[point] {
        case .local: break
        case .send(let message):
            if awaited[message] > 0 { sent[message] = now[point.process] }
        case .receive(let message):
            guard let clock = sent[message] else { return }
            for (process, count) in clock.enumerated() where count > now[point.process][process] {
                now[point.process][process] = count
            }
            awaited[message] -= 1
            if awaited[message] == 0 { sent[message] = nil }
        }
    }
}
