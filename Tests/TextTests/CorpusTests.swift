import Chance
import Testing

@testable import Text

@Suite struct CorpusTests {
    /// FNV-1a over all files of a corpus.
    private func digest(_ files: [InputFile]) throws -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for file in files {
            for byte in try read(file.path) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return hash
    }

    @Test(arguments: Corpus.Layout.allCases)
    func `a seed names the same bytes everywhere`(layout: Corpus.Layout) throws {
        try withTemporaryFolder { folder in
            func corpus(_ seed: UInt64, _ name: InputPath) throws -> UInt64 {
                let corpus = try Corpus(megabytes: 1, distinct: 5000, seed: seed, layout: layout)
                return try digest(corpus.write(to: folder.appending(name)))
            }
            let golden: UInt64 =
                layout == .text ? 4_142_700_899_172_487_038 : 15_267_194_866_249_799_086
            let first = try corpus(7, "first")
            let second = try corpus(7, "second")
            let third = try corpus(8, "third")
            #expect(first == golden)
            #expect(second == golden)
            #expect(third != golden)
        }
    }

    @Test(
        arguments: [(1, 1), (1, 2), (1, 33), (1, 40_000), (5, 10_000)],
        Corpus.Layout.allCases
    )
    func `there are as many words as asked for, and as many bytes to within 1 %`(
        size: (megabytes: Int, distinct: Int),
        layout: Corpus.Layout
    ) throws {
        try withTemporaryFolder { folder in
            let corpus = try Corpus(
                megabytes: size.megabytes,
                distinct: size.distinct,
                seed: 3,
                layout: layout
            )
            let files = try corpus.write(to: folder)
            try #expect(InputFiles.find([folder]) == files)
            let bytes = files.reduce(0) { $0 + $1.bytes }
            #expect(abs(Int(bytes) - size.megabytes * 1_000_000) <= size.megabytes * 10_000)
            #expect(files.allSatisfy { $0.bytes <= Corpus.fileBytesMax })
            let counter = WordCounter(format: corpus.format)
            for file in files { try counter.count(file.path) }
            #expect(counter.table.distinct == size.distinct)
        }
    }

    @Test func `words come as often as Zipf says`() {
        let ranks = ZipfRanks(count: 10_000)
        var chance = SplitMix64(seed: 1)
        var counts = [Int](repeating: 0, count: 10_000)
        for _ in 0..<200_000 { counts[Int(ranks.draw(&chance))] += 1 }
        // The sum of 1 / (r + 1) over 10,000 ranks is 9.79.
        for rank in [0, 1, 4, 9] {
            let expected = 200_000.0 / 9.79 / Double(rank + 1)
            #expect(abs(Double(counts[rank]) - expected) < expected / 10, "rank \(rank)")
        }
        let tail = counts[1000...].reduce(0, +)
        let expected = 200_000 * 2.30 / 9.79
        #expect(abs(Double(tail) - expected) < expected / 20)
    }

    @Test func `no two ranks have the same word, and no word holds white space`() {
        let vocabulary = Vocabulary()
        var seen: Set<[UInt8]> = []
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: Vocabulary.wordBytesMax + 8)
        defer { room.deallocate() }
        for rank in Array(0..<60_000) + Array(49_990_000..<50_000_000) as [UInt64] {
            let length = vocabulary.write(rank, to: room)
            #expect(length <= Vocabulary.wordBytesMax)
            let word = Array(UnsafeBufferPointer(start: room, count: length))
            if !seen.insert(word).inserted { Issue.record("rank \(rank): \(word)") }
            if String(validating: word, as: UTF8.self) == nil { Issue.record("rank \(rank)") }
        }
    }

    @Test func `what cannot be made is refused with the reason`() throws {
        func refusal(_ megabytes: Int, _ distinct: Int, _ layout: Corpus.Layout) -> String? {
            do {
                _ = try Corpus(megabytes: megabytes, distinct: distinct, seed: 1, layout: layout)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refusal(0, 10, .text)?.contains("1 to 100000") == true)
        #expect(refusal(100_001, 10, .text)?.contains("0 megabytes") == false)
        #expect(refusal(1, 0, .text)?.contains("0 different words") == true)
        #expect(refusal(1, 50_000_001, .text)?.contains("1 to 50000000") == true)
        #expect(refusal(1, 200_000, .text)?.contains("need 2 megabytes, not 1") == true)
        #expect(refusal(1, 100_000, .csv)?.contains("need 2 megabytes, not 1") == true)
        #expect(refusal(2, 200_000, .text) == nil)
    }

    @Test func `a folder that holds something is left alone`() throws {
        try withTemporaryFolder { folder in
            try write([], to: folder.appending(".keep"))
            let corpus = try Corpus(megabytes: 1, distinct: 10, seed: 1, layout: .text)
            #expect(throws: TextFailure.folderNotEmpty(path: folder)) {
                try corpus.write(to: folder)
            }
            #expect(names(in: folder) == [".keep"])
            let deep = folder.appending("a").appending("b")
            #expect(throws: TextFailure.self) { try corpus.write(to: deep) }
        }
    }
}
