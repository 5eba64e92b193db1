import Nodes
import ReferenceModels
import Testing

@testable import Exploration

@Suite struct SymmetryTests {
    /// Two-phase commit once more, as plain numbers: to count orbits without the search.
    private struct Plain: Hashable {
        struct Resource: Hashable, Comparable {
            var state = 0
            var isPrepared = false
            var hasSent = false

            static func < (left: Resource, right: Resource) -> Bool {
                (left.state, left.isPrepared ? 1 : 0, left.hasSent ? 1 : 0)
                    < (right.state, right.isPrepared ? 1 : 0, right.hasSent ? 1 : 0)
            }
        }

        var manager = 0
        var commits = false
        var aborts = false
        var resources: [Resource]

        var next: [Plain] {
            var list: [Plain] = []
            func add(_ change: (inout Plain) -> Void) {
                var copy = self
                change(&copy)
                list.append(copy)
            }
            if manager == 0, resources.allSatisfy(\.isPrepared) {
                add {
                    $0.manager = 1; $0.commits = true
                }
            }
            if manager == 0 {
                add {
                    $0.manager = 2; $0.aborts = true
                }
            }
            for (index, resource) in resources.enumerated() {
                if manager == 0, resource.hasSent { add { $0.resources[index].isPrepared = true } }
                if resource.state == 0 {
                    add {
                        $0.resources[index].state = 1; $0.resources[index].hasSent = true
                    }
                    add { $0.resources[index].state = 3 }
                }
                if commits { add { $0.resources[index].state = 2 } }
                if aborts { add { $0.resources[index].state = 3 } }
            }
            return list
        }

        /// An orbit is the manager's state and the multiset of the rest.
        var orbit: Plain {
            var copy = self
            copy.resources.sort()
            return copy
        }

        /// What the other checker takes for an orbit: sorted by the resource's own state only.
        var sortedByState: Plain {
            var copy = self
            let sorted = resources.enumerated().sorted {
                ($0.element.state, $0.offset) < ($1.element.state, $1.offset)
            }
            copy.resources = sorted.map(\.element)
            return copy
        }

        /// How many are found depth first, if those count as one that `key` says are.
        static func count(_ resources: Int, by key: (Plain) -> Plain) -> Int {
            let first = Plain(resources: Array(repeating: Resource(), count: resources))
            var seen = [key(first)] as Set
            var stack = [first]
            while let state = stack.popLast() {
                for next in state.next where seen.insert(key(next)).inserted { stack.append(next) }
            }
            return seen.count
        }
    }

    @Test func `orbits are counted as often as there are`() throws {
        #expect(Plain.count(3) { $0 } == 288)
        for (resources, orbits) in [(1, 12), (2, 34), (3, 80), (4, 166), (5, 314)] {
            #expect(Plain.count(resources, by: \.orbit) == orbits)
            let system = try TwoPhaseCommit.system(resources: resources, isSymmetric: true)
            for order in [ExplorationOptions.Order.breadthFirst, .depthFirst] {
                for cores in [1, 2] {
                    let options = ExplorationOptions(
                        order: order,
                        cores: cores,
                        usesSymmetry: true,
                        checksPurity: false
                    )
                    let result = try Exploration(system, options: options).run()
                    #expect(result.states == orbits)
                    #expect(result.reached == ["all commit", "all abort"])
                }
            }
        }
    }

    /// 665 is what another checker publishes for five.
    ///
    /// Its order looks at the resource managers' own
    /// states only, so that some images of one state count twice, and how many depends on the search.
    @Test func `the published count comes of a coarser order`() {
        #expect(Plain.count(5, by: \.sortedByState) == 665)
    }

    /// Nodes that pass a token to whoever is next to them in a ring: images are rotations only as far
    /// as the messages say, and ties are not free.
    private struct Ring: Node {
        enum Words: Vocabulary {
            enum Message: Hashable, Codable, Sendable { case know(NodeID) }
            enum Timer: Hashable, Codable, Sendable { case tell(NodeID) }
        }

        let others: Set<NodeID>
        let link: Link
        var knows: Set<NodeID> = []

        mutating func start(_ effects: inout Effects<Words>) {
            for other in others.sorted() where other != effects.me {
                effects.arm(.tell(other), after: .zero)
            }
        }

        mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
            guard case .tell(let other) = timer else { return }
            effects.send(.know(effects.me), to: other, over: link)
        }

