/// What a command was asked for: the lab's own options, and those of the world.
struct Asked<Lab: Sendable, World: Sendable>: Sendable {
    var lab: Lab
    /// The words that chose the lab's options, to be said again.
    var labWords: [String] = []
    var world: World
    /// The words that chose the world's options.
    var worldWords: [String] = []
}
