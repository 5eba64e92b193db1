/// Leaves steps out of a way, the latest first, as long as what is left can still be gone and ends in the
/// same violation.
struct PathMinimizer {
    let searcher: Searcher
    let roots: [Root]
    /// Whether two problems are the same for people.
    let isSameProblem: (Int, Int) -> Bool

    func minimized(_ path: SearchPath, _ finding: Finding) -> SearchPath {
        var path = path
        // A stretch at once, as long as that works; then ever shorter ones, down to one step.
        var stretch = max(1, path.moves.count / 2)
        while true {
            var isShorter = false
            var end = path.moves.count
            while end > 0 {
                let begin = max(0, end - stretch)
                var moves = path.moves
                moves.removeSubrange(begin..<end)
                if let gone = go(moves, from: path.root, finding.kind) {
                    path.moves = gone
                    isShorter = true
                }
                end = begin
            }
            if stretch == 1, !isShorter { return path }
            if !isShorter || stretch > path.moves.count { stretch = max(1, stretch / 2) }
        }
    }

    /// - Returns: The same steps, as they are in the states on this way; nil if it leads elsewhere.
    private func go(_ choices: [Move], from root: Int, _ kind: Finding.Kind) -> [Move]? {
        let stepper = searcher.stepper
        var moves: [Move] = []
        var here = roots[root]
        for choice in choices {
            let found: Move? = here.withRecord { record in
                stepper.findMoves(in: record)
                return stepper.moves.first { $0.isSameChoice(as: choice) }
            }
            guard let found else { return nil }
            moves.append(found)
            if let problem = stepper.problem(of: found) {
                guard case .problem(let wanted) = kind else { return nil }
                return isSameProblem(problem, wanted) ? moves : nil
            }
            here.withRecord { stepper.take(found, in: $0) }
            guard !stepper.state.isCutOff else { return nil }
            here = Root(stepper.state.packed(), moves: [])
        }
        return here.withRecord { ends($0, kind) } ? moves : nil
    }

    private func ends(_ record: StateRecord, _ kind: Finding.Kind) -> Bool {
        switch kind {
        case .problem: false
        case .broken(let property): searcher.judge.broken(record) == property
        case .missed(let property):
            searcher.findSteps(from: record).isEnd && searcher.judge.missed(record) == property
        }
    }
}
