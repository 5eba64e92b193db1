import LabInput
import LabKit
import Text

/// What `wordcount corpus` was asked for.
struct CorpusOptions {
    var out = Argument("")
    var megabytes = 1
    var distinct = 10_000
    var seed: UInt64 = 1
    var format = InputOptions.FileFormat.text
}

func corpusCommand() -> Command {
    Command(
        "corpus",
        summary: "make a Zipf-like corpus, the same for the same seed on every machine",
        examples: ["wordcount corpus --out corpus --megabytes 64 --distinct 300000 --seed 1"],
        defaults: CorpusOptions()
    ) {
        Option.value("--out", "DIR", \.out, .path, "a folder that is new or empty").required()
        Option.value("--megabytes", "M", \.megabytes, .whole(in: 1...100_000), "size in 10^6 bytes")
        Option.value(
            "--distinct",
            "N",
            \.distinct,
            .whole(in: 1...50_000_000),
            "different words in all"
        )
        Option.value("--seed", "S", \.seed, .whole(), "what decides")
        Option.value("--format", "text|csv", \.format, .choice, "what to write")
    } run: { options in
        do {
            let corpus = try Corpus(
                megabytes: options.megabytes,
                distinct: options.distinct,
                seed: options.seed,
                layout: options.format == .csv ? .csv : .text
            )
            _ = try corpus.write(to: InputPath(bytes: options.out.bytes))
        } catch let failure as TextFailure {
            let isOutput = failure.status == .noInput
            throw CommandFailure("\(failure)", status: isOutput ? .cantCreate : failure.status)
        }
        return .ok
    }
}
