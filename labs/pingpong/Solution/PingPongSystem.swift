import Nodes

/// Ping-pong as a system: a client that asks, a server that answers.
enum PingPongSystem {
    static let client = NodeID(0)
    static let server = NodeID(1)

    /// The system of two.
    ///
    /// - Parameters:
    ///   - goal: How many answers the client must get.
    ///   - variant: The client as it should be, or one with a mistake.
    /// - Returns: The system, with what must be true of it.
    /// - Throws: `ImpossibleSystem`; it never is.
    static func make(
        goal: Int,
        variant: Variant = .right
    ) throws(ImpossibleSystem) -> System<Role> {
        try System(
            "pingpong",
            members: [
                .init("Client") {
                    .client(Client(server: server, goal: goal, variant: variant))
                },
                .init("Server") { .server(Server()) },
            ],
            properties: [
                .always("each answer is for its question") { state in
                    answers(in: state).allSatisfy { $0.question == $0.number }
                },
                .always("each life asks from the first question on, and skips none") { state in
                    followEachOther(answers(in: state).map(\.question), in: state)
                },
                .sometimes("the last question is answered") { state in
                    answers(in: state).last?.question == goal
                },
                .eventually("a client that lives has all its answers") { state in
                    guard case .client(let node) = state[client] else { return true }
                    return node.answered == goal
                },
            ],
            progress: .outputs(total: goal)
        )
    }

    private static func answers(
        in state: SystemState<Role>
    ) -> [(question: Int, number: Int)] {
        state.outputs(of: client).map { output in
            switch output {
            case .answered(let question, let number): (question, number)
            }
        }
    }

    /// A client that crashes forgets all: the life after it begins with the first question again.
    private static func followEachOther(_ questions: [Int], in state: SystemState<Role>) -> Bool {
        var last = 0
        var livesLeft = state.places[client.index].incarnation
        for question in questions {
            if question != last + 1 {
                guard question == 1, livesLeft > 0 else { return false }
                livesLeft -= 1
            }
            last = question
        }
        return true
    }
}
