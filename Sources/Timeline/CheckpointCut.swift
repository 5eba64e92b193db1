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
/// and belong before it. A node without a part, such as a coordinator, is cut where it fits: as late as the
/// others allow.
///
/// Whether the message that a node handles while it takes its part is in that part, the log does not say. It is
/// taken to be, unless it was sent behind its sender's cut: that is how an algorithm does which saves before it
/// takes in the first message of a new epoch. Such messages are in `doubts`.
public struct CheckpointCut: Hashable, Sendable {
    /// The cut.
    public let cut: Cut
    /// The messages, by number, that are taken not to be in the part that was taken while they were handled.
    public let doubts: [Int]

    /// Finds the cut of a checkpoint.
    ///
    /// - Throws: `CutMistake` if the log has no part of it.
    /// - Complexity: O(events).
    public init(_ name: String, of linked: LinkedLog) throws(CutMistake) {
        let execution = linked.execution
        let all = CheckpointParts(linked)
        let parts = all.newest(of: name)
        guard !parts.isEmpty else { throw .noSuchCheckpoint(name, known: all.names) }
        var counts = execution.steps.map(\.count)
        for part in parts { counts[part.node] = part.count }
        let doubts = Self.giveDoubt(parts, execution, &counts)
        Self.fit(except: Set(parts.map(\.node)), execution, &counts)
        cut = Cut(counts: counts)
        self.doubts = doubts
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
        var behind = fixed.sorted().map { ($0, counts[$0]..<execution.steps[$0].count) }
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
