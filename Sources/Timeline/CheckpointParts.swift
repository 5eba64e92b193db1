import Causality

/// The parts of checkpoints that a log tells of.
struct CheckpointParts {
    /// What a node saved of a checkpoint.
    struct Part {
        let name: Substring
        let recovery: Int
        let node: Int
        /// How many events of the node are before its cut.
        let count: Int
        /// The event whose handler call took it, if that is a receipt.
        let handled: Int?
    }

    /// What a node said of the whole of a checkpoint.
    private struct Announcement {
        let name: Substring
        let recovery: Int
        let node: Int
        /// That it is complete; otherwise, that it began.
        let isComplete: Bool
    }

    private var parts: [Part] = []
    private var announcements: [Announcement] = []

    init(_ linked: LinkedLog) {
        let nodes = linked.nodeOfEvents()
        /// By node: what it said that it is saving, since it began.
        var said: [Int: [Substring: Int]] = [:]
        for (place, event) in linked.log.events.enumerated() {
            guard let point = linked.execution.point(logIndex: place) else { continue }
            let node = Int(nodes[place])
            switch event.kind {
            case .output:
                guard let text = event.text else { continue }
                if let name = Self.saving(text) {
                    said[node, default: [:]][name] = point.index + 1
                }
                if let announcement = Self.announcement(text, by: node) {
                    announcements.append(announcement)
                }
            case .crash: said[node] = nil
            case .save, .written:
                guard let (name, value) = event.text.map(Self.split) else { continue }
                guard !value.hasPrefix("complete") else {
                    announcements.append(
                        Announcement(
                            name: name,
                            recovery: Self.recovery(in: value),
                            node: node,
                            isComplete: true
                        )
                    )
                    continue
                }
                let moment = event.kind == .written ? said[node]?[name] : nil
                let taken = (moment ?? point.index + 1) - 1
                parts.append(
                    Part(
                        name: name,
                        recovery: Self.recovery(in: value),
                        node: node,
                        count: Self.end(of: point, from: taken + 1, linked),
                        handled: Self.call(of: taken, node, linked)
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

    /// Of each node with a part of it in the newest recovery, the first one.
    func newest(of name: String) -> [Part] {
        let fitting = parts.filter { $0.name == name }
        let newest = fitting.map(\.recovery).max()
        var seen: Set<Int> = []
        return fitting.filter { $0.recovery == newest && seen.insert($0.node).inserted }
    }

    /// Whether a node ever has a part of any checkpoint.
    func hasParts(_ node: Int) -> Bool { parts.contains { $0.node == node } }

    /// Whether a node ever said something of the whole of a checkpoint, as a coordinator does.
    func announces(_ node: Int) -> Bool { announcements.contains { $0.node == node } }

    /// Whether somebody said that a checkpoint of that recovery is complete.
    func completion(of name: String, recovery: Int) -> CheckpointCut.Completion {
        if announcements.isEmpty { return .unknown }
        let isTold = announcements.contains {
            $0.isComplete && $0.name == name && $0.recovery == recovery
        }
        return isTold ? .told : .untold
    }

    /// The receipt in whose handler call something was done; nil if it was another kind of call.
    private static func call(of index: Int, _ node: Int, _ linked: LinkedLog) -> Int? {
        for index in stride(from: index, through: 0, by: -1) {
            let here = EventPoint(process: node, index: index)
            guard let place = linked.execution.logIndex(of: here) else { return nil }
            switch linked.log.events[place].kind {
            case .send, .save, .output: continue
            case .receive: return index
            case .start, .drop, .timer, .idle, .written, .refused, .crash, .recover, .note, .halt:
                return nil
            }
        }
        return nil
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

    /// What is said in `checkpointBegan(id: 3, recovery: 0)` or `completed(snapshot: 3)`.
    private static func announcement(_ text: String, by node: Int) -> Announcement? {
        guard let open = text.firstIndex(of: "(") else { return nil }
        let (word, rest) = (text[..<open].lowercased(), text[text.index(after: open)...])
        let isComplete = word.hasSuffix("completed")
        guard isComplete || word.hasSuffix("began"),
            let label = ["id: ", "snapshot: ", "checkpoint: "].first(where: rest.hasPrefix)
        else { return nil }
        return Announcement(
            name: rest.dropFirst(label.count).prefix { $0 != ")" && $0 != "," },
            recovery: recovery(in: rest),
            node: node,
            isComplete: isComplete
        )
    }

    /// The number in `recovery: 2`; 0 where there is none.
    private static func recovery(in text: Substring) -> Int {
        let word = "recovery: "
        guard let start = text.firstRange(of: word) else { return 0 }
        return Int(text[start.upperBound...].prefix { $0.isNumber }) ?? 0
    }
}
