import Nodes

/// One search from beginning to end, with all that it learns on the way.
struct SearchRun<N: Node> {
    private let system: System<N>
    private let options: ExplorationOptions
    private let semantics: Semantics<N>
    private let visited: VisitedSet
    private let searchers: [Searcher]

    init(_ system: System<N>, _ options: ExplorationOptions) {
        self.system = system
        self.options = options
        let semantics = Semantics(system, options: options)
        let cores = options.order == .breadthFirst ? options.cores : 1
        let visited = VisitedSet(isShared: cores > 1)
        self.semantics = semantics
        self.visited = visited
        searchers = (0..<cores).map { _ in
            Searcher(semantics, visited: visited, judge: semantics.judge())
        }
    }

    /// Searches, and draws the trace of what it finds.
    ///
    /// - Returns: Nil if several threads have found something: who comes first differs from run to run,
    ///   so that the trace is for one thread to draw.
    func result(progress: @escaping (ExplorationProgress) -> Void) -> ExplorationResult<N>? {
        let searcher = searchers[0]
        let locals = system.members.indices.map { semantics.first(NodeID($0)) }
        let beginning = system.members.indices.filter { system.members[$0].begins == .atOnce }
        let roots = Roots(searcher.stepper, locals: locals, beginning: beginning)
        if let problem = roots.problem {
            var outcome = SearchOutcome()
            outcome.isReached = Array(searcher.judge.isReached)
            let story = Story(semantics, root: problem.moves, moves: [], stepper: searcher.stepper)
            return result(outcome, .violated(violation(.problem(problem.index), story)))
        }
        if roots.list.isEmpty {
            // Every beginning is beyond the bound: nothing is left to look at.
            var outcome = SearchOutcome()
            outcome.isReached = Array(searcher.judge.isReached)
            outcome.limits.insert(.inFlight)
            return result(outcome, verdict(outcome))
        }
        var outcome = search(roots.list, progress)
        if roots.isCutOff { outcome.limits.insert(.inFlight) }
        if let finding = outcome.finding {
            guard searchers.count == 1 else { return nil }
            let finder = PathFinder(searcher: searcher, visited: visited, roots: roots.list)
            let problems = semantics.problems
            let minimizer = PathMinimizer(searcher: searcher, roots: roots.list) {
                problems[$0] == problems[$1]
            }
            let path = minimizer.minimized(outcome.path ?? finder.path(to: finding), finding)
            let story = Story(
                semantics,
                root: roots.list[path.root].moves,
                moves: path.moves,
                stepper: searcher.stepper
            )
            return result(outcome, .violated(violation(finding.kind, story)))
        }
        return result(outcome, verdict(outcome))
    }

    private func search(
        _ roots: [Root],
        _ progress: @escaping (ExplorationProgress) -> Void
    ) -> SearchOutcome {
        switch options.order {
        case .breadthFirst:
            BreadthFirstSearch(
                options,
                visited: visited,
                searchers: searchers,
                progress: progress
            ).run(from: roots)
        case .depthFirst:
            DepthFirstSearch(
                options,
                visited: visited,
                searcher: searchers[0],
                progress: progress
            ).run(from: roots)
        case .randomWalk(let seed, let walks):
            RandomWalks(
                options,
                seed: seed,
                walks: walks,
                visited: visited,
                searcher: searchers[0],
                progress: progress
            ).run(from: roots)
        }
    }

    private func verdict(_ outcome: SearchOutcome) -> ExplorationResult<N>.Verdict {
        if !outcome.limits.isEmpty { return .notExhaustive(outcome.limits.sorted()) }
        let unreached = sometimes.filter { !outcome.isReached[$0] }
        return unreached.isEmpty
            ? .holds : .neverReached(unreached.map { system.properties[$0].name })
    }

    private var sometimes: [Int] {
        system.properties.indices.filter { system.properties[$0].kind == .sometimes }
    }

    private func violation(_ kind: Finding.Kind, _ story: Story<N>) -> Violation<N.Words> {
        let named: Violation<N.Words>.Kind =
            switch kind {
            case .broken(let index):
                .property(system.properties[index].name, isAboutTheEnd: false)
            case .missed(let index):
                .property(system.properties[index].name, isAboutTheEnd: true)
            case .problem(let index):
                switch semantics.problems[index] {
                case .impossible(let reason): .impossible(reason)
                case .impure(let reason): .impure(reason)
                }
            }
        return Violation(kind: named, steps: story.steps, events: story.events)
    }

    private func result(
        _ outcome: SearchOutcome,
        _ verdict: ExplorationResult<N>.Verdict
    ) -> ExplorationResult<N> {
        ExplorationResult(
            verdict: verdict,
            states: outcome.states,
            transitions: outcome.transitions,
            depthMax: outcome.depth,
            reached: sometimes.filter { outcome.isReached[$0] }.map { system.properties[$0].name },
            visitedBytes: outcome.visitedBytes,
            queueBytesMax: outcome.queueBytesMax,
            parts: (semantics.locals.count, semantics.calls.count, semantics.transitionCount)
        )
    }
}
