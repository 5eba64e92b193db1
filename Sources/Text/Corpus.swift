#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Made-up text of a given size with a given number of different words.
///
/// Word frequencies follow Zipf's law with exponent 1, the average word is 5 to 6 bytes long, and
/// among the words are Unicode, links, handles, tags and punctuation. The same parameters make the
/// same bytes on every machine.
public struct Corpus: Hashable, Sendable {
    /// What kind of files.
    public enum Layout: String, Hashable, Sendable, CaseIterable {
        /// Lines of words, named `part-0000.txt` and so on.
        case text

        /// Tweets with the columns of a customer support archive, named `part-0000.csv` and so on;
        /// the words are in the column `text`.
        case csv
    }

    /// The size of all files together, in units of 1,000,000 bytes; kept to within 1 %.
    public let megabytes: Int

    /// The number of different words, as ``Tokenizer/whiteSpace`` splits them.
    public let distinct: Int

    /// What tells corpora of one size apart.
    public let seed: UInt64

    /// What kind of files.
    public let layout: Layout

    /// How many megabytes there may be.
    public static let megabytesRange = 1...100_000

    /// How many different words there may be.
    public static let distinctRange = 1...50_000_000

    /// No file is larger.
    public static let fileBytesMax = 4_000_000

    /// A corpus with these parameters, not yet written.
    ///
    /// - Parameters:
    ///   - megabytes: The size in units of 1,000,000 bytes, within ``megabytesRange``.
    ///   - distinct: The number of different words, within ``distinctRange``.
    ///   - seed: What tells corpora of one size apart.
    ///   - layout: What kind of files.
    /// - Throws: ``TextFailure/impossibleCorpus(reason:)`` for numbers out of range, and for more
    ///   words than fit.
    public init(
        megabytes: Int,
        distinct: Int,
        seed: UInt64,
        layout: Layout
    ) throws(TextFailure) {
        try Self.check(megabytes, Self.megabytesRange, "megabytes")
        try Self.check(distinct, Self.distinctRange, "different words")
        self.megabytes = megabytes
        self.distinct = distinct
        self.seed = seed
        self.layout = layout
        let needed = megabytesNeeded
        if needed > megabytes {
            throw .impossibleCorpus(
                reason: "\(distinct) different words need \(needed) megabytes, not \(megabytes)"
            )
        }
    }

    /// How the files of this corpus are to be counted.
    public var format: Format {
        switch layout {
        case .text: .text
        case .csv: .csv(column: "text")
        }
    }

    /// Writes the files.
    ///
    /// - Parameter folder: A folder that is empty, or is not there and will be created.
    /// - Returns: The files in order.
    /// - Throws: ``TextFailure``: the folder holds something, or the system refuses to write.
    @discardableResult
    public func write(to folder: InputPath) throws(TextFailure) -> [InputFile] {
        try Self.prepare(folder)
        let total = megabytes * 1_000_000
        let count = (total + Self.fileBytesMax - 1) / Self.fileBytesMax
        var writer = CorpusWriter(self)
        var files: [InputFile] = []
        for index in 0..<count {
            let share = total * (index + 1) / count - total * index / count
            let digits = String(index)
            let padding = String(repeating: "0", count: max(0, 4 - digits.count))
            let name = "part-\(padding)\(digits).\(layout == .csv ? "csv" : "txt")"
            let path = folder.appending(InputPath(name))
            let file = try OutputFile(creating: path)
            let bytes = writer.nextFile(bytesMax: share)
            try file.append(bytes)
            files.append(InputFile(path: path, bytes: UInt64(bytes.count)))
        }
        writer.finish()
        return files
    }

    private static func check(
        _ number: Int,
        _ range: ClosedRange<Int>,
        _ unit: String
    ) throws(TextFailure) {
        if range.contains(number) { return }
        throw .impossibleCorpus(
            reason: "\(number) \(unit); there may be \(range.lowerBound) to \(range.upperBound)"
        )
    }

    /// The megabytes that hold each word once, and leave some room for others.
    private var megabytesNeeded: Int {
        let vocabulary = Vocabulary()
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: Vocabulary.wordBytesMax + 8)
        defer { room.deallocate() }
        var bytes = 0
        for rank in 0..<UInt64(distinct) { bytes += vocabulary.write(rank, to: room) + 1 }
        // Of a CSV file about half is text.
        let percent = layout == .csv ? 45 : 90
        return (bytes * 100 / percent + 999_999) / 1_000_000
    }

    private static func prepare(_ folder: InputPath) throws(TextFailure) {
        let made = folder.withCString { mkdir($0, 0o777) } ?? -1
        if made == 0 { return }
        if errno != EEXIST { throw .refused("create", folder) }
        let names = try InputFiles.names(in: folder, hidden: true)
        if !names.isEmpty { throw .folderNotEmpty(path: folder) }
    }
}
