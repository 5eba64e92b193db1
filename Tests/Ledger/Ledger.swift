import Nodes

/// A small lab for tests of deployed runs: a teller brings entries to a clerk, who saves each before
/// saying that it is booked.
struct Ledger {
    /// What its author got wrong.
    enum Mistake: String, CaseIterable, Hashable, Codable {
        case none
        /// The clerk traps at the third entry.
        case trap
        /// The clerk forgets what is saved when it begins again.
        case forgetful
        /// The clerk says that it is booked before it saves.
        case hasty
    }

    enum Words: Vocabulary {
        enum Message: Hashable, Codable {
            case entry(Int)
            case booked(Int)
        }
        enum Timer: Hashable, Codable { case again }
        enum Output: Hashable, Codable {
            case took(Int)
            case booked(Int)
        }
        // A saved value is the number of the last entry.
        typealias Saved = Int
    }

    static let teller = NodeID(0)
    static let clerk = NodeID(1)

    var goal = 5
    var mistake = Mistake.none
    var link = Link.stream

    func system() throws(ImpossibleSystem) -> System<Desk> {
        let (goal, mistake, link) = (goal, mistake, link)
        return try System(
            "ledger",
            members: [
                .init("Teller") { .teller(Teller(goal: goal, link: link)) },
                .init("Clerk") { .clerk(Clerk(mistake: mistake, link: link)) },
            ],
            properties: [
                .always("what is booked was taken") { state in
                    let taken = state.outputs(of: Self.clerk).count
                    return state.outputs(of: Self.teller).count <= taken
                },
                .always("no entry is taken twice") { state in
                    let taken = state.outputs(of: Self.clerk).suffix(2)
                    return taken.count < 2 || taken.first != taken.last
                },
                .eventually("all is booked") { state in
                    guard case .teller(let teller) = state[Self.teller] else { return true }
                    return teller.booked == goal
                },
            ],
            progress: .outputs(total: 2 * goal)
        )
    }
}
