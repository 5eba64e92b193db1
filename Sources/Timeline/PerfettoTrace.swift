import Causality

/// A log as a trace that Perfetto and Chrome read: a track for each node, an arrow for each message.
///
/// The form is the JSON of the "Trace Event Format" (Google, 2016, "JSON Object Format"): events are complete
/// slices (`X`), what has no length is an instant (`i`), a message is a flow (`s` and `f`, which binds to the
/// slice around it by `"bp":"e"`), and metadata (`M`) names the tracks. Times are in microseconds.
///
/// Slices of a track may not overlap and no flow may go back in time, so that events at one time, or at times
/// that contradict the messages, are moved on by nanoseconds, each behind the one before it.
public struct PerfettoTrace: Sendable {
    /// How long an event is at most, in nanoseconds: long enough to be seen.
    static let sliceNanoseconds = 1_000
    private static let chunkBytesMax = 1 << 16

    private let linked: LinkedLog

    /// The trace of a log.
    public init(_ linked: LinkedLog) { self.linked = linked }

    /// Writes it, in pieces of some 64 KiB.
    ///
    /// - Parameter take: Takes the next piece.
    /// - Throws: What `take` throws.
    /// - Complexity: O(events).
    public func write<Failure: Error>(
        to take: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let times = TraceTimes(linked)
        var bytes = Array("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n".utf8)
        appendNames(&bytes)
        for life in times.lives { append(life, &bytes) }
        for (place, event) in linked.log.events.enumerated() {
            append(event, at: place, times, &bytes)
            appendFlow(to: place, times, &bytes)
            if bytes.count >= Self.chunkBytesMax {
                try take(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        // The last event that is sure to be there is of the metadata; a list of JSON ends without a comma.
        bytes += #"{"ph":"M","name":"process_labels","pid":1,"args":{"labels":"lightcone"}}"#.utf8
        bytes += "\n]}\n".utf8
        try take(bytes)
    }

    private func appendNames(_ bytes: inout [UInt8]) {
        bytes += #"{"ph":"M","name":"process_name","pid":1,"args":{"name":"#.utf8
        bytes += JSONText.quoted(linked.log.header.system)
        bytes += "}},\n".utf8
        for (node, name) in linked.nodes.enumerated() {
            let track = "\"pid\":1,\"tid\":\(node + 1)"
            bytes += "{\"ph\":\"M\",\"name\":\"thread_name\",\(track),\"args\":{\"name\":".utf8
            bytes += JSONText.quoted(name)
            bytes += "}},\n{\"ph\":\"M\",\"name\":\"thread_sort_index\",\(track),".utf8
            bytes += "\"args\":{\"sort_index\":\(node)}},\n".utf8
        }
    }

    private func append(_ life: TraceTimes.Life, _ bytes: inout [UInt8]) {
        bytes += "{\"ph\":\"X\",\"name\":\"life \(life.incarnation)\",\"cat\":\"life\",".utf8
        appendPlace(life.node, life.begin, &bytes)
        bytes += ",\"dur\":\(Self.microseconds(life.end - life.begin))},\n".utf8
    }

    private func append(
        _ event: Event,
        at place: Int,
        _ times: TraceTimes,
        _ bytes: inout [UInt8]
    ) {
        guard let node = times.node(at: place) else { return }
        let name = [event.kind.rawValue, event.text].compactMap(\.self).joined(separator: " ")
        bytes += "{\"name\":".utf8
        bytes += JSONText.quoted(name)
        bytes += ",\"cat\":\"\(event.kind.rawValue)\",".utf8
        appendPlace(node, times.begin[place], &bytes)
        if Self.isInstant(event.kind) {
            bytes += ",\"ph\":\"i\",\"s\":\"t\"".utf8
        } else {
            bytes += ",\"ph\":\"X\",\"dur\":\(Self.microseconds(times.length[place]))".utf8
        }
        bytes += ",\"args\":{\"life\":\(event.incarnation)".utf8
        for (key, value) in [
            ("message", event.message), ("peer", event.peer), ("link", event.link),
        ] {
            guard let value else { continue }
            bytes += ",\"\(key)\":".utf8
            bytes += JSONText.quoted(value)
        }
        bytes += "}},\n".utf8
    }

    /// The arrow of a message that arrives at a place; each receipt has one of its own.
    private func appendFlow(to place: Int, _ times: TraceTimes, _ bytes: inout [UInt8]) {
        guard let point = linked.execution.point(logIndex: place),
            case .receive(let message) = linked.execution[point],
            let send = linked.execution.messages[message].send,
            let sent = linked.sendIndex(of: message)
        else { return }
        let common = "\"name\":\"message\",\"cat\":\"message\",\"id\":\(place + 1),"
        bytes += "{\"ph\":\"s\",\(common)".utf8
        appendPlace(send.process, times.begin[sent], &bytes)
        bytes += "},\n{\"ph\":\"f\",\"bp\":\"e\",\(common)".utf8
        appendPlace(point.process, times.begin[place], &bytes)
        bytes += "},\n".utf8
    }

    private func appendPlace(_ node: Int, _ nanoseconds: Int, _ bytes: inout [UInt8]) {
        bytes += "\"pid\":1,\"tid\":\(node + 1),\"ts\":\(Self.microseconds(nanoseconds))".utf8
    }

    /// Whether an event has no length.
    static func isInstant(_ kind: Event.Kind) -> Bool {
        switch kind {
        case .crash, .halt, .drop, .note: true
        case .start, .send, .receive, .timer, .idle, .save, .written, .refused, .recover, .output:
            false
        }
    }

    /// Nanoseconds as microseconds, exactly.
    static func microseconds(_ nanoseconds: Int) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1000)
        return rest == 0 ? "\(whole)" : "\(whole).\("\(rest + 1000)".dropFirst())"
    }
}
