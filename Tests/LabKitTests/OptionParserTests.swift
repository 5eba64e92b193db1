import Testing

@testable import LabKit

/// The message for a command line that has what is required, and then `arguments`.
private func message(_ arguments: Argument...) -> String? {
    do {
        _ = try SampleOptions.parser.parse(["--data", "a"] + arguments)
        return nil
    } catch {
        return error.message
    }
}

private func options(_ arguments: Argument...) throws -> SampleOptions {
    try SampleOptions.parser.parse(["--data", "a"] + arguments).options
}

@Suite struct `Options are read` {
    @Test func `what is not given keeps its default`() throws {
        var expected = SampleOptions()
        expected.data = ["a"]
        #expect(try options() == expected)
    }

    @Test func `a value stands behind its option or behind an equals sign`() throws {
        #expect(try options("--workers", "4").workers == 4)
        #expect(try options("--workers=4").workers == 4)
        #expect(try options("--output=a=b").output == "a=b")
        #expect(try options("--output=").output == "")
        #expect(try options("--output=--verify").output == "--verify")
    }

    @Test func `a list takes values up to the next option and goes on when given again`() throws {
        let result = try SampleOptions.parser.parse([
            "--data", "a", "b", "--verify", "--data", "c", "--data=--d", "--data", "-", "-1",
        ])
        #expect(result.options.data == ["a", "b", "c", "--d", "-", "-1"])
        #expect(result.options.verify)
    }

    @Test func `what was given can be asked, even if it is the default`() throws {
        let result = try SampleOptions.parser.parse(["--data", "a", "--workers", "2", "--verify"])
        #expect(result.given == ["--data", "--workers", "--verify"])
    }

    @Test func `a path keeps bytes that are no text`() throws {
        let path = Argument(bytes: [0x2F, 0xFF, 0xFE])
        let inline = Argument(bytes: Array("--data=".utf8) + path.bytes)
        #expect(try SampleOptions.parser.parse(["--data", path]).options.data == [path])
        #expect(try SampleOptions.parser.parse([inline]).options.data == [path])
    }

    @Test func `negative numbers are values, words with dashes are not`() throws {
        #expect(try options("--seed", "-1").seed == -1)
        #expect(try options("--seed=-1").seed == -1)
        #expect(message("--seed", "--verify") == "--seed needs a value: a whole number")
        #expect(message("--seed", "-x") == "--seed needs a value: a whole number")
        #expect(message("--seed", "--") == "--seed needs a value: a whole number")
        #expect(message("--seed") == "--seed needs a value: a whole number")
        #expect(message("--loss", "-.5") == "--loss takes a number from 0 to 1, not '-.5'")
    }

    @Test func `two dashes end the options`() throws {
        struct Files { var files: [Argument] = [], first: Argument = "", loud = false }
        let parser = OptionParser(defaults: Files()) {
            Option.flag("--loud", \.loud, "")
            Option.argument("FIRST", \.first, .path, "")
            Option.arguments("FILE", \.files, .path, count: 1...2, "")
        }
        let read = try parser.parse(["a", "--loud", "--", "--loud", "-h"]).options
        #expect(read.first == "a" && read.files == ["--loud", "-h"] && read.loud)
        #expect(throws: UsageError("FIRST is missing: a path")) { try parser.parse(["--"]) }
        #expect(throws: UsageError("FILE is missing: a path")) { try parser.parse(["a"]) }
        #expect(throws: UsageError("unexpected argument 'd'")) {
            try parser.parse(["a", "b", "c", "d"])
        }
    }
}

@Suite struct `Every mistake has its line` {
    @Test func `an unknown option is named, with the nearest one if it is near`() {
        #expect(message("--worker=3") == "unknown option '--worker' (did you mean '--workers'?)")
        #expect(message("--wokrers") == "unknown option '--wokrers' (did you mean '--workers'?)")
        #expect(message("-workers", "3") == "unknown option '-workers' (did you mean '--workers'?)")
        #expect(message("--hlep") == "unknown option '--hlep' (did you mean '--help'?)")
        #expect(message("--nothing-like-it") == "unknown option '--nothing-like-it'")
        #expect(message("-x") == "unknown option '-x'")
    }

    @Test func `an abbreviation is refused, however clear`() {
        #expect(message("--verif") == "unknown option '--verif' (did you mean '--verify'?)")
        #expect(message("--claim", "1") == "unknown option '--claim'")
    }

