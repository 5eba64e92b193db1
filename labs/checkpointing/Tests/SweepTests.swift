import Foundation
import Nodes
import Simulation
import Testing
import Text

@testable import CheckpointingSolution

/// A death between any two effects of the job whose matrix stands in `docs/crash-matrix.md`.
///
/// Here deaths come one at a time. With two in a run there are too many runs for a test: `make crash-matrix`.
@Suite struct SweepTests {
    private struct Cell: Hashable {
        let node: String
        let effect: String
        let handler: String
    }

    private func system() throws -> System<Role> {
        var options = PipelineOptions()
        options.files = 2
        options.wordsPerFile = 2
        options.stepBytes = 4
        options.checkpointInterval = .milliseconds(1)
        options.checkpointCountMax = 2
        return try PipelineSystem.make(try options.setup(), inputs: try options.inputs())
    }

    private func options(_ system: System<Role>) throws -> SimulationOptions {
        let faults = try FaultPlan(
            parsing: "slow Mapper_* by 8ms",
            nodes: system.members.map(\.name),
            progress: system.progress
        )
        return SimulationOptions(
            seed: 1,
            faults: faults,
            timeMax: .seconds(60),
            eventsMax: 100_000,
            checksPurity: false
        )
    }

    @Test func `the job takes two checkpoints before the last, one of them inside a file`() throws {
        let system = try system()
        var simulation = Simulation(system, try options(system))
        let outcome = simulation.run()
        #expect(outcome.verdict == .passed && outcome.completed == [1, 2, Pipeline.last])
        let cursors = outcome.places[1...2].map { $0.saved["1"] }
        #expect(
            cursors.contains {
                if case .cursor(let cursor, _)? = $0 { cursor.place.offset > 0 } else { false }
            }
        )
    }

    @Test func `it is exact, wherever a worker dies, and the page shows where`() throws {
        let system = try system()
        let sweep = CrashSweep(system, try options(system), restartAfter: nil)
        let result = try sweep.run(cores: 2)
        #expect(result.failures.isEmpty, "\(String(describing: result.failures.first))")
        #expect(result.isComplete && result.unlandedSingles == 0 && result.singles > 150)
        // The coordinator's life is taken for granted; all others die.
        #expect(
            Set(result.rows.map(\.node)) == ["Mapper_0", "Mapper_1", "Reducer_0", "Reducer_1"]
        )
        let page = try Self.page()
        #expect(page.contains("\(result.singles) runs with one crash"))
        let shown = Set(page.split(separator: "\n").compactMap(Self.cell))
        let fallen = Set(
            result.rows.map {
                Cell(
                    node: $0.node,
                    effect: $0.effect.isEmpty ? "nothing yet" : $0.effect,
                    handler: $0.handler
                )
            }
        )
        #expect(fallen.isSubset(of: shown), "\(fallen.subtracting(shown))")
        #expect(shown.count < 2 * fallen.count)
    }

    /// What a line of the matrix speaks of; its columns are two spaces or more apart.
    private static func cell(_ line: Substring) -> Cell? {
        let words = line.components(separatedBy: "  ").filter { !$0.isEmpty }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard let node = words.first, node.contains(/^(Mapper|Reducer)_\d$/) else { return nil }
        return Cell(
            node: node,
            effect: words[1],
            handler: words.count > 4 ? words[2] : ""
        )
    }

    private static func page(_ file: String = #filePath) throws -> String {
        let root = URL(fileURLWithPath: file).deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appendingPathComponent("docs/crash-matrix.md")
        return try String(contentsOf: page, encoding: .utf8)
    }
}
