/// Looks at the newest state first, on one thread: deep runs early, with a small queue.
final class DepthFirstSearch {
    private let options: ExplorationOptions
    private let visited: VisitedSet
    private let searcher: Searcher
    private let progress: (ExplorationProgress) -> Void

    /// The states that wait, the oldest first, each followed by its number of words.
    private var stack: [UInt32] = []
    private var stackCount = 0
    private var outcome = SearchOutcome()

    init(
        _ options: ExplorationOptions,
        visited: VisitedSet,
        searcher: Searcher,
        progress: @escaping (ExplorationProgress) -> Void
    ) {
        self.options = options
        self.visited = visited
        self.searcher = searcher
        self.progress = progress
    }

    func run(from roots: [Root]) -> SearchOutcome {
        outcome.isReached = Array(searcher.judge.isReached)
        for root in roots.reversed() {
            root.withRecord { if searcher.admit(root: $0) { push($0) } }
        }
        var turns = 0
        while searcher.finding == nil, let words = pop(), !isFull {
            turns += 1
            let root = Root(words: words)
            root.withRecord { record in
                outcome.depth = max(outcome.depth, record.depth)
                if record.depth >= options.depthMax {
                    outcome.limits.insert(.depth)
                } else {
                    _ = searcher.expand(record) { push($0) }
                }
            }
            if turns % 4_096 == 0 { report() }
        }
        report()
        outcome.add(searcher)
        outcome.states = visited.count
        outcome.visitedBytes = visited.byteCount
        outcome.queueBytesMax = stack.capacity * MemoryLayout<UInt32>.stride
        return outcome
    }

    private func report() {
        progress(
            ExplorationProgress(states: searcher.found, depth: outcome.depth, queue: stackCount)
        )
    }

    private var isFull: Bool {
        let bytes = searcher.found * 23 + stack.capacity * MemoryLayout<UInt32>.stride
        if bytes > options.memoryBytesMax { outcome.limits.insert(.memory) }
        if searcher.found >= options.statesMax { outcome.limits.insert(.states) }
        return bytes > options.memoryBytesMax || searcher.found >= options.statesMax
    }

    private func push(_ record: StateRecord) {
        stack.append(contentsOf: UnsafeBufferPointer(start: record.words, count: record.count))
        stack.append(UInt32(record.count))
        stackCount += 1
    }

    private func pop() -> [UInt32]? {
        guard let count = stack.popLast() else { return nil }
        let words = Array(stack.suffix(Int(count)))
        stack.removeLast(Int(count))
        stackCount -= 1
        return words
    }
}
