/// Finds the steps to a state again, of which the search has kept nothing but the fingerprints on the way.
struct PathFinder {
    let searcher: Searcher
    let visited: VisitedSet
    let roots: [Root]

    /// The steps to what a search has found.
    func path(to finding: Finding) -> SearchPath {
        var keys = [finding.state]
        while let parent = visited.parent(of: keys[keys.count - 1]), parent != 0 {
            keys.append(parent)
        }
        keys.reverse()
        for (index, root) in roots.enumerated() {
            let moves: [Move]? = root.withRecord { record in
                guard searcher.key(of: record) == keys[0] else { return nil }
                return self.moves(from: record, along: keys.dropFirst(), to: finding)
            }
            if let moves { return SearchPath(root: index, moves: moves) }
        }
        preconditionFailure("no way leads to state \(finding.state), though the search found one")
    }

    /// Where a fingerprint stands for several states, the first way that leads through; else there is
    /// but one.
    private func moves(
        from record: StateRecord,
        along keys: ArraySlice<UInt64>,
        to finding: Finding
    ) -> [Move]? {
        let stepper = searcher.stepper
        stepper.findMoves(in: record)
        let moves = stepper.moves
        guard let key = keys.first else {
            guard case .problem = finding.kind else { return [] }
            return moves.first { stepper.problem(of: $0) != nil }.map { [$0] }
        }
        for move in moves where stepper.problem(of: move) == nil {
            stepper.take(move, in: record)
            let next = stepper.state
            guard !next.isCutOff else { continue }
            let packed = Root(next.packed(), moves: [])
            let rest: [Move]? = packed.withRecord { next in
                guard searcher.key(of: next) == key else { return nil }
                return self.moves(from: next, along: keys.dropFirst(), to: finding)
            }
            if let rest { return [move] + rest }
        }
        return nil
    }
}
