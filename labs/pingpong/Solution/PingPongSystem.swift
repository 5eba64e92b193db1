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
                    guard let last = answers(in: state).last else { return true }
                    return last.number == last.question
                },
                .always("each life asks from the first question on, and skips none") { state in
                    let answers = answers(in: state)
                    guard let last = answers.last else { return true }
                    let isFirst = answers.count == 1 || state.places[client.index].incarnation > 0
                    return isFirst && last.question == 1
                        || last.question - 1 == answers.first?.question
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

    /// The last two answers: those before them were looked at when they came.
    ///
    /// A client that crashes forgets all, and the life after it begins with the first question again.
    private static func answers(in state: SystemState<Role>) -> [(question: Int, number: Int)] {
        state.outputs(of: client).suffix(2).map { output in
            switch output {
            case .answered(let question, let number): (question, number)
            }
        }
    }
}
