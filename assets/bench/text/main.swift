import Foundation
import Text

// What counting in steps, packing, merging and copying cost: the fastest of five rounds each.
// `text-bench` makes its corpora below .bench/ and keeps them.

/// Seconds of the fastest round; what `body` returns is kept alive, and freed outside of the time.
func best<Value>(of rounds: Int = 5, _ body: () throws -> Value) rethrows -> Double {
    var best = Double.infinity
    for _ in 1...rounds {
        let clock = ContinuousClock()
        let began = clock.now
        let value = try body()
        let took = (clock.now - began) / .seconds(1)
        withExtendedLifetime(value) {}
        best = min(best, took)
    }
    return best
}

func row(_ name: String, _ cells: String...) {
    let padded = cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }
    print(name.padding(toLength: 46, withPad: " ", startingAt: 0) + padded.joined())
}

func digits(_ number: Double, _ count: Int) -> String { String(format: "%.\(count)f", number) }

/// All files of a corpus as one.
func corpus(_ megabytes: Int, _ distinct: Int, _ layout: Corpus.Layout) throws -> [UInt8] {
    let manager = FileManager.default
    try manager.createDirectory(atPath: ".bench", withIntermediateDirectories: true)
    let folder = ".bench/corpus-\(megabytes)-\(distinct)-1" + (layout == .csv ? "-csv" : "")
    if !manager.fileExists(atPath: folder) {
        let draft = folder + ".draft"
        try? manager.removeItem(atPath: draft)
        let made = try Corpus(megabytes: megabytes, distinct: distinct, seed: 1, layout: layout)
        try made.write(to: InputPath(draft))
        try manager.moveItem(atPath: draft, toPath: folder)
    }
    var bytes: [UInt8] = []
    for name in try manager.contentsOfDirectory(atPath: folder).sorted() {
        var file = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        // The header of the first file is that of all.
        if layout == .csv && !bytes.isEmpty { file = file.drop { $0 != 0x0A }.dropFirst() }
        bytes += file
    }
    return bytes
}

/// Counts a file in chunks of one size, as one who reads it would.
func count(
    _ file: [UInt8],
    _ counter: ChunkCounter,
    chunkBytes: Int,
    _ take: (WordCounts) -> Void
) throws {
    var place = ReadingPlace.start
    while !place.isEnd {
        let start = Int(place.offset)
        let end = min(file.count, start + chunkBytes)
        let chunk = Array(file[start..<end])
        let tally = try counter.count(chunk, from: place, isLast: end == file.count)
        place = tally.place
        take(tally.words)
    }
}

/// The same, into counts that are there.
func countInto(_ file: [UInt8], _ counter: ChunkCounter, chunkBytes: Int) throws -> WordCounts {
    var counts = WordCounts()
    var place = ReadingPlace.start
    while !place.isEnd {
        let start = Int(place.offset)
        let end = min(file.count, start + chunkBytes)
        let chunk = Array(file[start..<end])
        place = try counter.count(chunk, from: place, isLast: end == file.count, into: &counts)
    }
    return counts
}

let corpora: [(name: String, bytes: [UInt8], format: Format)] = [
    ("text, 10,000 different", try corpus(64, 10_000, .text), .text),
    ("text, 300,000 different", try corpus(64, 300_000, .text), .text),
    ("CSV, 100,000 different", try corpus(64, 100_000, .csv), .csv(column: "text")),
]

row("64 MB, MB/s", "whole file", "64 KiB", "1 MiB", "4 MiB", "4 MiB, new")
for (name, bytes, format) in corpora {
    let counter = ChunkCounter(format: format)
    let ways: [() throws -> Void] = [
        { try WordCounter(format: format).count(bytes: bytes) },
        { _ = try countInto(bytes, counter, chunkBytes: 1 << 16) },
        { _ = try countInto(bytes, counter, chunkBytes: 1 << 20) },
        { _ = try countInto(bytes, counter, chunkBytes: 1 << 22) },
        { try count(bytes, counter, chunkBytes: 1 << 22) { precondition(!$0.isEmpty) } },
    ]
    // In turn, so that a noisy minute disturbs all of them.
    var seconds = ways.map { _ in Double.infinity }
    for _ in 1...5 {
        for (index, way) in ways.enumerated() {
            seconds[index] = min(seconds[index], try best(of: 1, way))
        }
    }
    let cells = seconds.map { digits(Double(bytes.count) / 1e6 / $0, 0) }
    row(name, cells[0], cells[1], cells[2], cells[3], cells[4])
}

