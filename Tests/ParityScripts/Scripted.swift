public import Nodes

/// A node that does what a script says: little systems as data.
public struct Scripted: Node {
    /// What it speaks.
    public enum Words: Vocabulary {
        /// A number.
        public struct Message: Hashable, Codable, Sendable { public let number: Int }
        /// One of many timers.
        public struct Timer: Hashable, Codable, Sendable { public let number: Int }
        /// A number, or a cursor.
        public struct Saved: Hashable, Codable, Sendable { public let number: Int }
        /// All that happens to a node is told.
        public enum Output: Hashable, Codable, Sendable {
            case said(Int)
            case began(incarnation: Int, saved: Int?)
            case got(Int, from: NodeID)
            case fired(Int)
            case wasIdle
            case read(String)
        }
    }

    /// One line of a script.
    public enum Order: Hashable, Codable, Sendable {
        case send(Int, to: Int, over: Link)
        case arm(Int, milliseconds: Int)
        case disarm(Int)
        case save(Int)
        case pause(Int), resume(Int)
        case launch(Int), kill(Int)
        /// Saves beside the work, and is reminded of one of two timers.
        case write(Int, then: Int, otherwise: Int)
        case watch(Int, reminding: Int)
        case wantIdle
        case say(Int)
        case halt
        /// Reads the next entry after the cursor that was saved, and saves the new cursor.
        case read
    }

    /// What is done at the first start.
    public var first: [Order] = []
    /// What is done at each later start.
    public var again: [Order] = []
    /// What is done at each message.
    public var onMessage: [Order] = []
    /// What is done at the message of that number, after that.
    public var onNumber: [Int: [Order]] = [:]
    /// What is done at the timer of that number.
    public var onTimer: [Int: [Order]] = [:]
    /// What is done when it is idle.
    public var onIdle: [Order] = []
    /// Whether messages are answered with their number, over the link.
    public var echoes: Link?

    /// A node of this script.
    public init(
        first: [Order] = [],
        again: [Order] = [],
        onMessage: [Order] = [],
        onNumber: [Int: [Order]] = [:],
        onTimer: [Int: [Order]] = [:],
        onIdle: [Order] = [],
        echoes: Link? = nil
    ) {
        self.first = first
        self.again = again
        self.onMessage = onMessage
        self.onNumber = onNumber
        self.onTimer = onTimer
        self.onIdle = onIdle
        self.echoes = echoes
    }

    /// Tells of its life, and follows the script.
    public mutating func start(_ effects: inout Effects<Words>) {
        let saved = (try? effects.saved("number"))?.number
        effects.emit(.began(incarnation: effects.incarnation, saved: saved))
        follow(effects.incarnation == 0 ? first : again, &effects)
    }

    /// Tells of the message, and follows the script.
    public mutating func receive(
        _ message: Words.Message,
        from sender: NodeID,
        _ effects: inout Effects<Words>
    ) {
        effects.emit(.got(message.number, from: sender))
        follow(onMessage, &effects)
        follow(onNumber[message.number] ?? [], &effects)
        if let echoes { effects.send(message, to: sender, over: echoes) }
    }

    /// Tells of the timer, and follows the script.
    public mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
        effects.emit(.fired(timer.number))
        follow(onTimer[timer.number] ?? [], &effects)
    }

    /// Tells of it, and follows the script.
    public mutating func idle(_ effects: inout Effects<Words>) {
        effects.emit(.wasIdle)
        follow(onIdle, &effects)
    }

    private func follow(_ orders: [Order], _ effects: inout Effects<Words>) {
        for order in orders {
            switch order {
            case .send(let number, let to, let link):
                effects.send(.init(number: number), to: NodeID(to), over: link)
            case .arm(let number, let milliseconds):
                effects.arm(.init(number: number), after: .milliseconds(milliseconds))
            case .disarm(let number): effects.disarm(.init(number: number))
            case .save(let number): effects.save(.init(number: number), as: "number")
            case .pause(let sender): effects.pause(NodeID(sender))
            case .resume(let sender): effects.resume(NodeID(sender))
            case .launch(let node): effects.launch(NodeID(node))
            case .kill(let node): effects.kill(NodeID(node))
            case .write(let number, let then, let otherwise):
                effects.write(
                    .init(number: number),
                    as: "number",
                    then: .init(number: then),
                    otherwise: .init(number: otherwise)
                )
            case .watch(let node, let timer):
                effects.watch(NodeID(node), reminding: .init(number: timer))
            case .wantIdle: effects.wantIdle()
            case .say(let number): effects.emit(.said(number))
            case .halt: effects.halt()
            case .read:
                let cursor = (try? effects.saved("number"))?.number ?? 0
                guard let entry = try? effects.read("input", after: cursor) else { continue }
                effects.emit(.read(entry.text))
                effects.save(.init(number: entry.cursor), as: "number")
            }
        }
    }
}

extension SystemState<Scripted> {
    /// What a node has emitted, by index.
    public func said(by index: Int) -> [Scripted.Words.Output] { outputs(of: NodeID(index)) }

    /// The numbers that a node got from another, in order, over all its lives.
    public func got(_ index: Int, from sender: Int) -> [Int] {
        said(by: index).compactMap { output in
            switch output {
            case .got(let number, let from): from == NodeID(sender) ? number : nil
            case .said, .began, .fired, .wasIdle, .read: nil
            }
        }
    }

    /// How often a node has emitted something.
    public func count(_ output: Scripted.Words.Output, by index: Int) -> Int {
        said(by: index).count { $0 == output }
    }
}
