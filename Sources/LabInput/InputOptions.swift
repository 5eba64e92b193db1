public import LabKit
public import Text

/// What is counted and how it is split: the same for every lab that counts the words of files.
public struct InputOptions: Sendable {
    /// What a file holds.
    public enum FileFormat: String, CaseIterable, Sendable {
        /// Text, all of it.
        case text
        /// A table, of which one column is text.
        case csv
    }

    /// Files, folders and globs.
    public var data: [Argument] = []
    /// What a file holds.
    public var fileFormat = FileFormat.text
    /// The column whose words count, of a table.
    public var column = "text"
    /// Whether files are read as in the classic course.
    public var classic = false

    /// Nothing is named yet.
    public init() {}

    /// What of a file is text.
    public var format: Format { classic || fileFormat == .csv ? .csv(column: column) : .text }
    /// How text is split into words.
    public var tokenizer: Tokenizer { classic ? .singleSpace : .whiteSpace }
    /// What counts a file.
    public var counter: WordCounter { WordCounter(format: format, tokenizer: tokenizer) }

    /// The files that `--data` names.
    ///
    /// - Throws: `CommandFailure` if one is not there, or cannot be listed.
    public func files() throws -> [InputFile] {
        try reporting { try InputFiles.find(data.map { InputPath(bytes: $0.bytes) }) }
    }

    /// Contradictions that a rule about two names cannot say.
    public func check(given: Set<String>) throws(UsageError) {
        if classic, given.contains("--format"), fileFormat == .text {
            throw UsageError("--classic counts CSV files: it excludes --format text")
        }
        if given.contains("--column"), format == .text {
            throw UsageError("--column needs --format csv or --classic as well")
        }
    }
}

/// The options of a command that counts files.
public protocol TakesInput {
    /// What is counted.
    var input: InputOptions { get set }
}

extension TakesInput {
    /// The part of a command's declaration that says what to count; `--data` must be given.
    @OptionBuilder<Self> public static var inputOptions: [Option<Self>] {
        dataOption.required()
        formatOptions
    }

    /// Which files to count.
    public static var dataOption: Option<Self> {
        Option.values(
            "--data",
            "PATH",
            \.input.data,
            .path,
            "a file, a folder (walked) or a glob; several may be named"
        )
    }

    /// What of them is text, and how it is split.
    @OptionBuilder<Self> public static var formatOptions: [Option<Self>] {
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
public func reporting<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let failure as TextFailure {
        throw CommandFailure("\(failure)", status: failure.status)
    }
}

extension TextFailure {
    /// What a process exits with because of it.
    public var status: ExitStatus {
        switch self {
        case .system, .notFound, .notRegularFile: .noInput
        case .wordTooLong, .malformedCSV, .malformedCounts: .data
        case .impossibleCorpus: .usage
        case .folderNotEmpty: .cantCreate
        }
    }
}
