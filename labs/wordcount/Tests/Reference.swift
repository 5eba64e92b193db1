import Foundation
import Testing

/// Counts as they should be, by code that shares nothing with the product.
enum Reference {
    /// The sample corpus.
    static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../assets/corpus").standardizedFileURL.path

    /// The counts of the sample corpus, counted once.
    static let corpusCounts: [[UInt8]: Int] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: corpus)) ?? []
        return count(names.compactMap { FileManager.default.contents(atPath: corpus + "/" + $0) })
    }()

    /// Words between ASCII white space, which is all that the sample corpus has.
    static func count(_ files: [Data]) -> [[UInt8]: Int] {
        var counts: [[UInt8]: Int] = [:]
        for file in files {
            precondition(file.allSatisfy { $0 < 0x80 }, "this reference knows ASCII only")
            let words = file.split { $0 == 0x20 || (0x09...0x0d).contains($0) }
            for word in words { counts[Array(word), default: 0] += 1 }
        }
        return counts
    }

    /// Reads what `--output` wrote, checking its order on the way.
    static func parse(tsv path: String) throws -> [[UInt8]: Int] {
        let data = try #require(FileManager.default.contents(atPath: path), "no \(path)")
        var counts: [[UInt8]: Int] = [:]
        var last: (count: Int, word: [UInt8])?
        for line in data.split(separator: 10) {
            let parts = line.split(separator: 9, omittingEmptySubsequences: false)
            try #require(parts.count == 2, "a line is a word, a tab, a count")
            let count = try #require(Int(String(decoding: parts[1], as: UTF8.self)))
            let word = unescaped(Array(parts[0]))
            if let last {
                let isInOrder =
                    count < last.count
                    || (count == last.count && last.word.lexicographicallyPrecedes(word))
                try #require(isInOrder, "\(word) does not come after \(last.word)")
            }
            last = (count, word)
            counts[word] = count
        }
        return counts
    }

    private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "r"): result.append(13)
            default: result.append(next)
            }
        }
        return result
    }

    /// Counts by their text, for small expectations.
    static func counts(_ words: [String: Int]) -> [[UInt8]: Int] {
        Dictionary(uniqueKeysWithValues: words.map { (Array($0.key.utf8), $0.value) })
    }
}

/// What `--json` prints, as far as tests look at it.
struct Report: Decodable {
    struct Word: Decodable {
        let word: String
        let count: Int
    }
    struct Fault: Decodable {
        let fault: String
        let landed: String?
    }
    struct Failed: Decodable {
        let file: String
        let reason: String
    }
    let files: Int
    let bytes: Int
    let words: Int
    let distinct: Int
    let top: [Word]
    let seconds: Double
    let workers: Int
    let crashes: Int
    let claims: Int
    let refused: Int
    let redisRestarts: Int
    let retries: Int
    let respawns: Int
    let peakMemoryBytes: Int
    let verified: Bool?
    let faults: [Fault]
    let failed: [Failed]
}

extension Wordcount {
    /// Runs a job to its end and gives its report and all its counts.
    ///
    /// The end must be the one expected, and must have left nothing behind.
    func job(
        data: [String] = [Reference.corpus],
        _ arguments: [String],
        status: Int32 = 0,
        environment: [String: String] = [:],
        _ location: SourceLocation = #_sourceLocation
    ) throws -> (report: Report, counts: [[UInt8]: Int]) {
        let output = path("counts.tsv")
        let run = try run(
            ["run", "--data"] + data + ["--json", "--output", output] + arguments,
            environment: environment
        )
        try #require(run.status == status, "\(run)", sourceLocation: location)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(leftovers == [], sourceLocation: location)
        return (report, try Reference.parse(tsv: output))
    }
}
