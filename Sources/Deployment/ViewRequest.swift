/// A change of who lives: some are killed, some begin a new life.
struct ViewRequest {
    /// What one node asked for inside a handler call, in order; it waits for the answer.
    var changes: [Record.Change] = []
    var requester: Life?
    /// Who begins again since the plan says so.
    var restart: Life?

    // Worked out when its turn comes.
    var isUnderWay = false
    var kills: [Life] = []
    var begins: [Int] = []
}
