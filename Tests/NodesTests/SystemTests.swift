import Nodes
import Testing

@Suite struct SystemTests {
    private func error(
        _ names: [String],
        launched: Set<Int> = [],
        groups: [[NodeID]] = []
    ) -> String? {
        do {
            _ = try System<Echo>(
                "echo",
                members: names.enumerated().map { index, name in
                    .init(name, begins: launched.contains(index) ? .launched : .atOnce) {
                        Echo(peer: nil, link: .stream)
                    }
                },
                interchangeable: groups
            )
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `an impossible system is refused in one line`() {
        #expect(error(["A", "B_1.x"]) == nil)
        #expect(error([]) == "echo has no members")
        #expect(error(["A", "B", "A"]) == "two members of echo are called A")
        #expect(error(["A"], launched: [0]) == "echo has nobody who begins at once")
        #expect(
            error(["A B"])
                == "'A B' is no name for a member: letters, digits, '_' and '.' only"
        )
        #expect(error([""])?.hasPrefix("'' is no name") == true)
        #expect(error(["A*"])?.hasPrefix("'A*' is no name") == true)
        let unknown = error(["A"], groups: [[NodeID(3)]])
        #expect(unknown == "a group of echo holds #3, who does not exist")
        let twice = error(["A", "B"], groups: [[NodeID(0), NodeID(1)], [NodeID(1)]])
        #expect(twice == "B is twice in the groups of echo")
    }

    @Test func `names and identities lead to each other`() throws {
        let system = try Echo.system(over: .stream)
        #expect(system.id(named: "Answerer") == Echo.answerer)
        #expect(system.id(named: "answerer") == nil)
        #expect(system.name(of: Echo.asker) == "Asker")
        let names = ["Asker", "A.1"]
        for id in [
            MessageID(sender: NodeID(1), incarnation: 2, number: 30),
            MessageID(sender: NodeID(0), incarnation: 0, number: 1),
        ] {
            #expect(MessageID(id.text(names: names), names: names) == id)
        }
        for text in ["", "Asker", "Asker.1", "Asker.x.1", "Nobody.0.1", "Asker.0.1.2"] {
            #expect(MessageID(text, names: names) == nil, "\(text)")
        }
    }

    @Test func `asking for what cannot be is noted, the first such thing`() throws {
        func effects() -> Effects<Echo.Words> {
            let inputs = Inputs(["in": ["a", "b"]])
            return Effects(Surroundings(me: NodeID(1), nodeCount: 2, inputs: inputs))
        }
        var send = effects()
        send.send(.init(number: 1), to: NodeID(2), over: .stream)
        send.launch(NodeID(-1))
        #expect(send.impossible == "sends to node #2, and the last is #1")
        var kill = effects()
        kill.kill(NodeID(1))
        #expect(kill.impossible == "kills itself, which is what halt is for")
        var arm = effects()
        arm.arm(.again, after: .seconds(-1))
        #expect(arm.impossible == "arms a timer -1.0 seconds ago")
        var read = effects()
        #expect(try read.read("in", after: 0)?.text == "a")
        #expect(try read.read("in", after: 1)?.cursor == 2)
        #expect(try read.read("in", after: 2) == nil)
        #expect(read.impossible == nil)
        #expect(read.list == [.read("in", cursor: 1), .read("in", cursor: 2)])
        #expect(try read.read("out", after: 0) == nil)
        #expect(read.impossible == "reads input out, which the system does not have")
        var whole = effects()
        whole.arm(.again, after: .seconds(Int.max))
        #expect(whole.list == [.arm(.again, afterNanoseconds: Int.max...Int.max)])
    }
}