    @Test func `a hidden option works and is never suggested`() throws {
        #expect(try options("--trace").trace)
        #expect(message("--tracee") == "unknown option '--tracee'")
    }

    @Test func `an option given twice is an error, a list is not`() {
        #expect(message("--workers", "1", "--workers=1") == "--workers is given twice")
        #expect(message("--verify", "--verify") == "--verify is given twice")
        #expect(message("--data", "b") == nil)
    }

    @Test func `a flag takes no value`() {
        #expect(message("--verify=yes") == "--verify takes no value, not 'yes'")
        #expect(message("--verify", "yes") == "unexpected argument 'yes'")
    }

    @Test func `a list needs at least one value`() {
        #expect(message("--data", "--verify") == "--data needs a value: a path")
        #expect(message("--data=") == "--data takes a path, not ''")
    }

    @Test func `what is required, needed or excluded is said`() {
        #expect(throws: UsageError("--data is missing: a path")) {
            try SampleOptions.parser.parse(["--verify"])
        }
        #expect(message("--downtime", "1") == "--downtime needs --kill-redis as well")
        #expect(message("--downtime", "1", "--kill-redis", "5%") == nil)
        #expect(
            message("--format", "csv", "--classic") == "--classic and --format exclude each other"
        )
    }

    @Test func `a kind of one's own says what it takes, or what it likes`() throws {
        #expect(try options("--kill-redis", "30%").killRedis == SampleOptions.Share(percent: 30))
        #expect(message("--kill-redis", "x") == "--kill-redis takes a share such as 30%, not 'x'")
        #expect(message("--kill-redis", "101%") == "--kill-redis: there is no more than 100%")
    }

    @Test func `a choice lists what there is`() throws {
        #expect(try options("--format", "csv").format == .csv)
        #expect(message("--format", "CSV") == "--format takes text or csv, not 'CSV'")
    }

    @Test func `text that is not UTF-8 is refused where text is wanted`() {
        let stray = Argument(bytes: [0x61, 0xFF])
        #expect(message("--output", stray) == "--output takes text in UTF-8, not 'a\\xFF'")
    }

    @Test func `what is shown of an argument stays on one line and short`() {
        #expect(
            message("--format", "a\nb\u{1B}[31m\u{202E}")
                == "--format takes text or csv, not 'a\\nb\\u{1B}[31m\\u{202E}'"
        )
        #expect(message("--\n") == "unknown option '--\\n'")
        let long = Argument(String(repeating: "x", count: 100_000))
        #expect((message("--format", long) ?? "").count < 100)
        #expect((message(Argument("--" + long.text)) ?? "").count < 100)
    }
}

@Suite struct `Numbers and times` {
    @Test(arguments: [
        "0", "65", "-1", "x", "", " 4", "4 ", "+4", "4.0", "0x4", "4e0", "٤", "4\n", "--4",
        "99999999999999999999999999",
    ]) func `a whole number within a range is that and nothing else`(text: String) {
        let expected = UsageError(
            "--workers takes a whole number from 1 to 64, not \(Argument(text).quoted)"
        )
        #expect(throws: expected) {
            try SampleOptions.parser.parse(["--data", "a", Argument("--workers=" + text)])
        }
    }

    @Test func `the ends of a range and of a type belong to it`() throws {
        #expect(try options("--workers", "1").workers == 1)
        #expect(try options("--workers", "64").workers == 64)
        #expect(try options("--seed", "\(Int64.min)").seed == .min)
        #expect(try options("--seed", "\(Int64.max)").seed == .max)
        #expect(
            message("--seed", "9223372036854775808")
                == "--seed takes a whole number, not '9223372036854775808'"
        )
        #expect(
            message("--fanout", "256") == "--fanout takes a whole number from 1 to 255, not '256'"
        )
    }

    @Test func `the range of a whole number is told in words`() {
        #expect(ValueKind<Int>.whole().takes == "a whole number")
        #expect(ValueKind<Int>.whole(in: 1...Int.max).takes == "a whole number from 1")
        #expect(ValueKind<Int>.whole(in: Int.min...0).takes == "a whole number up to 0")
        #expect(ValueKind<UInt64>.whole().takes == "a whole number from 0")
        #expect(ValueKind<Int8>.whole().takes == "a whole number from -128 to 127")
    }

    @Test(arguments: [
        ("0", Duration.zero), ("1", .seconds(1)), ("0.25", .milliseconds(250)),
        ("1.0", .seconds(1)),
        (".5", .milliseconds(500)), ("3600", .seconds(3600)), ("007", .seconds(7)),
        ("0.000000000000000001", Duration(secondsComponent: 0, attosecondsComponent: 1)),
        (
            "3599.999999999999999999",
            .seconds(3600) - Duration(secondsComponent: 0, attosecondsComponent: 1)
        ),
    ]) func `a time in seconds is read exactly`(text: String, expected: Duration) throws {
        #expect(try options("--claim-after", Argument(text)).claimAfter == expected)
    }

    @Test(arguments: [
        "", ".", "1.", "-1", "-0", "+1", "nan", "inf", "infinity", "1e3", "0x1", "1,5", "1s", " 1",
        "1.-5", "1..5", "1.5.5", "3600.000000000000000001", "0.0000000000000000001", "٣",
        "9223372036854775808", "99999999999999999999999999999999",
    ]) func `a time that is not plain seconds is refused`(text: String) {
        let expected = UsageError(
            "--claim-after takes seconds from 0 to 3600, not \(Argument(text).quoted)"
        )
        #expect(throws: expected) {
            try SampleOptions.parser.parse(["--data", "a", Argument("--claim-after=" + text)])
        }
    }

    @Test(arguments: ["", "nan", "inf", "1.1", "-0.1", "0x0", "1e999", "+1", "0,5", "."])
    func `a number is finite, decimal and within its range`(text: String) {
        #expect(throws: UsageError("--loss takes a number from 0 to 1, not '\(text)'")) {
            try SampleOptions.parser.parse(["--data", "a", Argument("--loss=" + text)])
        }
    }

    @Test func `a number may have decimals`() throws {
        #expect(try options("--loss", "0.125").loss == 0.125)
        #expect(try options("--loss", "1e-1").loss == 0.1)
    }
}

