import Nodes

/// After what a crash falls: the kind of the effect that took place last, and of the handler.
struct EffectKind: Hashable, Sendable {
    /// Start, receive, timer or idle.
    let handler: String
    /// The effect by name, such as `send`.
    let effect: String

    /// What was written beside the node's work has come to rest, and the node is about to be told.
    static let written = EffectKind(handler: "timer", effect: "written")

    private init(handler: String, effect: String) {
        self.handler = handler
        self.effect = effect
    }

    init<Words>(_ call: Call<Words>, _ effect: Effect<Words>) {
        handler =
            switch call {
            case .start: "start"
            case .receive: "receive"
            case .fire: "timer"
            case .idle: "idle"
            }
        self.effect =
            switch effect {
            case .send: "send"
            case .arm: "arm"
            case .disarm: "disarm"
            case .save: "save"
            case .pause: "pause"
            case .resume: "resume"
            case .launch: "launch"
            case .kill: "kill"
            case .read: "read"
            case .wantIdle: "wantIdle"
            case .emit: "emit"
            case .write: "write"
            case .watch: "watch"
            case .halt: "halt"
            }
    }
}
