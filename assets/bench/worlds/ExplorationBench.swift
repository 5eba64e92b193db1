import Exploration
import Foundation
import Nodes
import ReferenceModels

/// The speed and the memory of the explored world; best of three.
enum ExplorationBench {
    static func run(_ words: [String]) throws {
        let cores = words.first.flatMap { Int($0) } ?? 2
        let commit = try TwoPhaseCommit.system(resources: 8)
        let copies = try PrimaryBackup.system(puts: 6)
        print(
            "what                               cores     states  seconds    CPU s  states/s  /CPU s  bytes"
        )
        for cores in Set([1, cores]).sorted() {
            try measure(
                "two-phase commit, 8 (>= 400 k/core)",
                commit,
                ExplorationOptions(cores: cores),
                published: 1_745_408
            )
            try measure(
                "primary and backup (>= 150 k/core)",
                copies,
                ExplorationOptions(crashesMax: 3, cores: cores)
            )
        }
        print("target: at most 24 bytes a state")
    }

    private static func measure<N: Node>(
        _ what: String,
        _ system: System<N>,
        _ options: ExplorationOptions,
        published: Int? = nil
    ) throws {
        var best = Double.infinity
        // What a busy machine does not change much.
        var bestProcessor = Double.infinity
        var result: ExplorationResult<N>?
        for _ in 1...3 {
            let search = try Exploration(system, options: options)
            let began = clock()
            let took = ContinuousClock().measure { result = search.run() }
            best = min(best, took / .seconds(1))
            bestProcessor = min(bestProcessor, Double(clock() - began) / Double(CLOCKS_PER_SEC))
        }
        guard let result else { return }
        // A figure for another number of states, or for a search that was cut short, would be none.
        guard case .holds = result.verdict, published.map({ $0 == result.states }) ?? true else {
            print("\(what): \(result.verdict), \(result.states) states")
            exit(1)
        }
        let rate = Double(result.states) / best
        let numbers = [
            "\(options.cores)", "\(result.states)", String(format: "%.2f", best),
            String(format: "%.2f", bestProcessor),
            String(format: "%.0f k", rate / 1_000),
            String(format: "%.0f k", Double(result.states) / 1_000 / bestProcessor),
            String(format: "%.1f", result.bytesPerState),
        ]
        let widths = [5, 10, 8, 8, 9, 7, 6]
        let cells = zip(numbers, widths).map {
            String(repeating: " ", count: max(0, $1 - $0.count)) + $0
        }
        let name = what.padding(toLength: 35, withPad: " ", startingAt: 0)
        print(name + cells.joined(separator: " "))
    }
}
