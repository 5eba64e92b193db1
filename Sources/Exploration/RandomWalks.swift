import Chance

/// Walks from the start, each step drawn with equal chance from those that lead to another state.
///
/// No walk looks at where another has been. What is seen twice is counted once.
final class RandomWalks {
    private let options: ExplorationOptions
    private let visited: VisitedSet
    private let searcher: Searcher
    private let progress: (ExplorationProgress) -> Void
    private let seed: UInt64
    private let walks: Int
    private var outcome = SearchOutcome()

    init(
        _ options: ExplorationOptions,
        seed: UInt64,
        walks: Int,
        visited: VisitedSet,
        searcher: Searcher,
        progress: @escaping (ExplorationProgress) -> Void
    ) {
        self.options = options
        self.seed = seed
        self.walks = walks
        self.visited = visited
        self.searcher = searcher
        self.progress = progress
    }

    func run(from roots: [Root]) -> SearchOutcome {
        outcome.isReached = Array(searcher.judge.isReached)
        outcome.limits = [.randomWalk]
        for walk in 0..<walks where searcher.finding == nil && !isFull {
            // Of its own seed, so that a walk does not depend on how long those before it were.
            var chance = SplitMix64(seed: SplitMix64.mixed(seed &+ UInt64(walk)))
            let index = Int(chance.next(below: UInt64(roots.count)))
            let moves = self.walk(from: roots[index], &chance)
            if searcher.finding != nil { outcome.path = SearchPath(root: index, moves: moves) }
            let depth = outcome.depth
            progress(
                ExplorationProgress(states: searcher.found, depth: depth, queue: walks - walk - 1)
            )
        }
        outcome.add(searcher)
        outcome.states = visited.count
        outcome.visitedBytes = visited.byteCount
        return outcome
    }

    private var isFull: Bool {
        let bytes = searcher.found * 23
        if bytes > options.memoryBytesMax { outcome.limits.insert(.memory) }
        if searcher.found >= options.statesMax { outcome.limits.insert(.states) }
        return bytes > options.memoryBytesMax || searcher.found >= options.statesMax
    }

    private func walk(from root: Root, _ chance: inout SplitMix64) -> [Move] {
        var moves: [Move] = []
        var here = root
        _ = here.withRecord { searcher.admit(root: $0) }
        while searcher.finding == nil, !isFull {
            outcome.depth = max(outcome.depth, moves.count)
            guard moves.count < options.depthMax else {
                outcome.limits.insert(.depth)
                break
            }
            let steps = here.withRecord { searcher.steps(from: $0) }
            if let problem = steps.problem { moves.append(problem) }
            guard searcher.finding == nil, !steps.list.isEmpty else { break }
            let move = steps.list[Int(chance.next(below: UInt64(steps.list.count)))]
            here = here.withRecord { searcher.follow(move, from: $0) }
            moves.append(move)
        }
        return moves
    }
}
