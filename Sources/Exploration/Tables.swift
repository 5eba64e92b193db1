import Threads

/// All that a search has learned about its system, in numbers: the part that knows no types.
///
/// Local states, calls and transitions are named by small numbers, which hold for one search only. What
/// identifies a state across searches is its fingerprint.
class Tables: @unchecked Sendable {
    /// The calls that every table begins with.
    enum FixedCall {
        static let start: UInt32 = 0
        static let idle: UInt32 = 1
        static let crash: UInt32 = 2
        static let launch: UInt32 = 3
        static let finish: UInt32 = 4
        /// The first of those that tell of the end of a node's life: one for each node.
        private static let firstEnd: UInt32 = 5

        @inline(__always)
        static func end(of node: Int) -> UInt32 {
            firstEnd + UInt32(truncatingIfNeeded: node)
        }
    }

    let options: ExplorationOptions
    let nodeCount: Int
    let locals = SegmentedStore<LocalFacts>()
    let calls = SegmentedStore<CallFacts>()
    let words = SegmentedStore<UInt32>()
    /// Guards all stores, and what subclasses add to them.
    let lock = Lock()
    private var transitions: [UInt64: UInt32] = [:]

    init(options: ExplorationOptions, nodeCount: Int) {
        self.options = options
        self.nodeCount = nodeCount
        let ends = Array(repeating: CallFacts.Kind.end, count: nodeCount)
        for kind in [CallFacts.Kind.start, .idle, .crash, .launch, .finish] + ends {
            _ = calls.append(CallFacts(term: 0, kind: kind, sender: 0, receiver: 0))
        }
    }

    @inline(__always)
    func facts(local: UInt32) -> LocalFacts { locals[Int(local)] }

    @inline(__always)
    func facts(call: UInt32) -> CallFacts { calls[Int(call)] }

    /// Whether a local state holds back what comes over the stream from a node.
    @inline(__always)
    func holdsBack(_ facts: LocalFacts, _ sender: UInt32) -> Bool {
        for index in 0..<Int(facts.pausedCount) where words[Int(facts.others) + index] == sender {
            return true
        }
        return false
    }

    /// Whether in a local state a timer waits for the end of a node's life.
    func watches(_ local: UInt32, _ node: Int) -> Bool {
        let facts = facts(local: local)
        let first = Int(facts.others) + Int(facts.pausedCount)
        return (first..<first + Int(facts.watchedCount)).contains { words[$0] == UInt32(node) }
    }

    @inline(__always)
    func transition(at index: UInt32) -> Transition {
        Transition(words: UnsafePointer(words.address(Int(index))))
    }

    /// The index of a transition, computed if nobody has yet.
    final func transition(of local: UInt32, on call: UInt32) -> UInt32 {
        let key = UInt64(local) << 32 | UInt64(call)
        if let known = lock.withLock({ transitions[key] }) { return known }
        // Without the lock: should two threads do this at once, both find the same.
        let store = compute(local: local, call: call)
        return lock.withLock {
            if let known = transitions[key] { return known }
            let index = UInt32(words.append(contentsOf: store()))
            transitions[key] = index
            return index
        }
    }

    /// Runs the call.
    ///
    /// - Returns: What names all that has come out of it, and gives the transition's words; called
    ///   with the lock held.
    func compute(local: UInt32, call: UInt32) -> () -> [UInt32] {
        preconditionFailure("the part that knows the types says what a call does")
    }

    /// The groups of interchangeable nodes, by index.
    var groups: [[Int]] { [] }

    /// The term of a local state whose nodes are called otherwise.
    func term(ofLocal local: UInt32, naming names: [UInt64]) -> UInt64 {
        preconditionFailure("the part that knows the types says what a state holds")
    }

    /// The term of a message whose nodes are called otherwise.
    func term(ofCall call: UInt32, naming names: [UInt64]) -> UInt64 {
        preconditionFailure("the part that knows the types says what a message holds")
    }

    /// How many transitions there are.
    var transitionCount: Int { lock.withLock { transitions.count } }
}
