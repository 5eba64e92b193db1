import Messaging

/// One node of a run, as the supervisor sees it.
struct SupervisedMember {
    enum Status: Equatable {
        /// It has not begun yet: another node will launch it.
        case absent
        /// Its process was started, and has not run `start` yet.
        case starting
        case running
        /// It has halted; its process stays until all that it sent has been taken.
        case leaving
        case crashed
        case halted
    }

    let name: String
    var status = Status.absent
    var incarnation = -1
    var process: ProcessHandle?
    /// Whether it joins from elsewhere, and who starts its processes there.
    var isRemote = false
    var agent: RemoteAgent?
    var control: ByteStream?
    /// Its sockets, the same in all its lives; -1 if it joins from elsewhere.
    var streamDescriptor: Int32 = -1
    var datagramDescriptor: Int32 = -1
    var streamAddress: Address
    var datagramAddress: Address
    /// The faults that stop it.
    var stoppedBy: [Int] = []
    /// Whether its process has read its setup.
    var isReady = false
    /// Whether it has said that it stops.
    var isStopped = false
    /// Whether it waits, inside a handler, for launches and kills.
    var isBlocked = false
    /// By which of the calls that were served its present life was launched; nil if the plan restarts it.
    var launchOrder: Int?
    /// Whether somebody meant it to die.
    var isToDie = false
    /// The failpoints, as they were asked for, that a life of it has come to.
    var comeTo: Set<String> = []
    /// Whether the plan has sent it SIGKILL.
    var isKilled = false
    /// Where a failpoint holds it, so that it takes nothing.
    var heldAt: String?
    var standing: Record.Status?
    /// How often it did what can be counted, by milestone.
    var counts: [Int]

    /// Whether a process is there that follows orders.
    var isThere: Bool {
        switch status {
        case .starting, .running, .leaving: true
        case .absent, .crashed, .halted: false
        }
    }

    /// Whether what is sent to it reaches somebody.
    var takesMessages: Bool {
        switch status {
        case .starting, .running: true
        case .absent, .leaving, .crashed, .halted: false
        }
    }
}
