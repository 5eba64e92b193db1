import Foundation
import Testing

/// The handout shows what the commands say today, and the figures what they draw.
@Suite struct HandoutTests {
    /// A command of the handout, and what stands below it.
    struct Shown {
        let command: String
        let output: String
        /// Whether real processes made it: a block that begins with `console varying`.
        let varies: Bool
    }

    private static let house = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func bytes(_ path: String) -> Data {
        FileManager.default.contents(atPath: house.appendingPathComponent(path).path) ?? Data()
    }

    /// The commands of the blocks that show output, in order.
    private var shown: [Shown] {
        let page = String(decoding: Self.bytes("labs/vectorclocks/README.md"), as: UTF8.self)
        return page.components(separatedBy: "```").compactMap { piece in
            let starts = ["console\n$ ", "console varying\n$ "]
            guard let start = starts.first(where: piece.hasPrefix) else { return nil }
            let lines = piece.dropFirst(start.count).split(
                separator: "\n",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            return Shown(
                command: String(lines[0]),
                output: String(lines.last ?? ""),
                varies: start == starts[1]
            )
        }
    }

    @Test func `its output is that of its commands, one after the other`() throws {
        let program = try Vectorclocks()
        let all = shown
        #expect(all.count > 6)
        for shown in all {
            let outcome = try program.runAsTyped(shown.command)
            let isAsShown =
                shown.varies
                ? Self.isAlike(outcome.output, shown.output) : outcome.output == shown.output
            #expect(isAsShown, "\(shown.command)\n\(outcome.output)")
            #expect(outcome.errors.isEmpty)
        }
    }

    @Test func `only what real processes do may vary`() {
        for shown in shown where shown.varies {
            #expect(shown.command.hasPrefix("vectorclocks run --deployed"), "\(shown.command)")
        }
    }

    @Test(arguments: [
        "run timekeeping", "run drifting-clocks", "run never-occurred", "run vector-snapshot",
        "ntp --rounds 6",
    ])
    func `a figure is what its command draws`(_ command: String) throws {
        let program = try Vectorclocks()
        let words = command.split(separator: " ")
        let name = words[0] == "ntp" ? "ntp" : words[1]
        let outcome = try program.runAsTyped("vectorclocks \(command) --svg figure.svg")
        #expect(outcome.status == 0)
        let figure = Self.bytes("assets/figures/vectorclocks-\(name).svg")
        #expect(
            program.bytes("figure.svg") == figure,
            "make it anew: vectorclocks \(command) --svg assets/figures/vectorclocks-\(name).svg"
        )
    }

    @Test func `the scenario that the page on scenarios shows is one`() throws {
        let page = String(decoding: Self.bytes("docs/scenarios.md"), as: UTF8.self)
        let blocks = page.components(separatedBy: "```scenario\n").dropFirst()
        #expect(blocks.count == 1)
        let program = try Vectorclocks()
        for block in blocks {
            try program.write(block.components(separatedBy: "```")[0], to: "shown.scenario")
            #expect(try program.run("run", "shown.scenario").status == 0)
        }
    }

    /// Whether real processes said what the page shows, as far as that is the same each time.
    private static func isAlike(_ output: String, _ page: String) -> Bool {
        func lines(_ text: String) -> ArraySlice<Substring> {
            masked(text).split(separator: "\n", omittingEmptySubsequences: false)[...]
        }
        return isAlike(lines(output), lines(page))
    }

    /// A line of the page that is nothing but `…` stands for one line or more.
    private static func isAlike(
        _ output: ArraySlice<Substring>,
        _ page: ArraySlice<Substring>
    ) -> Bool {
        guard let line = page.first else { return output.isEmpty }
        let rest = page.dropFirst()
        guard line.drop(while: { $0 == " " }) == "…" else {
            return output.first == line && isAlike(output.dropFirst(), rest)
        }
        return output.indices.contains { isAlike(output[($0 + 1)...], rest) }
    }

    /// Without what is up to the machine.
    private static func masked(_ text: String) -> String {
        text.replacing(#/[0-9]+\.[0-9]+ s\b/#, with: "# s")
            .replacing(#/[0-9]+ events?/#, with: "# events")
            .replacing(#/[0-9]+ hits?/#, with: "# hits")
            .replacing(#/at event [0-9]+/#, with: "at event #")
    }
}
