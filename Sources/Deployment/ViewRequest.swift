/// What one node asked for inside a handler call, in order; it waits for the answer.
struct ViewRequest {
    let changes: [Record.Change]
    /// What it will ask for in the same call.
    let later: [Record.Change]
    let requester: Life
    /// The life whose stream brought the message that the call takes; nil if none did.
    let trigger: Life?
    /// Whom it kills, once its turn has come.
    var kills: [Life]?
    /// Who was launched by others before its turn came, and who by itself.
    var earlier: [Life] = []
    var launched: [Life] = []
}
