import Glibc
import LabKit
import Testing

private let statusHint = "Exit status: 0 if all went well; 'wordcount help' lists the others.\n"

@Suite struct `A program helps` {
    static let runHelp = """
        Usage: wordcount run --data PATH… [options]

        Count words with Redis and worker processes.

        Options:
          --data PATH…       a file, a folder (walked) or a glob (required)
          --workers N        worker processes (1 to 64; default 2)
          --seed N           where chance begins (default 1)
          --fanout N         peers told at once (1 to 255; default 8)
          --loss P           the share of messages lost (0 to 1; default 0.5)
          --format text|csv  how the counts are written (default text)
          --claim-after S    how long a file may lie with a silent worker before another
                             one takes it over (0 to 3600 seconds; default 1)
          --output FILE      where the counts go
          --kill-redis WHEN  kill the server when so much is done
          --downtime S       how long it stays down (0 to 86400 seconds; default 0.25)
          --verify           compare with the serial count
          --classic          the format of the course
          -h, --help         show this help

        Examples:
          wordcount run --data corpus --workers 4

        \(statusHint)
        """

    static let programHelp = """
        Usage: wordcount COMMAND [options]

        Count words, whatever dies.

        Commands:
          run             count words with Redis and worker processes
          sum             add up
          help [COMMAND]  show this help, or a command's

        Exit status:
          0      all went well
          1      the result is wrong, a check failed
          64     the command line is wrong
          65     the input is not what it should be
          66     the input is not there
          69     a service is not available
          70     a bug in the program
          71     the system refused
          73     the output cannot be created
          74     reading or writing failed
          75     inconclusive, try again
          76     a peer broke the protocol
          77     permission is missing
          78     the configuration is wrong
          128+N  interrupted by signal N

        """

    @Test(
        arguments: [
            ["run", "-h"], ["run", "--help"], ["run", "--workers", "x", "--help"], ["help", "run"],
            ["run", "--output", "-h"], ["help", "run", "--help"],
        ] as [[Argument]]
    ) func `about a command, on standard output`(arguments: [Argument]) throws {
        #expect(try Outcome(of: sample, arguments) == Outcome(.ok, output: Self.runHelp))
    }

    @Test(arguments: [["help"], ["-h"], ["--help"], ["help", "--help"]] as [[Argument]])
    func `about itself, on standard output`(arguments: [Argument]) throws {
        #expect(try Outcome(of: sample, arguments) == Outcome(.ok, output: Self.programHelp))
    }

    @Test func `without arguments too, but as an error`() throws {
        #expect(try Outcome(of: sample, []) == Outcome(.usage, errors: Self.programHelp))
    }

    @Test func `in lines of at most 80 columns that name every visible option`() throws {
        for line in Self.runHelp.split(separator: "\n") { #expect(line.count <= 80) }
        for name in ["--data", "--workers", "--downtime", "--classic"] {
            #expect(try Outcome(of: sample, ["run", "-h"]).output.contains("\n  \(name) "))
        }
        #expect(try !Outcome(of: sample, ["run", "-h"]).output.contains("--trace"))
    }

    @Test func `about a hidden command when asked by name`() throws {
        let help = """
            Usage: wordcount worker SOCKET

            One worker.

            Arguments:
              SOCKET  the socket

            Options:
              -h, --help  show this help

            \(statusHint)
            """
        #expect(try Outcome(of: sample, ["help", "worker"]) == Outcome(.ok, output: help))
    }

    @Test func `an argument after two dashes is not a call for help`() throws {
        let outcome = try Outcome(of: sample, ["run", "--data", "a", "--", "--help"])
        #expect(outcome.status == .usage)
    }

    @Test func `and says its version`() throws {
        #expect(
            try Outcome(of: sample, ["--version"]) == Outcome(.ok, output: "wordcount 1.0\n")
        )
    }
}

@Suite struct `A program ends with one line and a status` {
    @Test(
        arguments: [
            (
                ["rum"],
                "wordcount: unknown command 'rum' (did you mean 'run'?); see 'wordcount --help'"
            ),
            (["work"], "wordcount: unknown command 'work'; see 'wordcount --help'"),
            (
                ["--hepl"],
                "wordcount: unknown option '--hepl' (did you mean '--help'?); see 'wordcount --help'"
            ),
            (
                ["help", "rin"],
                "wordcount: unknown command 'rin' (did you mean 'run'?); see 'wordcount --help'"
            ),
            (
                ["help", "run", "sum"],
                "wordcount: help takes one command at a time; see 'wordcount --help'"
            ),
            (
                ["run", "--data", "a", "--workers", "x"],
                "wordcount run: --workers takes a whole number from 1 to 64, not 'x'; see 'wordcount run --help'"
            ),
            (
                ["run", "--data", "a", "--workers", "13"],
                "wordcount run: 13 workers bring bad luck; see 'wordcount run --help'"
            ),
            (["sum"], "wordcount sum: N is missing: a whole number; see 'wordcount sum --help'"),
            (
                ["sum", "1", "2", "3", "4\n"],
                "wordcount sum: unexpected argument '4\\n'; see 'wordcount sum --help'"
            ),
        ] as [([Argument], String)]
    )
    func `when it is called wrongly`(arguments: [Argument], line: String) throws {
        #expect(try Outcome(of: sample, arguments) == Outcome(.usage, errors: line + "\n"))
    }

