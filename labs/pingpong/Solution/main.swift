import LabKit
import Worlds

let worlds = SystemCommands("pingpong", defaults: PingPongOptions()) {
    Option.value("--goal", "N", \.goal, .whole(in: 1...1_000_000), "how many answers to get")
    Option.value("--variant", "NAME", \.variant, .choice, "the client, or one with a mistake")
} system: {
    try PingPongSystem.make(goal: $0.goal, variant: $0.variant)
}

Program(
    "pingpong",
    summary: "ask until it is answered, over a network that loses, doubles and reorders",
    version: "0.2.0",
    commands: worlds.all
).main()
