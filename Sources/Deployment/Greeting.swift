import Messaging

/// What comes first on a connection to the supervisor: who is there.
enum Greeting: Codable, Sendable {
    /// An agent, on behalf of one node of the run.
    case agent(
        version: Int,
        token: RunToken,
        system: String,
        node: String,
        stream: Address,
        datagrams: Address
    )
    /// The control channel of a life that an agent starts.
    case control(token: RunToken, life: Life)
}

/// What the supervisor tells an agent.
enum AgentOrder: Codable, Sendable {
    /// The agent is part of the run.
    case welcome
    /// It is not, and why.
    case refusal(String)
    /// Start the process of this life, and give it a connection of its own.
    case start(Life)
    /// Send a signal to the process.
    case signal(Int32)
    /// The run is over.
    case leave
}

/// What an agent tells the supervisor.
enum AgentReport: Codable, Sendable {
    /// The process of a life was started.
    case started(Life, process: Int32)
    /// It could not be started.
    case notStarted(Life, String)
    /// The process of a life has ended: by which signal, or nil, in words, and the number of the last save
    /// in its store, and of those under each name.
    case ended(
        Life,
        signal: Int32?,
        cause: String,
        lastSave: Int,
        saveNumbers: [String: Int],
        lastWords: String?
    )
}