    @Test func `when a command fails`() throws {
        func outcome(_ workers: Argument) throws -> Outcome {
            try Outcome(of: sample, ["run", "--data", "a", "--workers", workers])
        }
        #expect(
            try outcome("14")
                == Outcome(
                    .noInput,
                    errors: "wordcount: cannot read, corpus/a\\n; chmod it\n"
                )
        )
        #expect(
            try outcome("15")
                == Outcome(.software, errors: "wordcount: unexpected error: CancellationError()\n")
        )
        #expect(
            try outcome("17")
                == Outcome(
                    .ioError,
                    errors: "wordcount: cannot write, disk: No space left on device\n"
                )
        )
    }

    @Test func `but without a word when nobody reads any more`() throws {
        let outcome = try Outcome(of: sample, ["run", "--data", "a", "--workers", "16"])
        #expect(outcome == Outcome(.interrupted(signal: SIGPIPE)) && outcome.status.code == 141)
    }

    @Test func `with what the command returns if it returns`() throws {
        #expect(try Outcome(of: sample, ["run", "--data", "a"]) == Outcome(.ok))
        #expect(try Outcome(of: sample, ["run", "--data", "a", "--verify"]) == Outcome(.wrong))
        #expect(try Outcome(of: sample, ["sum", "1", "-2"]) == Outcome(.ok))
    }

    @Test func `also when it is a single command`() throws {
        let command = Command("timeline", summary: "draw a log", defaults: SampleOptions()) {
            Option.value("--output", "FILE", \.output, .text, "the picture")
        } run: { _ in
            .ok
        }
        let program = Program(command, version: "2")
        #expect(try Outcome(of: program, []) == Outcome(.ok))
        #expect(try Outcome(of: program, ["--version"]) == Outcome(.ok, output: "timeline 2\n"))
        #expect(
            try Outcome(of: program, ["x"])
                == Outcome(
                    .usage,
                    errors: "timeline: unexpected argument 'x'; see 'timeline --help'\n"
                )
        )
        #expect(try Outcome(of: program, ["-h"]).output.hasPrefix("Usage: timeline [options]\n"))
    }
}

@Suite struct `A process ends with a status` {
    @Test func `that is 0 when all went well`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            sample.main(["run", "--data", "a"])
        }
    }

    @Test func `that is 64 for a wrong command line`() async {
        await #expect(processExitsWith: .exitCode(64)) {
            sample.main(["run"])
        }
    }

    @Test func `that is 74 when the disk is full`() async throws {
        let result = try await #require(
            processExitsWith: .exitCode(74),
            observing: [\.standardErrorContent]
        ) {
            dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO)
            sample.main(["help"])
        }
        let errors = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(
            errors.contains(
                "wordcount: cannot write, standard output: No space left on device\n"
            )
        )
    }

    @Test func `that is 74 when the disk is full for what was only printed`() async {
        await #expect(processExitsWith: .exitCode(74)) {
            dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO)
            print("lost")
            sample.main(["run", "--data", "a"])
        }
    }

    @Test func `that is 74 when standard output is closed, and no file takes its place`() async {
        await #expect(processExitsWith: .exitCode(74)) {
            let command = Command("opener", summary: "open a file", defaults: 0) {
            } run: { _ in
                guard open("/dev/null", O_WRONLY) > STDERR_FILENO else { return .wrong }
                try OutputFile.standardOutput.write("into the file?")
                return .ok
            }
            close(STDOUT_FILENO)
            Program(command, version: "1").main([])
        }
    }

    @Test func `that is 141 when the reader has gone`() async {
        await #expect(processExitsWith: .exitCode(141)) {
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            dup2(ends[1], STDOUT_FILENO)
            close(ends[0])
            sample.main(["help"])
        }
    }
}

@Suite struct `Exit statuses` {
    @Test func `have the numbers of sysexits, each once, each with a meaning`() {
        #expect(
            ExitStatus.all.map(\.code) == [0, 1, 64, 65, 66, 69, 70, 71, 73, 74, 75, 76, 77, 78]
        )
        #expect(ExitStatus.all.allSatisfy { !$0.meaning.isEmpty })
        #expect(ExitStatus.interrupted(signal: SIGINT).code == 130)
    }
}
