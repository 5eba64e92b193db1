import Foundation
import Testing
import Text

@testable import LabInput
@testable import LabKit

/// Which files are counted and how, as the labs' command lines say it.
@Suite struct InputOptionsTests {
    private struct Sample: TakesInput {
        var input = InputOptions()
    }

    @Test func `a file is text, split at white space, unless one says otherwise`() {
        let options = InputOptions()
        #expect(options.format == .text && options.tokenizer == .whiteSpace)
    }

    @Test(arguments: InputOptions.FileFormat.allCases, [true, false])
    func `classic means tables, split at single spaces, whatever the format`(
        format: InputOptions.FileFormat,
        isClassic: Bool
    ) {
        var options = InputOptions()
        options.fileFormat = format
        options.classic = isClassic
        options.column = "words"
        let isTable = isClassic || format == .csv
        #expect(options.format == (isTable ? .csv(column: "words") : .text))
        #expect(options.tokenizer == (isClassic ? .singleSpace : .whiteSpace))
    }

    @Test func `what contradicts itself is refused in a line`() {
        func refusal(
            _ given: Set<String>,
            _ change: (inout InputOptions) -> Void
        ) -> String? {
            var options = InputOptions()
            change(&options)
            do {
                try options.check(given: given)
                return nil
            } catch {
                return "\(error)"
            }
        }
        let csv = { (options: inout InputOptions) in options.fileFormat = .csv }
        let classic = { (options: inout InputOptions) in options.classic = true }
        #expect(refusal([]) { _ in } == nil)
        #expect(refusal(["--column", "--format"], csv) == nil)
        #expect(refusal(["--column", "--classic"], classic) == nil)
        #expect(
            refusal(["--classic", "--format"], classic)?
                .contains("--classic counts CSV files: it excludes --format text") == true
        )
        #expect(
            refusal(["--column"]) { _ in }?.contains("--column needs --format csv or --classic")
                == true
        )
    }

    @Test func `a path that is not there is a line and status 66`() throws {
        var options = InputOptions()
        options.data = [Argument("/nowhere/at-all")]
        let failure = try #require(throws: CommandFailure.self) { try options.files() }
        #expect(failure.status == .noInput)
        #expect("\(failure)".contains("/nowhere/at-all"))
    }

    @Test func `files are found in folders, each once, in order`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("input-\(UInt64.random(in: 0...UInt64.max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("b"),
            withIntermediateDirectories: true
        )
        for name in ["c", "a", "b/d"] {
            try Data("x".utf8).write(to: folder.appendingPathComponent(name))
        }
        var options = InputOptions()
        options.data = [Argument(folder.path), Argument(folder.appendingPathComponent("a").path)]
        let names = try options.files().map { "\($0.path)".dropFirst(folder.path.count + 1) }
        #expect(Set(names) == ["a", "b/d", "c"] && names.count == 3)
    }

    @Test func `of the shared options only data must be given, and only where files are needed`() {
        let shared = Sample.inputOptions.map(\.name)
        #expect(shared == ["--data"] + Sample.formatOptions.map(\.name))
        #expect(Sample.formatOptions.map(\.name) == ["--format", "--column", "--classic"])
    }
}