        mutating func receive(
            _ message: Words.Message,
            from sender: NodeID,
            _ effects: inout Effects<Words>
        ) {
            guard case .know(let other) = message else { return }
            knows.insert(other)
        }

        static func system(
            _ count: Int,
            over link: Link,
            isSymmetric: Bool
        ) throws -> System<Ring> {
            let all = Set((0..<count).map { NodeID($0) })
            return try System(
                "ring",
                members: (0..<count).map { index in
                    System<Ring>.Member("N\(index)") { Ring(others: all, link: link) }
                },
                interchangeable: isSymmetric ? [all.sorted()] : []
            )
        }
    }

    /// Who has told whom, and who knows of whom: each of the pairs is untold, told or known.
    ///
    /// The orbits are those of three-coloured directed graphs.
    @Test(arguments: [Link.datagram, .acknowledged])
    func `images that only the whole state tells apart are told apart`(link: Link) throws {
        for count in [2, 3] {
            let plain = try Exploration(
                Ring.system(count, over: link, isSymmetric: false),
                options: ExplorationOptions(checksPurity: false)
            ).run()
            let pairs = count * (count - 1)
            #expect(plain.states == (0..<pairs).reduce(1) { product, _ in product * 3 })
            let folded = try Exploration(
                Ring.system(count, over: link, isSymmetric: true),
                options: ExplorationOptions(usesSymmetry: true, checksPurity: false)
            ).run()
            #expect(folded.states == orbits(count))
        }
    }

    /// A search that folds as it goes seldom meets two images of one state; here are all of them.
    @Test(arguments: [Link.datagram, .acknowledged])
    func `all images of a state have one fingerprint, and no other state has it`(
        link: Link
    ) throws {
        let system = try Ring.system(3, over: link, isSymmetric: true)
        let options = ExplorationOptions(usesSymmetry: true, checksPurity: false)
        let semantics = Semantics(system, options: options)
        let stepper = Stepper(semantics)
        let symmetry = Symmetry(semantics)
        let locals = (0..<3).map { semantics.first(NodeID($0)) }
        var waiting = Roots(stepper, locals: locals, beginning: [0, 1, 2]).list
        var seen: Set<UInt64> = []
        var folded: Set<UInt64> = []
        while let state = waiting.popLast() {
            state.withRecord { record in
                guard seen.insert(record.fingerprint).inserted else { return }
                folded.insert(symmetry.fingerprint(of: record))
                stepper.findMoves(in: record)
                for move in stepper.moves {
                    stepper.take(move, in: record)
                    waiting.append(Root(stepper.state.packed(), moves: []))
                }
            }
        }
        #expect(seen.count == 729)
        #expect(folded.count == orbits(3))
    }

    /// By brute force: colourings of the ordered pairs, the least of all images each.
    private func orbits(_ count: Int) -> Int {
        let pairs = (0..<count).flatMap { a in (0..<count).compactMap { a == $0 ? nil : [a, $0] } }
        var orders: [[Int]] = [[]]
        for element in 0..<count {
            orders = orders.flatMap { order in
                (0...order.count).map { order[..<$0] + [element] + order[$0...] }.map { Array($0) }
            }
        }
        var colourings: [[Int]] = [[]]
        for _ in pairs { colourings = colourings.flatMap { list in (0..<3).map { list + [$0] } } }
        let least = colourings.map { colouring in
            orders.map { order in
                pairs.map { pair in
                    let image = [order[pair[0]], order[pair[1]]]
                    return colouring[pairs.firstIndex(of: image) ?? 0]
                }
            }.min { $0.lexicographicallyPrecedes($1) }
        }
        return Set(least).count
    }

    @Test func `a violation among images has a trace that can be gone`() throws {
        let sound = try TwoPhaseCommit.system(resources: 3, isSymmetric: true)
        let system = try System(
            "two-phase commit",
            members: sound.members,
            properties: [
                .always("the last one never commits alone") { state in
                    guard case .resource(let last)? = state[NodeID(3)],
                        case .resource(let first)? = state[NodeID(1)]
                    else { return true }
                    return !(last.state == .committed && first.state != .committed)
                        && !(first.state == .committed && last.state != .committed)
                }
            ],
            interchangeable: sound.interchangeable
        )
        let options = ExplorationOptions(usesSymmetry: true, checksPurity: false)
        let folded = try #require(try Exploration(system, options: options).run().violation)
        let plain = try #require(
            try Exploration(system, options: ExplorationOptions()).run().violation
        )
        #expect(folded.steps.count == plain.steps.count)
    }
}
