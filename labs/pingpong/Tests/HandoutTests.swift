import Foundation
import Testing

/// The handout shows what the commands say today.
@Suite struct HandoutTests {
    /// A command of the handout, and what stands below it.
    struct Shown {
        let command: String
        let output: String
    }

    /// The commands of the blocks that show output, in order.
    private var shown: [Shown] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("README.md")
        let bytes = FileManager.default.contents(atPath: page.path) ?? Data()
        let pieces = String(decoding: bytes, as: UTF8.self).components(separatedBy: "```")
        return pieces.compactMap { piece in
            let start = "console\n$ "
            guard piece.hasPrefix(start) else { return nil }
            let lines = piece.dropFirst(start.count).split(
                separator: "\n",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            return Shown(command: String(lines[0]), output: String(lines.last ?? ""))
        }
    }

    @Test func `its output is that of its commands, one after the other`() throws {
        let pingpong = try Pingpong()
        let all = shown
        #expect(all.count > 8)
        for shown in all {
            let outcome = try pingpong.runAsTyped(shown.command)
            #expect(outcome.output == shown.output, "\(shown.command)")
            #expect(outcome.errors.isEmpty)
        }
    }
}
