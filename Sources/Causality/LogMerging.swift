/// The order of the events of several logs: of those that wait for nothing, always the earliest.
struct LogMerging {
    /// The events of one node in one log, in their order.
    private struct Chain {
        let log: Int
        let node: String
        var steps: [Step] = []
        /// The lives that it tells of, if it tells of any.
        var lives: ClosedRange<Int>?
        /// The node's later lives are in this one.
        var next: Int?
        /// It has to wait for the node's earlier lives, which are in this one.
        var previous: Int?
        /// How many of its events are in the order.
        var reached = 0
        var isDone: Bool { reached == steps.count }
        /// Of names in alphabetical order, the number of the node's.
        var rank = 0
        /// Who waits for the same message.
        var nextWaiter: Int?

        init(log: Int, node: String) {
            self.log = log
            self.node = node
        }
    }

    /// An event of a chain.
    private struct Step {
        /// Among the log's events.
        let index: Int
        /// What it sends, as an index into `sends`.
        var sends: Int?
        /// What it waits for, as an index into `sends`.
        var waitsFor: Int?
    }

    /// Where a message is sent, and who waits for it.
    private struct Send {
        let chain: Int
        let position: Int
        var isDone = false
        var firstWaiter: Int?
    }

    /// A chain whose next event waits for nothing.
    ///
    /// The greatest is the next one, since the list is taken from its end.
    private struct Ready: Comparable {
        let time: Int
        let rank: Int
        let chain: Int

        static func < (left: Ready, right: Ready) -> Bool {
            (left.time, left.rank, left.chain) > (right.time, right.rank, right.chain)
        }
    }

    private let logs: [EventLog]
    private let names: [String]
    private var chains: [Chain] = []
    private var sends: [Send] = []
    private var table = MessageTable()
    private var ready: [Ready] = []

    init(_ logs: [EventLog], _ names: [String]) throws(UnmergeableLogs) {
        self.logs = logs
        self.names = names
        for log in logs.indices { try layOut(log) }
        for chain in chains.indices { tie(chain) }
        try joinLives()
    }

    private mutating func layOut(_ log: Int) throws(UnmergeableLogs) {
        var byNode: [String: Int] = [:]
        for (index, event) in logs[log].events.enumerated() {
            let chain = byNode[event.node] ?? chains.count
            if chain == chains.count {
                byNode[event.node] = chain
                chains.append(Chain(log: log, node: event.node))
            }
            if event.isOfProcess {
                let life = event.incarnation
                let lives = chains[chain].lives ?? life...life
                chains[chain].lives = min(life, lives.lowerBound)...max(life, lives.upperBound)
            }
            var step = Step(index: index)
            if event.kind == .send, let name = event.message {
                step.sends = sends.count
                if let first = table.add(sends.count, name: name, sender: event.node) {
                    throw .sentTwice(first: place(of: sends[first]), second: place(log, index))
                }
                sends.append(Send(chain: chain, position: chains[chain].steps.count))
            }
            chains[chain].steps.append(step)
        }
    }

    /// Finds what the events of a chain wait for, once all sends are known.
    private mutating func tie(_ chain: Int) {
        let events = logs[chains[chain].log].events
        for position in chains[chain].steps.indices {
            let index = chains[chain].steps[position].index
            guard events[index].kind == .receive || events[index].kind == .drop,
                let name = events[index].message
            else { continue }
            let send = table.find(name: name, sender: events[index].peer)
            chains[chain].steps[position].waitsFor = send
        }
    }

    /// Puts chains of one node in the order of its lives, and nodes in that of their names.
    private mutating func joinLives() throws(UnmergeableLogs) {
        let sorted = chains.indices.sorted {
            let (left, right) = (chains[$0], chains[$1])
            return (left.node, left.lives?.lowerBound ?? -1, $0)
                < (right.node, right.lives?.lowerBound ?? -1, $1)
        }
        var previous: Int?
        for chain in sorted {
            let before = previous.map { chains[$0] }
            let isSameNode = before?.node == chains[chain].node
            chains[chain].rank = (before?.rank ?? 0) + (isSameNode ? 0 : 1)
            // A chain of mere remarks about a node is not one of its lives: it waits for none of them.
            if let previous, let before, isSameNode, let earlier = before.lives,
                let later = chains[chain].lives
            {
                guard earlier.upperBound < later.lowerBound else {
                    throw .sameLife(
                        node: before.node,
                        incarnation: later.lowerBound,
                        log: names[min(before.log, chains[chain].log)],
                        otherLog: names[max(before.log, chains[chain].log)]
                    )
                }
                chains[chain].previous = previous
                chains[previous].next = chain
            }
            previous = chain
        }
    }

    /// Calls `visit` with each event, by log and index, in the merged order.
    mutating func order(
        _ visit: (_ log: Int, _ index: Int) -> Void
    ) throws(UnmergeableLogs) {
        for chain in chains.indices where chains[chain].previous == nil { look(at: chain) }
        while let chain = ready.popLast()?.chain {
            let step = chains[chain].steps[chains[chain].reached]
            visit(chains[chain].log, step.index)
            chains[chain].reached += 1
            if let send = step.sends {
                sends[send].isDone = true
                while let waiter = sends[send].firstWaiter {
                    sends[send].firstWaiter = chains[waiter].nextWaiter
                    look(at: waiter)
                }
            }
            look(at: chain)
        }
        if let stuck = chains.indices.first(where: { !chains[$0].isDone }) {
            throw .circle(circle(from: stuck))
        }
    }

    /// Enters a chain's next event where it belongs: among those that are ready, or those that wait.
    private mutating func look(at chain: Int) {
        guard !chains[chain].isDone else {
            if let next = chains[chain].next { look(at: next) }
            return
        }
        let step = chains[chain].steps[chains[chain].reached]
        if let send = step.waitsFor, !sends[send].isDone {
            chains[chain].nextWaiter = sends[send].firstWaiter
            sends[send].firstWaiter = chain
            return
        }
        let time = logs[chains[chain].log].events[step.index].time
        let new = Ready(time: time, rank: chains[chain].rank, chain: chain)
        // There are few chains, so that moving some of them is quicker than keeping a heap.
        var low = 0
        var high = ready.count
        while low < high {
            let middle = (low + high) / 2
            if ready[middle] < new { low = middle + 1 } else { high = middle }
        }
        ready.insert(new, at: low)
    }

    /// Events that wait for each other, found by going from one that waits to what it waits for.
    private func circle(from stuck: Int) -> [UnmergeableLogs.Wait] {
        var seen: [Int] = []
        var waits: [UnmergeableLogs.Wait] = []
        var chain = stuck
        while true {
            // What has not begun waits for the node's earlier life.
            while let previous = chains[chain].previous, !chains[previous].isDone {
                chain = previous
            }
            if let start = seen.firstIndex(of: chain) { return Array(waits[start...]) }
            let step = chains[chain].steps[chains[chain].reached]
            guard let send = step.waitsFor, !sends[send].isDone else {
                preconditionFailure("\(chains[chain].node) is stuck, and waits for nothing")
            }
            seen.append(chain)
            let event = place(chains[chain].log, step.index)
            waits.append(.init(event: event, send: place(of: sends[send])))
            chain = sends[send].chain
        }
    }

    private func place(_ log: Int, _ index: Int) -> UnmergeableLogs.Place {
        .init(log: names[log], line: index + 2, event: logs[log].events[index])
    }

    private func place(of send: Send) -> UnmergeableLogs.Place {
        place(chains[send.chain].log, chains[send.chain].steps[send.position].index)
    }
}
