import LabInput
import LabKit
import Text

/// What `wordcount serial` was asked for.
struct SerialOptions: TakesInput {
    var input = InputOptions()
    var top = 10
    var json = false
    var output: Argument?
}

func serialCommand() -> Command {
    Command(
        "serial",
        summary: "count words on one thread, without Redis: the reference",
        examples: [
            "wordcount serial --data assets/corpus",
            "wordcount serial --data corpus --output serial.tsv",
        ],
        defaults: SerialOptions()
    ) {
        SerialOptions.inputOptions
        Option.value("--top", "K", \.top, .whole(in: 0...1_000_000), "how many words to show")
        Option.flag("--json", \.json, "one JSON object on standard output")
        Option.value("--output", "FILE.tsv", \.output, .path, "where to write all counts")
    } run: { options, given in
        try options.input.check(given: given)
        return try count(options)
    }
}

private struct SerialReport: Encodable {
    let files: Int
    let bytes: UInt64
    let words: UInt64
    let distinct: Int
    let top: [RunReport.Word]
    let seconds: Double
}

private func count(_ options: SerialOptions) throws -> ExitStatus {
    let began = ContinuousClock.now
    try options.output?.checkWritable()
    let files = try options.input.files()
    let bar = ProgressBar(
        "wordcount",
        total: files.count,
        unit: "files",
        style: options.json ? .quiet : .suiting(.standardError)
    )
    let counter = options.input.counter
    var bytes: UInt64 = 0
    var words: UInt64 = 0
    for file in files {
        let tally = try reporting { try counter.count(file.path) }
        bytes += tally.bytes
        words += tally.words
        bar.advance()
    }
    bar.finish()
    let seconds = (began.duration(to: .now) / .milliseconds(1)).rounded() / 1000
    try options.output?.write(counter.table)
    let top = counter.table.top(options.top).map { RunReport.Word(word: $0.text, count: $0.count) }
    if options.json {
        try JSONOutput.write(
            SerialReport(
                files: files.count,
                bytes: bytes,
                words: words,
                distinct: counter.table.distinct,
                top: top,
                seconds: seconds
            )
        )
        return .ok
    }
    var table = TextTable("count", "word")
    for word in top { table.add("\(word.count)", word.word) }
    try OutputFile.standardOutput.write(
        "\(files.count) files, \(bytes) bytes, \(words) words, "
            + "\(counter.table.distinct) of them different, in \(seconds) s\n\n\(table.text)"
    )
    return .ok
}
