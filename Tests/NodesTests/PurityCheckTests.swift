import Nodes
import Testing

@Suite struct PurityCheckTests {
    /// Tells its friends one by one, in the order in which it walks them.
    private struct Gossip: Node {
        enum Words: Vocabulary {
            struct Message: Hashable, Codable { let list: Set<Int> }
        }
        var friends: Set<NodeID>
        let sorts: Bool
        mutating func receive(
            _ message: Words.Message,
            from sender: NodeID,
            _ effects: inout Effects<Words>
        ) {
            let order = sorts ? friends.sorted() : Array(friends)
            for friend in order { effects.send(message, to: friend, over: .datagram) }
        }
    }

    private func node(count: Int, sorts: Bool) -> Gossip {
        Gossip(friends: Set((0..<count).map { NodeID($0) }), sorts: sorts)
    }

    private func difference(_ node: Gossip) -> String? {
        let surroundings = Surroundings<Gossip.Words>(
            me: NodeID(0),
            nodeCount: node.friends.count
        )
        let call = Call<Gossip.Words>.receive(.init(list: [1, 2, 3]), from: NodeID(0))
        let check = PurityCheck(node: node, call: call, surroundings: surroundings)
        var after = node
        var effects = Effects(surroundings)
        after.handle(call, &effects)
        return check.difference(after: after, effects: effects.takeList())
    }

    /// The order of a set follows from where it lies in memory: the nodes are kept, so that each lies
    /// elsewhere.
    @Test func `a walk over a set is found, often with two and nearly always with nine`() {
        let pairs = (0..<400).map { _ in node(count: 2, sorts: false) }
        let caught = pairs.count { difference($0) != nil }
        #expect((100...300).contains(caught), "\(caught) of 400")
        let many = (0..<50).map { _ in node(count: 9, sorts: false) }
        let most = many.count { difference($0) != nil }
        #expect(most >= 45, "\(most) of 50")
    }

    @Test(arguments: [1, 2, 9, 50]) func `a sorted walk is never accused`(count: Int) {
        for _ in 0..<50 { #expect(difference(node(count: count, sorts: true)) == nil) }
    }

    /// Forgets a field on its way to bytes.
    private struct Forgetful: Node {
        enum Words: Vocabulary {
            struct Message: Hashable, Codable {}
        }
        var kept = 1
        var forgotten = 2
        enum CodingKeys: CodingKey { case kept }
    }

    @Test func `state that does not reach the bytes is found`() {
        let node = Forgetful(kept: 1, forgotten: 3)
        let surroundings = Surroundings<Forgetful.Words>(me: NodeID(0), nodeCount: 1)
        let check = PurityCheck(node: node, call: .start, surroundings: surroundings)
        #expect(
            check.difference(after: node, effects: [])
                == "it is not the same after a way to bytes and back"
        )
    }

    /// Becomes another node each time it is asked: a static would do so, as a set does here.
    private struct Collector: Node {
        enum Words: Vocabulary {
            struct Message: Hashable, Codable {}
        }
        var names: Set<Int>
        var order: [Int] = []
        mutating func start(_ effects: inout Effects<Words>) { order = Array(names) }
    }

    @Test func `a node that becomes another, with no effect to show it, is found`() {
        let surroundings = Surroundings<Collector.Words>(me: NodeID(0), nodeCount: 1)
        let nodes = (0..<50).map { _ in Collector(names: Set(0..<12)) }
        let caught = nodes.count { node in
            let check = PurityCheck(node: node, call: .start, surroundings: surroundings)
            var after = node
            var effects = Effects(surroundings)
            after.handle(.start, &effects)
            return check.difference(after: after, effects: effects.takeList()) != nil
        }
        #expect(caught >= 45, "\(caught) of 50")
    }
}
