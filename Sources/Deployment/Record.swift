import Causality

/// What the process of a node tells its supervisor, in the order in which it happens.
///
/// Records of a handler call go out before anything that the call has sent does: so whatever reached
/// somebody is on record, however a process ends.
enum Record: Codable, Sendable {
    /// One handler call.
    struct Call: Codable, Sendable {
        /// The call as an event: `start`, `receive`, `timer`, and so on.
        let event: Event
        /// In which view it took place.
        let view: Int
        /// How many records of its effects follow; fewer, if the process dies in between.
        let recordCount: Int
        /// How many effects the handler left, and how many of them are reads.
        let effectCount: Int
        let readCount: Int
        /// Of a timer that waited for the end of a life: which life has ended.
        var ended: Life?
    }

    /// A save beside the node's work.
    struct Writing: Codable, Sendable {
        let name: String
        /// Its number, as a save has it.
        let number: Int
        /// How its end stands in the log: `name: value`.
        let text: String
    }

    /// One effect that somebody else could notice.
    struct Performed: Codable, Sendable {
        let event: Event
        /// Its place among the effects of the call.
        let place: Int
        /// Of a save, its number, counted over all lives of the node.
        let save: Int?
        /// Of an output, all of it as JSON, if somebody asks.
        let output: [UInt8]?
    }

    /// A launch or a kill that a node asks for.
    struct Change: Codable, Sendable {
        enum Kind: String, Codable, Sendable { case launch, kill }
        let kind: Kind
        let node: Int
        /// Its place among the effects of the call.
        let place: Int
    }

    /// How a node stands, for finding out whether anything is left to happen.
    struct Status: Codable, Hashable, Sendable {
        var round: Int
        /// Handler calls so far.
        var calls = 0
        /// Armed timers, wishes to be idle, and messages that wait for something else than the node.
        var pending: Int { timers + idles + late + waiting + partitions + writes }
        var timers = 0
        var idles = 0
        /// What a fault delays or slows down.
        var late = 0
        /// What has arrived and has not been taken.
        var waiting = 0
        /// What is being put to rest beside its work.
        var writes = 0
        /// From how many a partition that will end keeps messages away.
        var partitions = 0
        /// Bytes and datagrams of its own that nobody has taken yet.
        var unsent = 0
        /// Messages sent over a stream to the present life of each node, and received from it.
        var streamSends: [Int] = []
        var streamReceives: [Int] = []
        /// From whom no stream is taken now, for a reason that need not end.
        var blocked: [Bool] = []
        /// How often each fault has hit, by its place.
        var hits: [Int] = []
        /// What came from strangers, or was damaged.
        var strangers = 0
    }

    /// The setup was understood, and the store read.
    case ready
    /// The node cannot go on: what a person is told, and the status to end with.
    case refused(String, status: Int32)
    case call(Call)
    case performed(Performed)
    /// Launches and kills in the order of the effects; the node waits until they have taken place. Later
    /// ones of the same call are named already: by them follows whose call comes first.
    case changes([Change], later: [Change])
    /// What a node has asked to be put to rest beside its work is begun.
    case writing(Writing)
    /// What was to be put to rest under a name was not, and why.
    case unwritten(name: String, reason: String)
    /// The node is to be reminded when this life has ended.
    case watch(Life)
    /// A remark for the log: what was lost.
    case remark(Event)
    /// Entries of an input were read, up to this cursor.
    case read(input: Int, cursor: Int)
    /// `start` has been run.
    case began
    case flushed(view: Int)
    case status(Status)
    /// A fault that waits for what the node does is due, and begins.
    case faultBegan(Int)
    /// A fault has hit for the first time.
    case landed(Int, String)
    /// The next thing is SIGSTOP.
    case stopping
    /// A failpoint was come to, and what is done there; whether the node works on meanwhile.
    case failpoint(String, isBeside: Bool)
    /// The node asked for what cannot be.
    case impossible(String)
    /// A handler answered one call in two ways.
    case impure(String)
    /// It has halted, and all that it sent has been taken.
    case left
}
