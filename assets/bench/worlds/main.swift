import Foundation

// `worlds-bench WORD...` measures what the words name.

let benches = [
    "explore": ExplorationBench.run,
    "simulate": { _ in try SimulationBench.run() },
]
let words = CommandLine.arguments.dropFirst()
guard let bench = words.first.flatMap({ benches[$0] }) else {
    FileHandle.standardError.write(Data("usage: worlds-bench explore [cores] | simulate\n".utf8))
    exit(64)
}
try bench(Array(words.dropFirst()))
