import Causality
import Chance
import Testing

@testable import Deployment

@Suite struct ControlCodecTests {
    private let codec = ControlCodec()

    private func first(_ bytes: [UInt8]) throws(ControlFailure) -> (Record, Int)? {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(ControlFailure) in try codec.first(Record.self, in: bytes) }
        }
        return try result.get().map { ($0.value, $0.byteCount) }
    }

    private func bytes(_ records: Record...) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for record in records { try codec.append(record, to: &bytes) }
        return bytes
    }

    @Test func `values come again one by one, and at each place before the end more is wanted`()
        throws
    {
        let records: [Record] = [
            .ready, .flushed(view: 3), .refused("so: \u{1F600}\n", status: 74),
        ]
        var all: [UInt8] = []
        for record in records { all += try bytes(record) }
        var rest = all
        for record in records {
            let (value, count) = try #require(try first(rest))
            #expect("\(value)" == "\(record)")
            for cut in 0..<count { #expect(try first(Array(rest[..<cut])) == nil) }
            rest.removeFirst(count)
        }
        #expect(rest.isEmpty)
    }

    @Test func `a length beyond the limit is refused before anything is held`() {
        let over = ControlCodec.Limit.valueBytesMax + 1
        let head = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: over >> $0) }
        #expect(throws: ControlFailure.tooLong(byteCount: over)) { try first(head) }
        #expect(throws: ControlFailure.tooLong(byteCount: Int(UInt32.max))) {
            try first([255, 255, 255, 255])
        }
    }

    @Test func `what is no value is refused, and says so`() {
        for text in ["", "{}", "[]", "7", "{\"flushed\":{}}", "{\"unknown\":{}}", "{\"ready\":"] {
            let body = Array(text.utf8)
            #expect(throws: ControlFailure.self) { try first([0, 0, 0, UInt8(body.count)] + body) }
        }
        // Deeper than any value of ours: it must not be read by a stack without end.
        let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: ControlFailure.self) { try first([0, 1, 0x86, 0xa0] + deep) }
    }

    @Test func `any bytes give a value, a failure, or the wish for more`() throws {
        var chance = SplitMix64(seed: 3)
        let event = Event(time: 1, node: "A", kind: .send, text: "x")
        let seeds = [
            try bytes(.ready),
            try bytes(.performed(.init(event: event, place: 2, save: nil, output: nil))),
            try bytes(.changes([.init(kind: .kill, node: 1, place: 0)], later: [])),
            try bytes(.status(.init(round: 4)), .left),
        ]
        var (values, failures, wishes) = (0, 0, 0)
        for _ in 0..<40_000 {
            var bytes = seeds[Int(chance.next(below: UInt64(seeds.count)))]
            for _ in 0...chance.next(below: 3) {
                let place = Int(chance.next(below: UInt64(bytes.count)))
                switch chance.next(below: 4) {
                case 0: bytes[place] ^= 1 << UInt8(chance.next(below: 8))
                case 1: bytes[place] = UInt8(truncatingIfNeeded: chance.next())
                case 2: bytes.removeSubrange(place...)
                default: bytes.insert(UInt8(truncatingIfNeeded: chance.next()), at: place)
                }
                if bytes.isEmpty { break }
            }
            do throws(ControlFailure) {
                if let (_, count) = try first(bytes) {
                    #expect(count <= bytes.count)
                    values += 1
                } else {
                    wishes += 1
                }
            } catch {
                failures += 1
            }
        }
        #expect(values > 100 && failures > 100 && wishes > 100)
    }
}
