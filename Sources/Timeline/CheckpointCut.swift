public import Causality

/// The cut through the moments at which the nodes took their parts of a checkpoint.
///
/// The log alone says which they are. A part is an event of kind `save` or `written` with the checkpoint's name
/// before the colon, `3: counts(…)`; one that goes on `complete` is no part, but says that the others are
/// there. Where texts name a recovery, the newest one counts. Of a node's parts in it the first counts: what
/// is saved under the name again adds to it.
///
/// A `save` is itself the moment. What is `written` beside the work was taken when the node said so, at the
/// event before it of kind `output` that reads `saving(checkpoint: 3)`; where a node says nothing, at
/// `written`. The node is cut behind all that it did from there without taking anything in, to the end of the
/// handler call of its `save` or `written`: that is where markers are sent, which tell others of the checkpoint
/// and belong before it. A node without a part, such as a coordinator, or one that died before it took its part,
/// is cut where it fits: as late as the others allow, but before its next crash behind what they know of it.
/// Such nodes are in `absent`.
///
/// Whether the message that a node handles while it takes its part is in that part, the log does not say. It is
/// taken to be, unless it was sent behind its sender's cut: that is how an algorithm does which saves before it
/// takes in the first message of a new epoch. Such messages are in `doubts`.
public struct CheckpointCut: Hashable, Sendable {
    /// A node without a part.
    public struct Absent: Hashable, Sendable {
        /// Which, as an index into `LinkedLog.nodes`.
        public let node: Int
        /// Whether it ought to have one, as far as the log tells: it has parts of other checkpoints, or died.
        public let isMissed: Bool
        /// Whether the event behind its cut is its crash.
        public let diesNext: Bool
    }

    /// Whether a log tells that a checkpoint was complete.
    public enum Completion: Hashable, Sendable {
        /// It does, of this one.
        case told
        /// It tells how checkpoints begin and end, and not that this one was complete.
        case untold
        /// It tells of parts only.
        case unknown
    }

    /// The cut.
    public let cut: Cut
    /// The messages, by number, that are taken not to be in the part that was taken while they were handled.
    public let doubts: [Int]
    /// The nodes that have no part of it, in the order of the log's nodes.
    public let absent: [Absent]
    /// Whether the log tells that all parts were there.
    public let completion: Completion

    /// Finds the cut of a checkpoint.
    ///
    /// - Throws: `CutMistake` if the log has no part of it.
    /// - Complexity: O(events).
    public init(_ name: String, of linked: LinkedLog) throws(CutMistake) {
        let execution = linked.execution
        let all = CheckpointParts(linked)
        let parts = all.newest(of: name)
        guard let first = parts.first else { throw .noSuchCheckpoint(name, known: all.names) }
        var counts = execution.steps.map(\.count)
        for part in parts { counts[part.node] = part.count }
        let doubts = Self.giveDoubt(parts, execution, &counts)
        let fixed = Set(parts.map(\.node))
        let crashes = Self.crashes(linked)
        let known = Self.known(at: fixed, execution, counts)
        for node in counts.indices where !fixed.contains(node) {
            counts[node] = crashes[node].first { $0 >= known[node] } ?? counts[node]
        }
        Self.fit(except: fixed, execution, &counts)
        cut = Cut(counts: counts)
        self.doubts = doubts
        absent = counts.indices.filter { !fixed.contains($0) }.map { node in
            Absent(
                node: node,
                isMissed: !all.announces(node) && (all.hasParts(node) || !crashes[node].isEmpty),
                diesNext: crashes[node].contains(counts[node])
            )
        }
        completion = all.completion(of: name, recovery: first.recovery)
    }

    /// Of each node, which of its events are crashes.
    private static func crashes(_ linked: LinkedLog) -> [[Int]] {
        var crashes = Array(repeating: [Int](), count: linked.nodes.count)
        for (place, event) in linked.log.events.enumerated() where event.kind == .crash {
            guard let point = linked.execution.point(logIndex: place) else { continue }
            crashes[point.process].append(point.index)
        }
        return crashes
    }

    /// Of each node, how many of its events those with parts know of at their cuts.
    private static func known(
        at fixed: Set<Int>,
        _ execution: Execution,
        _ counts: [Int]
    ) -> [Int] {
        var known = counts.indices.map { fixed.contains($0) ? counts[$0] : 0 }
        var before = fixed.sorted().map { ($0, 0..<counts[$0]) }
        while let (node, range) = before.popLast() {
            for index in range {
                guard case .receive(let message) = execution.steps[node][index],
                    let send = execution.messages[message].send,
                    send.index >= known[send.process], !fixed.contains(send.process)
                else { continue }
                before.append((send.process, known[send.process]..<send.index + 1))
                known[send.process] = send.index + 1
            }
        }
        return known
    }

    /// Cuts nodes before the message that they handled, where it was sent behind the cut.
    ///
    /// - Returns: These messages.
    private static func giveDoubt(
        _ parts: [CheckpointParts.Part],
        _ execution: Execution,
        _ counts: inout [Int]
    ) -> [Int] {
        var doubts: [Int] = []
        var isDone = false
        while !isDone {
            isDone = true
            for part in parts {
                guard let index = part.handled, index < counts[part.node],
                    case .receive(let message) = execution.steps[part.node][index],
                    let send = execution.messages[message].send,
                    parts.contains(where: { $0.node == send.process }),
                    send.index >= counts[send.process]
                else { continue }
                counts[part.node] = index
                doubts.append(message)
                isDone = false
            }
        }
        return doubts.sorted()
    }

    /// Cuts the nodes without a part so that nothing sent behind the cut is known at them.
    private static func fit(
        except fixed: Set<Int>,
        _ execution: Execution,
        _ counts: inout [Int]
    ) {
        var behind = counts.indices.map { ($0, counts[$0]..<execution.steps[$0].count) }
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
    }
}
