import Exploration
import Nodes
import Testing

/// A node that does what a list of rules says, and keeps what it is told.
struct Puppet: Node {
    enum Words: Vocabulary {
        typealias Message = Int
        typealias Timer = Int
        typealias Output = Int
        typealias Saved = Int
    }

    enum Trigger: Hashable, Codable { case start, message(Int), timer(Int), idle }

    enum Action: Hashable, Codable {
        case send(Int, to: Int, Link)
        case arm(Int, from: Int, to: Int)
        case disarm(Int)
        case save(Int)
        case write(Int, then: Int)
        case watch(Int, Int)
        case emit(Int)
        case pause(Int)
        case resume(Int)
        case launch(Int)
        case kill(Int)
        case wantIdle, halt
    }

    struct Rule: Hashable, Codable {
        let trigger: Trigger
        let actions: [Action]
    }

    let rules: [Rule]
    var told: [Int] = []

    init(_ rules: [(Trigger, [Action])]) {
        self.rules = rules.map { Rule(trigger: $0.0, actions: $0.1) }
    }

    mutating func handle(_ call: Call<Words>, _ effects: inout Effects<Words>) {
        let trigger: Trigger =
            switch call {
            case .start: .start
            case .receive(let message, _): .message(message)
            case .fire(let timer): .timer(timer)
            case .idle: .idle
            }
        if case .message(let number) = trigger { told.append(number) }
        if case .timer(let number) = trigger { told.append(number) }
        if trigger == .idle { told.append(-1) }
        for rule in rules where rule.trigger == trigger {
            for action in rule.actions { act(action, &effects) }
        }
    }

    private func act(_ action: Action, _ effects: inout Effects<Words>) {
        switch action {
        case .send(let number, let other, let link):
            effects.send(number, to: NodeID(other), over: link)
        case .arm(let number, let from, let to):
            effects.arm(number, after: .seconds(from) ... .seconds(to))
        case .disarm(let number): effects.disarm(number)
        case .save(let number): effects.save(number, as: "it")
        case .write(let number, let then):
            effects.write(number, as: "it", then: then, otherwise: -then)
        case .watch(let other, let number): effects.watch(NodeID(other), reminding: number)
        case .emit(let number): effects.emit(number)
        case .pause(let other): effects.pause(NodeID(other))
        case .resume(let other): effects.resume(NodeID(other))
        case .launch(let other): effects.launch(NodeID(other))
        case .kill(let other): effects.kill(NodeID(other))
        case .wantIdle: effects.wantIdle()
        case .halt: effects.halt()
        }
    }
}

/// All lists of things told that a node can come to have; nil stands for a node that does not live.
func reachable(
    _ puppets: [[(Puppet.Trigger, [Puppet.Action])]],
    of index: Int = 0,
    launched: Set<Int> = [],
    options: ExplorationOptions = ExplorationOptions()
) throws -> Set<[Int]?> {
    let seen = Seen()
    let members = puppets.enumerated().map { place, rules in
        let puppet = Puppet(rules)
        return System<Puppet>.Member(
            "P\(place)",
            begins: launched.contains(place) ? .launched : .atOnce
        ) { puppet }
    }
    let system = try System(
        "puppets",
        members: members,
        properties: [
            .always("look") { state in
                seen.insert(state[NodeID(index)]?.told)
                return true
            }
        ]
    )
    let result = try Exploration(system, options: options).run()
    guard case .holds = result.verdict else {
        Issue.record("\(result.verdict)")
        return []
    }
    return seen.values
}
