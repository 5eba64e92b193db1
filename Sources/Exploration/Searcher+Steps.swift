extension Searcher {
    /// The steps from a state that lead to another.
    struct Steps {
        var list: [Move] = []
        /// A step whose call is impossible or impure.
        var problem: Move?
        /// Whether nothing more can happen, faults aside.
        var isEnd = true
    }

    /// Finds the steps from a state, one by one; a search that knows its way uses this.
    func findSteps(from record: StateRecord) -> Steps {
        var steps = Steps()
        stepper.findMoves(in: record)
        if stepper.lacksFirings { limit(.timerFirings) }
        steps.isEnd = !stepper.lacksFirings
        for move in stepper.moves {
            if stepper.problem(of: move) != nil {
                steps.problem = move
                steps.isEnd = false
                return steps
            }
            stepper.take(move, in: record)
            if stepper.state.isCutOff {
                limit(.inFlight)
                steps.isEnd = false
            } else if stepper.state.fingerprint != record.fingerprint {
                steps.list.append(move)
                if !move.isFault { steps.isEnd = false }
            }
        }
        return steps
    }

    /// Finds the steps from a state, and what is wrong with it as an end.
    func steps(from record: StateRecord) -> Steps {
        let steps = findSteps(from: record)
        if let problem = steps.problem.flatMap(stepper.problem) {
            note(.problem(problem), at: record)
        } else if steps.isEnd, let property = judge.missed(record) {
            note(.missed(property: property), at: record)
        }
        return steps
    }

    /// Takes a step, and looks at where it leads.
    func follow(_ move: Move, from record: StateRecord) -> Root {
        stepper.take(move, in: record)
        let next = Root(stepper.state.packed(), moves: [])
        next.withRecord { visit($0) }
        return next
    }
}