@Suite struct `Whatever the arguments` {
    private static let pieces: [[UInt8]] =
        [
            "--data", "--workers", "--seed", "--loss", "--format", "--claim-after", "--output",
            "--kill-redis", "--downtime", "--verify", "--classic", "--trace", "--", "-", "=", "-1",
            "1", "0.5", "csv", "30%", "a", "\n", "\u{1B}[2J", "\u{202E}", "é", "🙂", ".", "", "-h",
            "18446744073709551616",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0x01, 0x80]]

    /// Every outcome is a value or an error of one line; a crash would end the test process.
    @Test(arguments: 0..<20) func `the outcome is a value or one line`(seed: UInt64) {
        var chance = SeededGenerator(state: seed)
        var valueCount = 0
        for _ in 0..<500 {
            let arguments = (0..<Int.random(in: 0...7, using: &chance)).map { _ in
                let count = [1, 1, 1, 2, 3].randomElement(using: &chance) ?? 1
                return Argument(
                    bytes: (0..<count).flatMap { _ in
                        Self.pieces.randomElement(using: &chance) ?? []
                    }
                )
            }
            do {
                let result = try SampleOptions.parser.parse(["--data", "x"] + arguments)
                #expect((1...64).contains(result.options.workers))
                #expect((0...1).contains(result.options.loss))
                valueCount += 1
            } catch {
                let isPlain = error.message.unicodeScalars.allSatisfy {
                    $0.properties.generalCategory != .control && $0 != "\u{202E}"
                }
                #expect(isPlain && !error.message.isEmpty, "\(arguments)")
            }
        }
        #expect(valueCount > 10, "seed \(seed) hardly ever got through")
    }
}

@Suite struct `The nearest word` {
    @Test func `insertions, deletions, replacements and swaps count one each`() {
        #expect(editDistance("run", "run", limit: 2) == 0)
        #expect(editDistance("rn", "run", limit: 2) == 1)
        #expect(editDistance("ruun", "run", limit: 2) == 1)
        #expect(editDistance("ran", "run", limit: 2) == 1)
        #expect(editDistance("rnu", "run", limit: 2) == 1)
        #expect(editDistance("", "ru", limit: 2) == 2)
        #expect(editDistance("abc", "xyz", limit: 2) == nil)
        #expect(editDistance("", "run", limit: 2) == nil)
    }

    @Test func `of two equally near the one declared first is suggested`() {
        #expect(suggestion(for: "rub", from: ["rum", "run"]) == " (did you mean 'rum'?)")
        #expect(suggestion(for: "run", from: ["rum", "run"]) == " (did you mean 'run'?)")
    }
}
