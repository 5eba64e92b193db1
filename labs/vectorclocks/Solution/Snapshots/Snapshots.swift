import Causality
import Nodes

/// The words of the system that takes snapshots: processes that count words, and a coordinator.
enum Snapshots: Vocabulary {
    /// The snapshot that is there before any was taken: the very beginning.
    static let beginning = 0

    /// What the program of one process says to that of another: a word was read so often.
    struct Count: Hashable, Codable {
        let word: String
        let times: Int
    }

    /// What stands on each message of the program.
    ///
    /// `clock` and `epoch` together are the vector clock of P + 1 components of the course: one for each of the
    /// P processes, and a last one. The last one stands apart, since it alone decides what a process does.
    struct Stamp: Hashable, Codable {
        var clock: VectorClock
        /// How many snapshots the sender had been in when it sent this.
        var epoch: Int
        /// In which recovery it was sent; what is of an older one is dropped.
        var recovery: Int
    }

    enum Message: Hashable, Codable {
        /// Process to process, for the program.
        case count(Count, stamp: Stamp)
        /// Coordinator to process: I am in this epoch. A message of the new epoch with nothing in it, so that a
        /// process without traffic gets there too. With barriers: take that snapshot.
        case enter(epoch: Int, recovery: Int)
        /// Process to process, in the stream of counts: all before this belongs to the snapshot.
        case barrier(snapshot: Int, recovery: Int)
        /// Process to coordinator: my part is at rest. The deficit is what I had sent before, less what I had
        /// received of that.
        case part(snapshot: Int, deficit: Int, recovery: Int)
        /// Process to coordinator: one more that was sent before has come, and is at rest with my part.
        case late(snapshot: Int, recovery: Int)
        /// Coordinator to process: go back to this snapshot, and be in that epoch.
        case recover(snapshot: Int, epoch: Int, recovery: Int)
        /// Process to coordinator: I have.
        case recovered(recovery: Int)
        /// Process to coordinator: my part of that snapshot cannot be read, to go back to it or to add to it.
        case refused(snapshot: Int, recovery: Int)
        /// Coordinator to process: all have; go on.
        case goOn(recovery: Int)
    }

    enum Timer: Hashable, Codable {
        /// A process: do the next thing of your own.
        case next
        /// A process: your clock says that it is time for the next snapshot.
        case checkpoint
        /// The coordinator: it is time for the next snapshot.
        case begin
        /// The coordinator: that process has died.
        case ended(NodeID)
    }

    enum Output: Hashable, Codable {
        /// It is time for that snapshot.
        case began(snapshot: Int)
        /// All parts of it are at rest, and what was in flight.
        case completed(snapshot: Int)
        /// It will never be: somebody has died.
        case gaveUp(snapshot: Int)
        /// Somebody has died, and all go back.
        case recoveryBegan(recovery: Int, snapshot: Int, process: NodeID)
        /// All are back, and go on.
        case recoveryEnded(recovery: Int)
    }

    /// What one process puts to rest of a snapshot.
    struct Saved: Hashable, Codable {
        let snapshot: Int
        let recovery: Int
        let program: CountingProgram
        let clock: VectorClock
        /// What was sent before, less what was received of that, at the moment of the checkpoint.
        let deficit: Int
        /// How many messages had been received that were sent after the checkpoint of their sender: none, or
        /// the snapshot is no consistent one.
        let ahead: Int
        /// What was sent before and came after.
        var inFlight: [InFlight] = []
    }

    /// A message that was in flight.
    struct InFlight: Hashable, Codable {
        let count: Count
        let clock: VectorClock
    }

    /// Under which name a process saves its part of a snapshot.
    static func name(of snapshot: Int) -> String { "\(snapshot)" }
}

// As the course writes it, so that a trace can be read.

extension Snapshots.Count: CustomStringConvertible {
    /// `a:2`.
    var description: String { "\(word):\(times)" }
}

extension Snapshots.Stamp: CustomStringConvertible {
    /// The clock without zeros at its end, and what stands apart: `(2, 0, 1) epoch 1`.
    var description: String {
        "\(clock) epoch \(epoch)" + (recovery > 0 ? " recovery \(recovery)" : "")
    }
}

extension Snapshots.Saved: CustomStringConvertible {
    /// `cursor 2, in flight a:2`.
    var description: String {
        let state =
            switch program {
            case .mapper(let mapper): "cursor \(mapper.cursor)"
            case .reducer(let reducer):
                reducer.counts.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
                    .joined(separator: " ")
            }
        let messages = inFlight.map { "\($0.count)" }.joined(separator: " ")
        let parts = [state.isEmpty ? "no counts" : state, "clock \(clock)"]
        return (parts + (messages.isEmpty ? [] : ["in flight \(messages)"])).joined(separator: ", ")
    }
}
