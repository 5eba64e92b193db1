public import Causality

extension Cut {
    /// The cut through the moments at which the nodes took their parts of a checkpoint.
    ///
    /// The log alone says which they are. A part is an event of kind `save` or `written` with the
    /// checkpoint's name before the colon, `3: counts(…)`; one that goes on `complete` is no part, but says
    /// that the others are there. Where texts name a recovery, the newest one counts, and of each node its
    /// last part.
    ///
    /// A `save` is itself the moment. What is `written` beside the work was taken when the node said so, at
    /// the event before it of kind `output` that reads `saving(checkpoint: 3)`; where a node says nothing, at
    /// `written`. The node is cut behind all that it did from there without taking anything in, to the end of
    /// the handler call of its `save` or `written`: that is where markers are sent, which tell others of the
    /// checkpoint and belong before it. A node without a part, such as a coordinator, is cut where it fits: as
    /// late as the others allow.
    ///
    /// - Throws: `CutMistake` if the log has no part of it.
    /// - Complexity: O(events).
    public init(checkpoint name: String, of linked: LinkedLog) throws(CutMistake) {
        let execution = linked.execution
        var counts = execution.steps.map(\.count)
        let parts = CheckpointParts(linked).newest(of: name)
        guard !parts.isEmpty else {
            throw .noSuchCheckpoint(name, known: CheckpointParts(linked).names)
        }
        for (node, count) in parts { counts[node] = count }
        // Nothing of what is sent behind the cut may be known at those who are cut where it fits.
        var behind = parts.map { ($0.node, $0.count..<execution.steps[$0.node].count) }
        let fixed = Set(parts.map(\.node))
        while let (node, range) = behind.popLast() {
            for index in range {
                guard case .send(let message) = execution.steps[node][index] else { continue }
                for receive in execution.messages[message].receives
                where !fixed.contains(receive.process) && receive.index < counts[receive.process] {
                    behind.append((receive.process, receive.index..<counts[receive.process]))
                    counts[receive.process] = receive.index
                }
            }
        }
        self.init(counts: counts)
    }
}

/// The parts of checkpoints that a log tells of.
private struct CheckpointParts {
    private struct Part {
        let name: Substring
        let recovery: Int
        let node: Int
        /// How many events of the node are before the moment at which it was taken, that one included.
        let count: Int
    }

    private var parts: [Part] = []

    init(_ linked: LinkedLog) {
        let nodes = linked.nodeOfEvents()
        /// By node: what it said that it is saving, since it began.
        var said: [Int: [Substring: Int]] = [:]
        for (place, event) in linked.log.events.enumerated() {
            guard let point = linked.execution.point(logIndex: place) else { continue }
            let node = Int(nodes[place])
            switch event.kind {
            case .output:
                if let name = event.text.flatMap(Self.saving) {
                    said[node, default: [:]][name] = point.index + 1
                }
            case .crash: said[node] = nil
            case .save, .written:
                guard let (name, value) = event.text.map(Self.split), !value.hasPrefix("complete")
                else { continue }
                let moment = event.kind == .written ? said[node]?[name] : nil
                parts.append(
                    Part(
                        name: name,
                        recovery: Self.recovery(in: value),
                        node: node,
                        count: Self.end(of: point, from: moment ?? point.index + 1, linked)
                    )
                )
            case .start, .send, .receive, .drop, .timer, .idle, .refused, .recover, .note, .halt:
                break
            }
        }
    }

    /// How many events of a node are before the cut whose part was taken after `count` events, and was at rest
    /// at `point`.
    private static func end(of point: EventPoint, from count: Int, _ linked: LinkedLog) -> Int {
        let kinds = linked.execution.steps[point.process].indices.lazy.map { index in
            let here = EventPoint(process: point.process, index: index)
            return linked.execution.logIndex(of: here).map { linked.log.events[$0].kind }
        }
        var end = count
        while end < kinds.count, let kind = kinds[end] {
            switch kind {
            case .send, .save, .output: break
            // In the calls before the one in which the part was at rest, nothing was taken in.
            case .timer, .written, .refused:
                if end > point.index { return end }
            case .idle:
                // A step of work that left nothing behind has done nothing.
                let next = end + 1 < kinds.count ? kinds[end + 1] : nil
                if end > point.index || next == .send || next == .output { return end }
            case .start, .receive, .crash, .recover, .halt, .drop, .note: return end
            }
            end += 1
        }
        return end
    }

    /// The names of all, in the order in which they were first saved.
    var names: [String] {
        var seen: Set<Substring> = []
        return parts.map(\.name).filter { seen.insert($0).inserted }.map(String.init)
    }

    /// Of each node with a part of it in the newest recovery, the last one.
    func newest(of name: String) -> [(node: Int, count: Int)] {
        let fitting = parts.filter { $0.name == name }
        let newest = fitting.map(\.recovery).max()
        var last: [Int: Int] = [:]
        for part in fitting where part.recovery == newest { last[part.node] = part.count }
        return last.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// `3: counts(…)` in its two parts.
    private static func split(_ text: String) -> (name: Substring, value: Substring) {
        let name = text.prefix { $0 != ":" }
        return (name, text[name.endIndex...].drop { $0 == ":" || $0 == " " })
    }

    /// The name in `saving(checkpoint: 3)`.
    private static func saving(_ text: String) -> Substring? {
        let start = "saving(checkpoint: "
        guard text.hasPrefix(start) else { return nil }
        return text.dropFirst(start.count).prefix { $0 != ")" && $0 != "," }
    }

    /// The number in `recovery: 2`; 0 where there is none.
    private static func recovery(in text: Substring) -> Int {
        let word = "recovery: "
        guard let start = text.firstRange(of: word) else { return 0 }
        return Int(text[start.upperBound...].prefix { $0.isNumber }) ?? 0
    }
}
