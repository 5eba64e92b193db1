import Chance
import Testing

@testable import Deployment

@Suite struct SaveFileTests {
    private let body = Array("{\"entries\":[1,2,3],\"name\":\"\u{1F600}\"}".utf8)

    @Test func `what is written is read again`() throws {
        for (number, body) in [(1, body), (0, []), (.max, [10, 10, 0, 255])] {
            let save = try #require(SaveFile(parsing: SaveFile(number: number, body: body).bytes))
            #expect(save.number == number && save.body == body)
        }
    }

    @Test func `no beginning of a file is a file`() {
        let whole = SaveFile(number: 12, body: body).bytes
        for count in 0..<whole.count { #expect(SaveFile(parsing: Array(whole[..<count])) == nil) }
    }

    @Test func `nothing may follow a file`() {
        #expect(SaveFile(parsing: SaveFile(number: 12, body: body).bytes + [0]) == nil)
    }

    @Test(arguments: [1, 10, 4_711])
    func `no bit may be another, in the value or before it`(number: Int) {
        let whole = SaveFile(number: number, body: body).bytes
        for place in whole.indices {
            for bit in 0..<8 {
                var damaged = whole
                damaged[place] ^= 1 << UInt8(bit)
                #expect(SaveFile(parsing: damaged) == nil, "bit \(bit) of byte \(place)")
            }
        }
    }

    @Test func `the number of a damaged value can still be told`() {
        var bytes = SaveFile(number: 12, body: body).bytes
        bytes[bytes.count - 1] ^= 1
        #expect(SaveFile.number(in: bytes) == 12)
        #expect(SaveFile.number(in: []) == nil)
        #expect(SaveFile.number(in: Array("lightcone-save 2 7 0\n".utf8)) == nil)
    }

    @Test func `any bytes are a file or none`() {
        var chance = SplitMix64(seed: 1)
        let whole = SaveFile(number: 3, body: [1, 2, 3]).bytes
        for _ in 0..<100_000 {
            var bytes = Array(whole.prefix(Int(chance.next(below: 40))))
            for _ in 0..<chance.next(below: 4) where !bytes.isEmpty {
                let place = Int(chance.next(below: UInt64(bytes.count)))
                bytes[place] = UInt8(truncatingIfNeeded: chance.next())
            }
            guard let save = SaveFile(parsing: bytes) else { continue }
            guard save.bytes == bytes else {
                Issue.record("\(bytes) is read as save \(save.number)")
                return
            }
        }
    }

    private static let names = [
        "", ".", "..", "/", "../../etc/passwd", "a/b", "last", "Last", "last.save", "last.save~",
        "%2f", "%", "%%", "a b", "\n", "\u{0}", "-rf", "\u{1F600}", "e\u{301}", "é", "漢字",
    ]

    @Test func `every name has a file of its own, below the folder, and comes back from it`() {
        var files: Set<String> = []
        for name in Self.names {
            let file = SaveFile.file(named: name)
            #expect(!file.contains("/") && !file.hasPrefix(".s/") && file != "." && file != "..")
            #expect(file.hasSuffix(SaveFile.suffix))
            #expect(Array(SaveFile.name(ofFile: file).utf8) == Array(name.utf8))
            files.insert(file)
        }
        #expect(files.count == Self.names.count)
    }
}
