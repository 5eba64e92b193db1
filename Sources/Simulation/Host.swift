import Nodes

/// The machine that a node runs on, as far as it matters: its timers, its clock, its disk, what waits.
struct Host<Words: Vocabulary> {
    /// A timer that is armed; a token tells this arming from earlier ones.
    struct Reminder {
        /// What makes it due.
        enum Cause: Hashable {
            /// The node's clock.
            case clock
            /// The end of that node's life, which has not come yet.
            case end(of: NodeID)
            /// An end that has come; word of it is on its way.
            case ended
        }

        let timer: Words.Timer
        let token: Int
        var cause: Cause
        /// When it is due, once that is known.
        var due: Int
        /// Whether it fell due while the node could not take it: it is in the backlog.
        var isDue = false

        /// Whether it is on the schedule.
        var isScheduled: Bool {
            switch cause {
            case .clock, .ended: !isDue
            case .end: false
            }
        }
    }

    /// What is being put to rest beside the node's work.
    struct Write {
        let value: Words.Saved
        let name: String
        let then: Words.Timer
        let otherwise: Words.Timer
    }

    /// What has arrived at a node that cannot take it now.
    enum Arrival {
        case message(Flight<Words>)
        case timer(token: Int)
        /// The end of the oldest write.
        case writeEnd
    }

    /// The armed timers.
    var reminders: [Reminder] = []
    /// The writes under way, oldest first.
    var writes: [Write] = []
    /// When the last of them is over.
    var lastWriteEnd = 0
    /// The senders whose streams are held back.
    var paused: [NodeID] = []
    /// Whether the node wants to be idle, and whether that is on the schedule.
    var wantsIdle = false
    var idleIsScheduled = false

    /// Whether a launch was asked for, and the node has not begun yet.
    var isBeginning = false

    /// The faults that keep its disk full, whoever lives there.
    var filledBy: [Int] = []
    /// The faults that hold its node still; a new life is not held.
    var stoppedBy: [Int] = []
    /// Until when it works on what it was told last, in nanoseconds.
    var busyUntil = 0
    /// How much longer each handler call takes, in nanoseconds.
    var slownessNanoseconds = 0
    /// How fast its clock goes.
    var clockRate = 1.0
    /// What has arrived and waits until it goes on, in order.
    var backlog: [Arrival] = []
    /// Whether the first of the backlog is being taken.
    var takesBacklog = false

    /// How many messages its present life has sent.
    var sent = 0
    /// How often it did what can be counted, in all its lives; by milestone.
    var counts = [Int](repeating: 0, count: Fault.Milestone.allCases.count)
    /// The faults that wait for a count of it.
    var watches: [Int] = []

    /// Forgets what dies with the node.
    mutating func forget() {
        reminders.removeAll()
        writes.removeAll()
        lastWriteEnd = 0
        stoppedBy.removeAll()
        paused.removeAll()
        backlog.removeAll()
        takesBacklog = false
        wantsIdle = false
        idleIsScheduled = false
        busyUntil = 0
        sent = 0
    }
}
