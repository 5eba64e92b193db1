import Deployment
import Failpoints
import FoundationEssentials
import Glibc
import ParityScripts

// One node of a deployed run of the parity tests: its first word says of which kind the system is.

/// A system that cannot be made: the tests and this program are of different versions.
struct WrongWords: Error {}

let catalogue = FailpointCatalogue(deploymentFailpoints)
do {
    switch CommandLine.arguments.dropFirst().first {
    case "scripted":
        try NodeProcess.run(codec: .json, catalogue: catalogue) { words in
            guard let word = words.first else { throw WrongWords() }
            return try JSONDecoder().decode(ScriptedSystem.self, from: Data(word.utf8)).system()
        }
    case "journal":
        try NodeProcess.run(codec: .json, stores: { .journals }, catalogue: catalogue) { words in
            guard let word = words.first else { throw WrongWords() }
            return try JSONDecoder().decode(ScriptedSystem.self, from: Data(word.utf8)).system()
        }
    case "chaos":
        try NodeProcess.run(codec: .json, catalogue: catalogue) { words in
            guard words.count == 2, let seed = Int(words[1]) else { throw WrongWords() }
            return try Chaos.system(named: words[0], seed: seed)
        }
    default: exit(EX_USAGE)
    }
} catch {
    let line = Array("parity-node: \(error)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(error.status)
}
