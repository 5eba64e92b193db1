import Chance
import Nodes
import Testing

/// Any text gives a plan or `Malformed`: none traps, and none takes long.
@Suite struct FaultPlanFuzzTests {
    private static let pieces = [
        "kill", "stop", "slow", "drift", "skew", "corrupt", "lose", "duplicate", "delay",
        "partition", "random", "kills=2", "restart=1s", "within", "=", "at", "after", "for", "by",
        "as", "restart", "3", "saves", "1 save", "20%", "-5%", "1s", "1.5ms", "1ms..5ms", "..",
        "Client", "Server", "Mapper_*", "*", "**", ",", "|", "→", "->", "<->", "↔", ";", "#", "\n",
        "\r\n", "\"", "\\", "\u{301}", "👨‍👩‍👧", "\0", "µs", "nan", "99999999999999999999", "0", "%",
        ".",
        "\u{2028}", "\u{202E}", "\u{1F1E9}", " ", "  ",
    ]

    /// What is checked of every text: an error lies in the text, and a plan reads back.
    private func check(_ text: String, _ seed: UInt64) {
        let names = PlanSource.names
        do throws(FaultPlan.Malformed) {
            let request = try FaultPlan.Request(parsing: text, nodes: names, progress: .inputs)
            let again = try FaultPlan.Request(
                parsing: "\(request)",
                nodes: names,
                progress: .inputs
            )
            #expect(again == request, "seed \(seed): \(text)")
        } catch {
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            let isInText =
                (1...lines.count).contains(error.line)
                && (1...lines[error.line - 1].count + 1).contains(error.column)
            if !isInText || error.description.contains(where: \.isNewline) {
                Issue.record("seed \(seed): \(error) for \(text.debugDescription)")
            }
        }
    }

    @Test(arguments: [UInt64](0..<50))
    func `texts of the grammar's words in any order`(seed: UInt64) {
        var source = PlanSource(seed: seed)
        for _ in 0..<1000 {
            let count = source.chance.next(below: 12)
            let space = source.pick([" ", " ", ""])
            let text = (0..<count).map { _ in source.pick(Self.pieces) }.joined(separator: space)
            check(text, seed)
        }
    }

    @Test(arguments: [UInt64](50..<100))
    func `plans with some of their characters changed`(seed: UInt64) {
        var source = PlanSource(seed: seed)
        for _ in 0..<1000 {
            var scalars = Array("\(source.plan())".unicodeScalars)
            for _ in 0...source.chance.next(below: 3) {
                let place = Int(source.chance.next(below: UInt64(scalars.count + 1)))
                let end = min(scalars.count, place + Int(source.chance.next(below: 3)))
                scalars.replaceSubrange(place..<end, with: source.pick(Self.pieces).unicodeScalars)
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            check(String(text), seed)
        }
    }

    @Test func `a long text is read in one go`() throws {
        let count = 20_000
        let text = String(repeating: "lose 20% Client→Server at 1s; ", count: count)
        let plan = try FaultPlan(parsing: text, nodes: PlanSource.names)
        #expect(plan.faults.count == count)
        let stars = "kill " + String(repeating: "*_", count: count)
        #expect(throws: FaultPlan.Malformed.self) {
            try FaultPlan(parsing: stars, nodes: PlanSource.names)
        }
    }
}
