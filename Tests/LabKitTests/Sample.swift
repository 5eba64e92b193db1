import Glibc
import LabKit

/// A command line with one of everything, as a lab would declare it.
struct SampleOptions: Equatable {
    enum Format: String, CaseIterable { case text, csv }
    struct Share: Equatable { let percent: Int }

    var data: [Argument] = []
    var workers = 2
    var seed: Int64 = 1
    var fanout: UInt8 = 8
    var loss = 0.5
    var format = Format.text
    var claimAfter: Duration = .seconds(1)
    var output: String?
    var killRedis: Share?
    var downtime: Duration = .milliseconds(250)
    var verify = false
    var classic = false
    var trace = false

    static let parser = OptionParser(defaults: SampleOptions()) {
        Option.values("--data", "PATH", \.data, .path, "a file, a folder (walked) or a glob")
            .required()
        Option.value("--workers", "N", \.workers, .whole(in: 1...64), "worker processes")
        Option.value("--seed", "N", \.seed, .whole(), "where chance begins")
        Option.value("--fanout", "N", \.fanout, .whole(in: 1...UInt8.max), "peers told at once")
        Option.value("--loss", "P", \.loss, .number(in: 0...1), "the share of messages lost")
        Option.value("--format", "text|csv", \.format, .choice, "how the counts are written")
        Option.value(
            "--claim-after",
            "S",
            \.claimAfter,
            .seconds(in: .zero ... .seconds(3600)),
            "how long a file may lie with a silent worker before another one takes it over"
        )
        Option.value("--output", "FILE", \.output, .text, "where the counts go")
        Option.value(
            "--kill-redis",
            "WHEN",
            \.killRedis,
            .share,
            "kill the server when so much is done"
        )
        Option.value("--downtime", "S", \.downtime, .seconds(), "how long it stays down")
            .needs("--kill-redis")
        Option.flag("--verify", \.verify, "compare with the serial count")
        Option.flag("--classic", \.classic, "the format of the course")
            .conflicts(with: "--format")
        Option.flag("--trace", \.trace, "for the authors").hidden()
    }
}

extension ValueKind where Value == SampleOptions.Share {
    static var share: Self {
        .custom("a share such as 30%", show: { "\($0.percent)%" }) { argument throws(UsageError) in
            guard argument.text.last == "%", let percent = Int(argument.text.dropLast()) else {
                return nil
            }
            guard percent <= 100 else { throw UsageError("there is no more than 100%") }
            return SampleOptions.Share(percent: percent)
        }
    }
}

/// The program `wordcount`, whose command `run` only says what it was told.
let sample = Program(
    "wordcount",
    summary: "count words, whatever dies",
    version: "1.0",
    commands: [
        Command(
            "run",
            summary: "count words with Redis and worker processes",
            examples: ["wordcount run --data corpus --workers 4"],
            parser: SampleOptions.parser
        ) { options, given in
            if options.workers == 13 { throw UsageError("13 workers bring bad luck") }
            if options.workers == 14 {
                throw CommandFailure(
                    "cannot read",
                    at: "corpus/a\n",
                    remedy: "chmod it",
                    status: .noInput
                )
            }
            if options.workers == 15 { throw CancellationError() }
            if options.workers == 16 { throw OutputFailure(name: "x", code: EPIPE) }
            if options.workers == 17 { throw OutputFailure(name: "disk", code: ENOSPC) }
            return given.contains("--verify") ? .wrong : .ok
        },
        Command("sum", summary: "add up", defaults: Int64(0)) {
            Option.arguments("N", \.numbers, .whole(), count: 1...3, "numbers")
        } run: { (_: Int64) in
            .ok
        },
        Command("worker", summary: "one worker", defaults: SampleOptions()) {
            Option.argument("SOCKET", \.output, .custom("a socket") { $0.text }, "the socket")
        } run: { _ in
            .ok
        }.hidden(),
    ]
)

extension Int64 {
    fileprivate var numbers: [Int64] {
        get { [self] }
        set { self = newValue.reduce(0, &+) }
    }
}
