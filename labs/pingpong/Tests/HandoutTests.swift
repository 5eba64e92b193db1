import Foundation
import Testing

/// The handout shows what the commands say today.
@Suite struct HandoutTests {
    /// A command of the handout, and what stands below it.
    struct Shown {
        let command: String
        let output: String
        /// Whether real processes made it: a block that begins with `console varying`.
        let varies: Bool
    }

    /// The commands of the blocks that show output, in order.
    private var shown: [Shown] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("README.md")
        let bytes = FileManager.default.contents(atPath: page.path) ?? Data()
        let pieces = String(decoding: bytes, as: UTF8.self).components(separatedBy: "```")
        return pieces.compactMap { piece in
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
        let pingpong = try Pingpong()
        let all = shown
        #expect(all.count { !$0.varies } > 8)
        #expect(all.count { $0.varies } > 3)
        for shown in all {
            let outcome = try pingpong.runAsTyped(shown.command)
            let isAsShown =
                shown.varies
                ? Self.isAlike(outcome.output, shown.output) : outcome.output == shown.output
            #expect(isAsShown, "\(shown.command)\n\(outcome.output)")
            #expect(outcome.errors.isEmpty)
        }
    }

    @Test func `only what real processes do may vary`() {
        for shown in shown where shown.varies {
            #expect(shown.command.hasPrefix("pingpong run"), "\(shown.command)")
        }
    }

    @Test func `what varies is compared all the same, but for times and counts`() {
        let page = """
            passed: pingpong, deployed, seed 1
              0.067 s, 2 processes, 17 events
              …
                answered(question: 3, by: 3)

            """
        let lines = [
            "passed: pingpong, deployed, seed 1", "  0.123456 s, 2 processes, 21 events",
            "  outputs of Client:", "    answered(question: 3, by: 3)", "",
        ]
        func isAlike(_ lines: [String]) -> Bool {
            Self.isAlike(lines.joined(separator: "\n"), page)
        }
        #expect(isAlike(lines))
        #expect(!isAlike(["failed" + lines[0].dropFirst(6)] + lines.dropFirst()))
        #expect(!isAlike([lines[0], "  0.123456 s, 3 processes, 21 events"] + lines[2...]))
        #expect(!isAlike(Array(lines[..<3]) + ["    answered(question: 3, by: 2)", ""]))
        #expect(!isAlike(lines + ["more"]))
        #expect(!isAlike(Array(lines[..<2] + lines[3...])), "… stands for one line or more")
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
            .replacing(#/[0-9]+ waiting for it/#, with: "# waiting for it")
    }
}
