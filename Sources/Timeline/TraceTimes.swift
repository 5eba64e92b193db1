import Causality

/// When the events of a trace begin and how long they are, in nanoseconds.
struct TraceTimes {
    /// One life of a node, around its events.
    struct Life {
        let node: Int
        let incarnation: Int
        let begin: Int
        var end: Int
    }

    /// By place in the log.
    private(set) var begin: [Int]
    /// By place in the log, at least 1.
    private(set) var length: [Int]
    /// In the order in which they begin in the log.
    private(set) var lives: [Life] = []
    private let nodes: [Int32]

    init(_ linked: LinkedLog) {
        let events = linked.log.events
        nodes = linked.nodeOfEvents()
        begin = Array(repeating: 0, count: events.count)
        length = Array(repeating: 1, count: events.count)
        var last = Array(repeating: -1, count: linked.nodes.count)
        for (place, event) in events.enumerated() where nodes[place] >= 0 {
            let node = Int(nodes[place])
            var time = max(event.time, last[node] + 1)
            if let message = linked.message(at: place), let sent = linked.sendIndex(of: message),
                sent < place
            {
                time = max(time, begin[sent] + 1)
            }
            begin[place] = time
            last[node] = time
        }
        var next = Array(repeating: Int.max, count: linked.nodes.count)
        for place in events.indices.reversed() where nodes[place] >= 0 {
            let node = Int(nodes[place])
            length[place] = min(PerfettoTrace.sliceNanoseconds, next[node] - begin[place])
            next[node] = begin[place]
        }
        addLives(events, count: linked.nodes.count)
    }

    /// The node of an event, by place in the log; nil for a remark about a node without events.
    func node(at place: Int) -> Int? { nodes[place] < 0 ? nil : Int(nodes[place]) }

    private mutating func addLives(_ events: [Event], count: Int) {
        var open = [Int?](repeating: nil, count: count)
        for (place, event) in events.enumerated() where LinkedLog.isOfNode(event.kind) {
            let node = Int(nodes[place])
            let end = begin[place] + length[place]
            if let life = open[node], lives[life].incarnation == event.incarnation {
                lives[life].end = end
            } else {
                open[node] = lives.count
                let incarnation = event.incarnation
                lives.append(
                    Life(node: node, incarnation: incarnation, begin: begin[place], end: end)
                )
            }
        }
    }
}
