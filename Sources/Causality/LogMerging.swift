/// The order of the events of several logs: of those that wait for nothing, always the earliest.
struct LogMerging {
    /// The events of one node in one log, in their order.
    private struct Chain {
        let log: Int
        let node: String
        /// As indices into the log's events.
        var events: [Int] = []
        /// The lives that it tells of, if it tells of any.
        var lives: ClosedRange<Int>?
        /// The node's later lives are in this one.
        var next: Int?
        /// It has to wait for the node's earlier lives, which are in this one.
        var previous: Int?
        /// How many of its events are in the order.
        var reached = 0
        /// Of names in alphabetical order, the number of the node's.
        var rank = 0
        /// Who waits for the same message.
        var nextWaiter: Int?

        init(log: Int, node: String) {
            self.log = log
            self.node = node
        }
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
            if event.kind == .send, let name = event.message {
                let first = table.add(sends.count, name: name, sender: event.node)
                sends.append(Send(chain: chain, position: chains[chain].events.count))
                if let first {
                    throw .sentTwice(first: place(of: sends[first]), second: place(log, index))
                }
            }
            chains[chain].events.append(index)
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
            let log = chains[chain].log
            let index = chains[chain].events[chains[chain].reached]
            visit(log, index)
            chains[chain].reached += 1
            let event = logs[log].events[index]
            if event.kind == .send, let name = event.message,
                let send = table.find(name: name, sender: event.node)
            {
                sends[send].isDone = true
                while let waiter = sends[send].firstWaiter {
                    sends[send].firstWaiter = chains[waiter].nextWaiter
                    look(at: waiter)
                }
            }
            look(at: chain)
        }
        if let stuck = chains.indices.first(where: { chains[$0].reached < chains[$0].events.count })
        {
            throw .circle(circle(from: stuck))
        }
    }

    /// Enters a chain's next event where it belongs: among those that are ready, or those that wait.
    private mutating func look(at chain: Int) {
        guard chains[chain].reached < chains[chain].events.count else {
            if let next = chains[chain].next { look(at: next) }
            return
        }
        if let send = missingSend(for: chain) {
            chains[chain].nextWaiter = sends[send].firstWaiter
            sends[send].firstWaiter = chain
            return
        }
        let event = logs[chains[chain].log].events[chains[chain].events[chains[chain].reached]]
        let new = Ready(time: event.time, rank: chains[chain].rank, chain: chain)
        // There are few chains, so that moving some of them is quicker than keeping a heap.
        var low = 0
        var high = ready.count
        while low < high {
            let middle = (low + high) / 2
            if ready[middle] < new { low = middle + 1 } else { high = middle }
        }
        ready.insert(new, at: low)
    }

    /// The send that a chain's next event waits for.
    private func missingSend(for chain: Int) -> Int? {
        let event = logs[chains[chain].log].events[chains[chain].events[chains[chain].reached]]
        guard event.kind == .receive || event.kind == .drop, let name = event.message,
            let send = table.find(name: name, sender: event.peer)
        else { return nil }
        return sends[send].isDone ? nil : send
    }

    /// Events that wait for each other, found by going from one that waits to what it waits for.
    private func circle(from stuck: Int) -> [UnmergeableLogs.Wait] {
        var seen: [Int] = []
        var waits: [UnmergeableLogs.Wait] = []
        var chain = stuck
        while true {
            // What has not begun waits for the node's earlier life.
            while let previous = chains[chain].previous,
                chains[previous].reached < chains[previous].events.count
            {
                chain = previous
            }
            if let start = seen.firstIndex(of: chain) { return Array(waits[start...]) }
            guard let send = missingSend(for: chain) else {
                preconditionFailure("\(chains[chain].node) is stuck, and waits for nothing")
            }
            let index = chains[chain].events[chains[chain].reached]
            seen.append(chain)
            waits.append(
                .init(event: place(chains[chain].log, index), send: place(of: sends[send]))
            )
            chain = sends[send].chain
        }
    }

    private func place(_ log: Int, _ index: Int) -> UnmergeableLogs.Place {
        .init(log: names[log], line: index + 2, event: logs[log].events[index])
    }

    private func place(of send: Send) -> UnmergeableLogs.Place {
        place(chains[send.chain].log, chains[send.chain].events[send.position])
    }
}
