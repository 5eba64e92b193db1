/// What came out of a search, in numbers.
struct SearchOutcome {
    var states = 0
    var transitions = 0
    var depth = 0
    var limits: Set<ExplorationLimit> = []
    var isReached: [Bool] = []
    var finding: Finding?
    /// The steps to the finding, where the search knows them: random walks do.
    var path: SearchPath?
    var visitedBytes = 0
    var queueBytesMax = 0

    mutating func add(_ searcher: Searcher) {
        transitions += searcher.transitions
        limits.formUnion(searcher.limits)
        for (index, isReached) in searcher.judge.isReached.enumerated() where isReached {
            self.isReached[index] = true
        }
        finding = finding ?? searcher.finding
    }
}