print()
let text = corpora[1].bytes
var batches: [WordCounts] = []
try count(text, ChunkCounter(), chunkBytes: 1 << 22) { batches.append($0) }
let packed = batches.map { $0.packed(isSorted: false) }
let entries = packed.map(\.entries).reduce(0, +)
let all = packed.reduce(into: WordCounts()) { $0.merge($1) }
row("300,000 different, 16 batches of 4 MiB", "entries", "seconds", "million/s")
func report(_ name: String, _ entries: Int, _ seconds: Double) {
    row(name, "\(entries)", digits(seconds, 4), digits(Double(entries) / seconds / 1e6, 1))
}
report("pack", entries, best { batches.map { $0.packed(isSorted: false) } })
report("pack, sorted", entries, best { batches.map { $0.packed() } })
report(
    "pack into 2 parts by hash",
    entries,
    best { batches.map { $0.packed(into: 2, by: .hash, isSorted: false) } }
)
report(
    "pack into 8 parts by hash, sorted",
    entries,
    best { batches.map { $0.packed(into: 8, by: .hash) } }
)
report("check", entries, try best { try packed.map { try PackedCounts(checking: $0.bytes) } })
report(
    "merge all",
    entries,
    best { packed.reduce(into: WordCounts()) { $0.merge($1) } }
)
let one = all.packed(isSorted: false)
var known = all
known.add([0x61])
report("merge 300,000 words that are known", one.entries, best { known.merge(one) })
report("merge the same, sorted, into nothing", one.entries, best { WordCounts(all.packed()) })

print()
let million = WordTable()
for number in 0..<1_000_000 as Range<UInt64> {
    let spread = String(number &* 0x9E37_79B9_7F4A_7C15, radix: 36).utf8
    million.add(Array(spread.prefix(4 + Int(number % 9))), count: 1 + 1_000_000 / (number + 1))
}
let large = WordCounts(million)
row("\(large.distinct) different", "ms")
row(
    "copy and first change",
    digits(
        best { () -> WordCounts in
            var copy = large
            copy.add([0x61])
            return copy
        } * 1e3,
        1
    )
)
row("hash", digits(best { large.hashValue } * 1e3, 1))
let twin = WordCounts(large.packed())
row("compare with an equal one", digits(best { large == twin } * 1e3, 1))
row("pack", digits(best { large.packed(isSorted: false) } * 1e3, 1))
row("pack, sorted", digits(best { large.packed() } * 1e3, 1))
let bytes = large.packed().bytes
row("check", digits(try best { try PackedCounts(checking: bytes) } * 1e3, 1))
let checked = try PackedCounts(checking: bytes)
row("merge into nothing", digits(best { WordCounts(checked) } * 1e3, 1))
let json = try JSONEncoder().encode([large])
row(
    "encode as JSON, \(json.count) bytes",
    digits(try best { try JSONEncoder().encode([large]) } * 1e3, 1)
)
row(
    "decode from JSON",
    digits(try best { try JSONDecoder().decode([WordCounts].self, from: json) } * 1e3, 1)
)

print()
let words = ["to", "be", "or", "not", "that"].map { Array($0.utf8) }
func make() -> WordCounts {
    var counts = WordCounts()
    for word in words { counts.add(word) }
    return counts
}
let small = make()
let equal = WordCounts(small.packed())
row("5 different, \(small.bytesHeld) bytes", "ns")
func nanoseconds(_ name: String, _ body: () -> Int) {
    var sum = 0
    let turns = 200_000
    let seconds = best { for _ in 0..<turns { sum &+= body() } }
    precondition(sum != 0)
    row(name, digits(seconds / Double(turns) * 1e9, 0))
}
nanoseconds("make, word by word") { make().distinct }
nanoseconds("copy and first change") {
    var copy = small
    copy.add(words[0])
    return copy.distinct
}
nanoseconds("hash") { small.hashValue }
nanoseconds("compare with an equal one") { small == equal ? 1 : 0 }
nanoseconds("pack, sorted") { small.packed().entries }
nanoseconds("pack into 2 parts by hash, sorted") { small.packed(into: 2, by: .hash).count }
let smallPacked = small.packed()
nanoseconds("unpack") { WordCounts(smallPacked).distinct }
let counter = ChunkCounter()
let chunk = Array("to be or not that ".utf8)
nanoseconds("count a chunk of 18 bytes") {
    ((try? counter.count(chunk, from: .start, isLast: false))?.words.distinct) ?? 0
}
