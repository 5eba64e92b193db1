import LabKit
import Text

/// What is counted and how it is split: the same for a job and for the reference.
struct InputOptions {
    enum FileFormat: String, CaseIterable {
        case text
        case csv
    }

    var data: [Argument] = []
    var fileFormat = FileFormat.text
    var column = "text"
    var classic = false

    var format: Format { classic || fileFormat == .csv ? .csv(column: column) : .text }
    var tokenizer: Tokenizer { classic ? .singleSpace : .whiteSpace }
    var counter: WordCounter { WordCounter(format: format, tokenizer: tokenizer) }

    /// The files that `--data` names.
    func files() throws -> [InputFile] {
        try reporting { try InputFiles.find(data.map { InputPath(bytes: $0.bytes) }) }
    }

    /// Contradictions that a rule about two names cannot say.
    func check(given: Set<String>) throws(UsageError) {
        if classic, given.contains("--format"), fileFormat == .text {
            throw UsageError("--classic counts CSV files: it excludes --format text")
        }
        if given.contains("--column"), format == .text {
            throw UsageError("--column needs --format csv or --classic as well")
        }
    }
}

/// The options of a command that counts files.
protocol TakesInput {
    var input: InputOptions { get set }
}

extension TakesInput {
    /// The part of a command's declaration that says what to count.
    @OptionBuilder<Self> static var inputOptions: [Option<Self>] {
        Option.values(
            "--data",
            "PATH",
            \.input.data,
            .path,
            "a file, a folder (walked) or a glob; several may be named"
        ).required()
        Option.value("--format", "text|csv", \.input.fileFormat, .choice, "what a file holds")
        Option.value(
            "--column",
            "NAME",
            \.input.column,
            .text,
            "the column of a CSV file whose words count"
        )
        Option.flag(
            "--classic",
            \.input.classic,
            "as in the classic course: CSV files, split at single spaces only"
        )
    }
}

/// Runs `body` and turns what it says of files into a line and a status for the user.
func reporting<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let failure as TextFailure {
        throw CommandFailure("\(failure)", status: failure.status)
    }
}

extension TextFailure {
    /// What a process exits with because of it.
    var status: ExitStatus {
        switch self {
        case .system, .notFound, .notRegularFile: .noInput
        case .wordTooLong, .malformedCSV, .malformedCounts: .data
        case .impossibleCorpus: .usage
        case .folderNotEmpty: .cantCreate
        }
    }
}
