import Nodes

/// Whoever takes part in the ledger.
enum Desk: Node {
    case teller(Teller)
    case clerk(Clerk)

    mutating func handle(_ call: Call<Ledger.Words>, _ effects: inout Effects<Ledger.Words>) {
        switch self {
        case .teller(var node):
            node.handle(call, &effects)
            self = .teller(node)
        case .clerk(var node):
            node.handle(call, &effects)
            self = .clerk(node)
        }
    }
}
