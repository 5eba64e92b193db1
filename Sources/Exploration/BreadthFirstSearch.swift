import Threads

/// Looks at all states with n steps from the start before one with n + 1; on as many threads as asked.
final class BreadthFirstSearch: @unchecked Sendable {
    private let options: ExplorationOptions
    private let visited: VisitedSet
    private let searchers: [Searcher]
    private let progress: (ExplorationProgress) -> Void

    // Guarded by the lock while a level is worked on.
    private let lock = Lock()
    private var level: [RecordChunk?] = []
    private var nextLevel: [RecordChunk] = []
    private var spare: [RecordChunk] = []
    private var taken = 0
    private var states = 0
    private var queueBytes = 0
    private var queue = 0
    private var toldStates = 0
    private var isStopped = false

    /// After so many new states there is something to tell, if no level has ended before.
    private static let toldStep = 1 << 14

    private var outcome = SearchOutcome()

    init(
        _ options: ExplorationOptions,
        visited: VisitedSet,
        searchers: [Searcher],
        progress: @escaping (ExplorationProgress) -> Void
    ) {
        self.options = options
        self.visited = visited
        self.searchers = searchers
        self.progress = progress
    }

    func run(from roots: [Root]) -> SearchOutcome {
        outcome.isReached = Array(repeating: false, count: searchers[0].judge.isReached.count)
        admit(roots)
        let crew = WorkCrew(size: searchers.count)
        while !level.isEmpty, !isStopped {
            guard mayBeginLevel() else { break }
            taken = 0
            if level.count > 1, searchers.count > 1 {
                crew.run { self.work($0) }
            } else {
                work(0)
            }
            endLevel()
        }
        crew.end()
        for searcher in searchers { outcome.add(searcher) }
        outcome.states = visited.count
        outcome.visitedBytes = visited.byteCount
        return outcome
    }

    private func admit(_ roots: [Root]) {
        let pack = RecordPacker(self)
        for root in roots {
            root.withRecord { record in
                if searchers[0].admit(root: record) { pack.append(record) }
            }
        }
        pack.flush()
        states = searchers[0].found
        isStopped = searchers[0].finding != nil
        endLevel()
        outcome.depth = 0
    }

    private func mayBeginLevel() -> Bool {
        if states >= options.statesMax { outcome.limits.insert(.states) }
        if outcome.depth >= options.depthMax { outcome.limits.insert(.depth) }
        return states < options.statesMax && outcome.depth < options.depthMax
    }

    private func endLevel() {
        queue = nextLevel.reduce(0) { $0 + $1.count }
        level = nextLevel
        nextLevel = []
        if !level.isEmpty { outcome.depth += 1 }
        report()
    }

    private func report() {
        toldStates = states
        progress(ExplorationProgress(states: states, depth: outcome.depth, queue: queue))
    }

    // MARK: Threads

    private func work(_ member: Int) {
        let searcher = searchers[member]
        let pack = RecordPacker(self)
        var reported = searcher.found
        while let chunk = take() {
            var goesOn = true
            chunk.forEach { record in
                goesOn = searcher.expand(record) { pack.append($0) }
                return goesOn
            }
            finish(chunk, found: searcher.found - reported, goesOn: goesOn)
            reported = searcher.found
            if member == 0 {
                lock.withLock { if states >= toldStates + Self.toldStep { report() } }
            }
        }
        pack.flush()
    }

    private func take() -> RecordChunk? {
        lock.withLock {
            guard !isStopped, taken < level.count else { return nil }
            defer { taken += 1 }
            // Taken out, so that its memory goes back as soon as it is worked off.
            return level[taken].take()
        }
    }

    private func finish(_ chunk: RecordChunk, found: Int, goesOn: Bool) {
        lock.withLock {
            states += found
            queue += found - chunk.count
            if !goesOn { isStopped = true }
            // The set of known states takes at most 23 bytes a state.
            if states * 23 + queueBytes > options.memoryBytesMax {
                outcome.limits.insert(.memory)
                isStopped = true
            }
            chunk.clear()
            if chunk.byteCount == RecordChunk.bytesMin, spare.count < 8 {
                spare.append(chunk)
            } else {
                queueBytes -= chunk.byteCount
            }
        }
    }

    fileprivate func newChunk(wordsMin: Int) -> RecordChunk {
        lock.withLock {
            if wordsMin <= RecordChunk.wordsMax, let chunk = spare.popLast() { return chunk }
            let chunk = RecordChunk(wordsMin: wordsMin)
            queueBytes += chunk.byteCount
            outcome.queueBytesMax = max(outcome.queueBytesMax, queueBytes)
            return chunk
        }
    }

    fileprivate func add(_ chunk: RecordChunk) {
        lock.withLock { nextLevel.append(chunk) }
    }
}

/// Packs the new states of one thread into chunks of the next level.
private final class RecordPacker {
    private let search: BreadthFirstSearch
    private var chunk: RecordChunk?

    init(_ search: BreadthFirstSearch) {
        self.search = search
    }

    @inline(__always)
    func append(_ record: StateRecord) {
        if let chunk, chunk.append(record) { return }
        let fresh = search.newChunk(wordsMin: record.count)
        _ = fresh.append(record)
        flush()
        chunk = fresh
    }

    func flush() {
        if let chunk { search.add(chunk) }
        chunk = nil
    }
}
