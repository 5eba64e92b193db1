import Nodes

/// Ping-pong as a system: a client that asks, a server that answers.
enum PingPongSystem {
    static let client = NodeID(0)
    static let server = NodeID(1)

    /// - Parameter goal: How many answers the client must get.
    static func make(goal: Int) throws(ImpossibleSystem) -> System<Role> {
        try System(
            "pingpong",
            members: [
                .init("Client") {
                    .client(Client(server: server, goal: goal))
                },
                .init("Server") { .server(Server()) },
            ],
            properties: [
                .always("each answer is for its question") { state in
                    state.outputs(of: client).allSatisfy { output in
                        switch output {
                        case .answered(let question, let number): question == number
                        }
                    }
                },
                .always("no question is answered twice") { state in
                    state.outputs(of: client).count <= goal
                },
                .sometimes("all are answered") { $0.outputs(of: client).count == goal },
                .eventually("the client has all its answers") { state in
                    state.outputs(of: client).count == goal
                },
            ],
            progress: .outputs(total: goal)
        )
    }
}
