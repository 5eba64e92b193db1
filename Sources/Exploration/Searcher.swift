/// What one thread of a search has: it looks at states one by one, and hands on the new ones.
final class Searcher {
    let stepper: Stepper
    let judge: StateJudge
    private let visited: VisitedSet
    private let symmetry: Symmetry?

    /// How many steps were taken that led to another state.
    @exclusivity(unchecked) private(set) var transitions = 0
    /// How many states it was the first to find.
    @exclusivity(unchecked) private(set) var found = 0
    /// Which bounds kept it from a step.
    @exclusivity(unchecked) private(set) var limits: Set<ExplorationLimit> = []
    /// What it found that ends the search; the first such thing.
    @exclusivity(unchecked) private(set) var finding: Finding?

    init(_ tables: Tables, visited: VisitedSet, judge: StateJudge) {
        stepper = Stepper(tables)
        self.judge = judge
        self.visited = visited
        symmetry = tables.options.usesSymmetry ? Symmetry(tables) : nil
    }

    /// What identifies a state in the set of known states.
    @inline(__always)
    func key(of record: StateRecord) -> UInt64 {
        VisitedSet.key(symmetry?.fingerprint(of: record) ?? record.fingerprint)
    }

    /// Puts a first state in.
    ///
    /// - Returns: Whether it is new.
    func admit(root record: StateRecord) -> Bool {
        let key = key(of: record)
        guard visited.insert(key, parent: 0) else { return false }
        found += 1
        look(at: record, key)
        return true
    }

    @inline(__always)
    private func look(at record: StateRecord, _ key: UInt64) {
        if let property = judge.broken(record), finding == nil {
            finding = Finding(kind: .broken(property: property), state: key)
        }
    }

    /// Counts a state, whether it is new or not, and looks at it.
    func visit(_ record: StateRecord) {
        let key = key(of: record)
        if visited.insert(key, parent: 0) { found += 1 }
        transitions += 1
        look(at: record, key)
    }

    /// Notes that a bound kept it from a step.
    func limit(_ limit: ExplorationLimit) { limits.insert(limit) }

    /// Notes what is wrong with a state, if it is the first such thing.
    func note(_ kind: Finding.Kind, at record: StateRecord) {
        if finding == nil { finding = Finding(kind: kind, state: key(of: record)) }
    }

    /// Takes every step that can be taken in a state.
    ///
    /// - Parameters:
    ///   - record: The state.
    ///   - next: Takes each new state; its words are good during the call only.
    /// - Returns: False if the search ends here.
    @inline(__always)
    func expand(_ record: StateRecord, _ next: (StateRecord) -> Void) -> Bool {
        let parent = key(of: record)
        stepper.findMoves(in: record)
        if stepper.lacksFirings { limits.insert(.timerFirings) }
        var isEnd = !stepper.lacksFirings
        for index in 0..<stepper.moveCount {
            let move = stepper.move(at: index)
            if let problem = stepper.problem(of: move) {
                if finding == nil { finding = Finding(kind: .problem(problem), state: parent) }
                return false
            }
            if symmetry == nil, let fingerprint = stepper.fingerprint(after: move, in: record) {
                if fingerprint == record.fingerprint { continue }
                transitions += 1
                isEnd = false
                guard visited.insert(fingerprint, parent: parent) else { continue }
                stepper.take(move, in: record)
                assert(stepper.state.fingerprint == fingerprint, "two ways to one state differ")
                found += 1
                let packed = stepper.state.packed()
                look(at: packed, VisitedSet.key(fingerprint))
                next(packed)
                if finding != nil { return false }
                continue
            }
            stepper.take(move, in: record)
            let state = stepper.state
            if state.isCutOff {
                limits.insert(.inFlight)
                isEnd = false
                continue
            }
            if state.fingerprint == record.fingerprint { continue }
            transitions += 1
            if !move.isFault { isEnd = false }
            if symmetry == nil {
                guard visited.insert(state.fingerprint, parent: parent) else { continue }
                found += 1
                let packed = state.packed()
                look(at: packed, VisitedSet.key(state.fingerprint))
                next(packed)
            } else {
                let packed = state.packed()
                let key = key(of: packed)
                guard visited.insert(key, parent: parent) else { continue }
                found += 1
                look(at: packed, key)
                next(packed)
            }
            if finding != nil { return false }
        }
        if isEnd, let property = judge.missed(record) {
            if finding == nil {
                finding = Finding(kind: .missed(property: property), state: parent)
            }
            return false
        }
        return true
    }
}
