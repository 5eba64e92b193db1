import LabKit
import Nodes
import Worlds

let worlds = SystemCommands("ledger", defaults: Ledger()) {
    Option.value("--goal", "N", \.goal, .whole(in: 1...1_000_000), "how many entries to book")
    Option.value("--mistake", "NAME", \.mistake, .choice, "what its author got wrong")
    Option.value("--link", "NAME", \.link, .choice, "over what messages travel")
} system: {
    try $0.system()
}

Program("ledger", summary: "book entries", version: "0", commands: worlds.all).main()
