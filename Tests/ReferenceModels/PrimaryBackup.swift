public import Nodes

/// A primary with a backup: three actors with timers, saves and retries, that live through crashes.
///
/// The client puts numbers, one after the other, and tries again until the primary says that it is done.
/// The primary saves a number, hands it to the backup over a stream, and by datagrams if no answer comes;
/// it says done when the backup has saved it too.
public enum PrimaryBackup: Node {
    /// Who puts.
    case client(Client)
    /// Who answers.
    case primary(Primary)
    /// Who keeps a copy.
    case backup(Backup)

    /// What they say.
    public enum Words: Vocabulary {
        /// What travels.
        public enum Message: Hashable, Codable, Sendable {
            case put(number: Int)
            case done(number: Int)
            case copy(number: Int)
            case copied(number: Int)
        }
        /// What they are reminded of.
        public enum Timer: Hashable, Codable, Sendable { case retry }
        /// What the client tells.
        public typealias Output = Int
        /// What the servers keep.
        public typealias Saved = Int
    }

    /// A mistake that can be made.
    public enum Mistake: Hashable, Codable, Sendable {
        /// The backup says that it has a copy, and saves it then.
        case acknowledgesBeforeSave
    }

    /// Who puts numbers.
    public struct Client: Hashable, Codable, Sendable {
        let goal: Int
        /// How many puts are done.
        public var done = 0
    }

    /// Who answers.
    public struct Primary: Hashable, Codable, Sendable {
        var last = 0
        var copied = 0
    }

    /// Who keeps a copy.
    public struct Backup: Hashable, Codable, Sendable {
        let mistake: Mistake?
        var last = 0
    }

    /// Calls the role's handler.
    public mutating func handle(_ call: Call<Words>, _ effects: inout Effects<Words>) {
        switch self {
        case .client(var node):
            node.handle(call, &effects)
            self = .client(node)
        case .primary(var node):
            node.handle(call, &effects)
            self = .primary(node)
        case .backup(var node):
            node.handle(call, &effects)
            self = .backup(node)
        }
    }

    static let client = NodeID(2)
    static let primary = NodeID(1)
    static let backup = NodeID(0)

    /// The system; with a mistake or without.
    public static func system(
        puts: Int,
        mistake: Mistake? = nil
    ) throws(ImpossibleSystem) -> System<Self> {
        typealias Member = System<Self>.Member
        return try System(
            "primary and backup",
            members: [
                Member("Backup") { .backup(Backup(mistake: mistake)) },
                Member("Primary") { .primary(Primary()) },
                Member("Client") { .client(Client(goal: puts)) },
            ],
            properties: [
                .always("what is done is on both disks") { state in
                    guard case .client(let client)? = state[client] else { return true }
                    let saved = [backup, primary].map { state.places[$0.index].saved["last"] ?? 0 }
                    return saved.allSatisfy { $0 >= client.done }
                },
                .sometimes("all is done") { $0.outputs(of: client).contains(puts) },
            ]
        )
    }
}

extension PrimaryBackup.Client {
    mutating func handle(
        _ call: Call<PrimaryBackup.Words>,
        _ effects: inout Effects<PrimaryBackup.Words>
    ) {
        switch call {
        case .start, .fire(.retry):
            put(&effects)
        case .receive(.done(let number), _) where number == done + 1:
            done = number
            effects.emit(number)
            effects.disarm(.retry)
            put(&effects)
        case .receive, .idle:
            break
        }
    }

    private func put(_ effects: inout Effects<PrimaryBackup.Words>) {
        guard done < goal else { return }
        effects.send(.put(number: done + 1), to: PrimaryBackup.primary, over: .datagram)
        effects.arm(.retry, after: .milliseconds(100))
    }
}

extension PrimaryBackup.Primary {
    mutating func handle(
        _ call: Call<PrimaryBackup.Words>,
        _ effects: inout Effects<PrimaryBackup.Words>
    ) {
        switch call {
        case .start:
            last = (try? effects.saved("last")) ?? 0
        case .receive(.put(let number), let client):
            if number <= copied {
                effects.send(.done(number: number), to: client, over: .datagram)
            } else if number == last {
                effects.arm(.retry, after: .milliseconds(50))
            } else if number == last + 1 {
                last = number
                effects.save(last, as: "last")
                effects.send(.copy(number: number), to: PrimaryBackup.backup, over: .stream)
                effects.arm(.retry, after: .milliseconds(50))
            }
        case .fire(.retry):
            guard copied < last else { return }
            effects.send(.copy(number: last), to: PrimaryBackup.backup, over: .datagram)
            effects.arm(.retry, after: .milliseconds(50))
        case .receive(.copied(let number), _) where number > copied:
            copied = number
            effects.disarm(.retry)
            effects.send(.done(number: number), to: PrimaryBackup.client, over: .datagram)
        case .receive, .idle:
            break
        }
    }
}

extension PrimaryBackup.Backup {
    mutating func handle(
        _ call: Call<PrimaryBackup.Words>,
        _ effects: inout Effects<PrimaryBackup.Words>
    ) {
        switch call {
        case .start:
            last = (try? effects.saved("last")) ?? 0
        case .receive(.copy(let number), let primary):
            if mistake == .acknowledgesBeforeSave {
                effects.send(.copied(number: number), to: primary, over: .datagram)
            }
            if number > last {
                last = number
                effects.save(last, as: "last")
            }
            if mistake == nil {
                effects.send(.copied(number: number), to: primary, over: .datagram)
            }
        case .receive, .fire, .idle:
            break
        }
    }
}
