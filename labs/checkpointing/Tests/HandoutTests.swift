import Foundation
import Processes
import Testing

@testable import CheckpointingSolution

/// The handout shows what the commands say today.
///
/// It runs its blocks one after the other, in one folder: what an earlier one has made, a later one finds.
@Suite struct HandoutTests {
    /// A command of the handout, and what stands below it.
    struct Shown {
        let command: String
        let output: String
        /// Whether real processes made it: a block that begins with `console varying`.
        let varies: Bool
    }

    private static let page: String = {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("README.md")
        return String(
            decoding: FileManager.default.contents(atPath: page.path) ?? Data(),
            as: UTF8.self
        )
    }()

    /// The commands of the blocks that show output, in order; a block may hold several.
    private var shown: [Shown] {
        Self.page.components(separatedBy: "```").flatMap { piece -> [Shown] in
            let starts = ["console\n$ ", "console varying\n$ "]
            guard let start = starts.first(where: piece.hasPrefix) else { return [] }
            return piece.dropFirst(start.count).components(separatedBy: "\n$ ").map { text in
                let lines = text.split(
                    separator: "\n",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                // Of all but the last, the end of its last line went with the next `$`.
                let output = lines.count > 1 ? String(lines[1]) : ""
                let isWhole = output.isEmpty || output.hasSuffix("\n")
                return Shown(
                    command: String(lines[0]),
                    output: isWhole ? output : output + "\n",
                    varies: start == starts[1]
                )
            }
        }
    }

    @Test func `its output is that of its commands, one after the other`() throws {
        let place = try Place()
        #expect(shown.count { !$0.varies } > 4)
        #expect(shown.count { $0.varies } > 9)
        for shown in shown {
            let output = try place.run(shown.command)
            let isAsShown =
                shown.varies ? Self.isAlike(output, shown.output) : output == shown.output
            #expect(isAsShown, "\(shown.command)\n\(output)")
        }
    }

    @Test func `the command beside each riddle refutes its variant`() throws {
        let rows = Self.page.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("| `"), line.contains("--variant") else { return nil }
            return line.split(separator: "`").last { $0.hasPrefix("checkpointing") }.map(
                String.init
            )
        }
        let named = Variant.allCases.filter { variant in
            rows.contains { $0.contains("--variant \(variant)") }
        }
        #expect(named == Variant.allCases.filter { $0 != .right })
        let place = try Place()
        for row in rows {
            let output = try place.run("\(row); echo status $?")
            #expect(output.hasSuffix("\nstatus 1\n"), "\(row)\n\(output)")
        }
    }

    @Test func `what varies is compared all the same, but for times, sizes and counts`() {
        let page = """
            counted: 200 words, 36 different, in 0.1 s
              checkpoints: 1 complete
              saving a part: 4 times, 1.6 ms at the median, 2.8 ms at most
              recovery 1 to the beginning: Mapper_0, died; counting again after 3.2 ms
              …
              faults: 1 of 1 landed

            """
        let lines = [
            "counted: 200 words, 36 different, in 2.5 s", "  checkpoints: 3 complete, 1 given up",
            "    checkpoint 2: Mapper_0, workerLost",
            "  saving a part: 14 times, 0.6 ms at the median, 22.8 ms at most",
            "  recovery 1 to checkpoint 4: Mapper_0, died", "  something", "  else",
            "  faults: 1 of 1 landed", "",
        ]
        func isAlike(_ lines: [String]) -> Bool {
            Self.isAlike(lines.joined(separator: "\n"), page)
        }
        #expect(isAlike(lines))
        #expect(!isAlike(["counted: 199 words, 36 different, in 2.5 s"] + lines.dropFirst()))
        #expect(!isAlike(lines.map { $0.replacing("died", with: "silent") }))
        #expect(!isAlike(lines.map { $0.replacing("1 of 1", with: "0 of 1") }))
        #expect(!isAlike(Array(lines[..<5] + lines[7...])), "… stands for one line or more")
        #expect(!isAlike(lines + ["more"]))
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

    /// Without what is up to the machine: how long, how much, and how many checkpoints there was time for.
    private static func masked(_ text: String) -> String {
        text.replacing(#/in [0-9.]+ s\b/#, with: "in # s")
            .replacing(#/; counting again after [0-9.]+ ms/#, with: "")
            .replacing(#/[0-9.]+ ms\b/#, with: "# ms")
            .replacing(#/: [0-9]+ times/#, with: ": # times")
            .replacing(#/: [0-9]+ complete(, [0-9]+ given up)?/#, with: ": # complete")
            .replacing(#/ {4}checkpoint [0-9]+: .*\n/#, with: "")
            .replacing(#/to (the beginning|checkpoint [0-9]+):/#, with: "to #:")
            .replacing(#/[0-9]+ of [0-9]+ events/#, with: "# events")
            .replacing(#/[0-9]+ B\b/#, with: "# B")
            .replacing(#/-{3,}/#, with: "---")
            .replacing(#/(\S) {2,}/#) { "\($0.1) " }
            .replacing(#/ +\n/#, with: "\n")
    }
}

extension HandoutTests {
    /// A folder in which commands of the handout are typed.
    private final class Place {
        private let folder: URL

        init() throws {
            // Short, since the path of a Unix socket is.
            let name = "ch-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
            folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        /// What a command says to a shell; what it complains of is part of that.
        func run(_ command: String) throws -> String {
            let path = folder.appendingPathComponent("said").path
            let output = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            defer { close(output) }
            let script = "PATH=\"$1:$PATH\"\n\(command)"
            var child = ChildProcess.Command(
                "/bin/sh",
                ["-c", script, "sh", Self.programs]
            )
            child.directory = folder.path
            child.output = output
            child.error = output
            let process = try ChildProcess(child)
            _ = try #require(process.wait(upTo: .seconds(300)), "still running: \(command)")
            return String(
                decoding: FileManager.default.contents(atPath: path) ?? Data(),
                as: UTF8.self
            )
        }

        /// The programs lie beside the bundle of the tests.
        private static let programs: String = {
            let test = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: test ?? "").deletingLastPathComponent().path
        }()
    }
}
