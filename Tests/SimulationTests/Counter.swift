import Nodes
import Simulation

/// One who counts and one who is counted for: small enough that each fault shows in what is counted.
enum Counting: Vocabulary {
    enum Message: Hashable, Codable {
        case add(number: Int)
    }
    enum Timer: Hashable, Codable {
        case tick
    }
    enum Output: Hashable, Codable {
        case counted(number: Int)
        case damaged
    }
    struct Saved: Hashable, Codable {
        let count: Int
    }
}

/// Sends `goal` numbers over a link, one at each tick, and halts.
struct Feeder: Node {
    let counter: NodeID
    let goal: Int
    let link: Link
    var sent = 0

    mutating func start(_ effects: inout Effects<Counting>) {
        effects.arm(.tick, after: .milliseconds(10))
    }

    mutating func fire(_ timer: Counting.Timer, _ effects: inout Effects<Counting>) {
        sent += 1
        effects.send(.add(number: sent), to: counter, over: link)
        if sent < goal { effects.arm(.tick, after: .milliseconds(10)) } else { effects.halt() }
    }
}

/// Emits each number that comes and saves how many came, in this order.
struct Counter: Node {
    var count = 0

    mutating func start(_ effects: inout Effects<Counting>) {
        do throws(DamagedSave) {
            count = try effects.saved("count")?.count ?? 0
        } catch {
            effects.emit(.damaged)
        }
    }

    mutating func receive(
        _ message: Counting.Message,
        from sender: NodeID,
        _ effects: inout Effects<Counting>
    ) {
        switch message {
        case .add(let number):
            count += 1
            effects.emit(.counted(number: number))
            effects.save(.init(count: count), as: "count")
        }
    }
}

enum CountingRole: Node {
    case feeder(Feeder)
    case counter(Counter)

    mutating func handle(_ call: Call<Counting>, _ effects: inout Effects<Counting>) {
        switch self {
        case .feeder(var node):
            node.handle(call, &effects)
            self = .feeder(node)
        case .counter(var node):
            node.handle(call, &effects)
            self = .counter(node)
        }
    }

    static let feeder = NodeID(0)
    static let counter = NodeID(1)

    static func system(
        goal: Int = 20,
        link: Link = .datagram,
        properties: [Property<CountingRole>] = []
    ) throws -> System<CountingRole> {
        try System(
            "counting",
            members: [
                .init("Feeder") { .feeder(Feeder(counter: counter, goal: goal, link: link)) },
                .init("Counter") { .counter(Counter()) },
            ],
            properties: properties,
            progress: .outputs(total: goal)
        )
    }
}

extension Outcome<CountingRole> {
    /// The numbers that were counted, in order.
    var counted: [Int] {
        places[CountingRole.counter.index].outputs.compactMap { output in
            switch output {
            case .counted(let number): number
            case .damaged: nil
            }
        }
    }
}
