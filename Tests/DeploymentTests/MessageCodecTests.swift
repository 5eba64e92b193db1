import Chance
import Nodes
import Testing

@testable import Deployment
@testable import ledger

@Suite struct MessageCodecTests {
    private let codec = MessageCodec<Ledger.Words>.json

    private func decoded(_ bytes: [UInt8]) -> Ledger.Words.Message? {
        bytes.withUnsafeBytes { try? codec.decode($0) }
    }

    @Test func `a message is read as it was written`() throws {
        for message in [Ledger.Words.Message.entry(0), .entry(.min), .booked(.max)] {
            var bytes: [UInt8] = [9, 9]
            try codec.encode(message, &bytes)
            #expect(bytes.starts(with: [9, 9]))
            #expect(decoded(Array(bytes.dropFirst(2))) == message)
        }
    }

    @Test func `bytes that are no message are refused`() throws {
        var whole: [UInt8] = []
        try codec.encode(.entry(12), &whole)
        for count in 0..<whole.count { #expect(decoded(Array(whole[..<count])) == nil) }
        var chance = SplitMix64(seed: 4)
        for _ in 0..<20_000 {
            var bytes = whole
            bytes[Int(chance.next(below: UInt64(bytes.count)))] = UInt8(
                truncatingIfNeeded: chance.next()
            )
            // Nothing to compare: it must come back, with a message or without.
            _ = decoded(bytes)
        }
    }

    @Test func `what has no form is refused, not sent`() {
        struct Far: Error {}
        let refusing = MessageCodec<Ledger.Words> { _, _ in
            throw Far()
        } decode: { _ in
            throw Far()
        }
        var bytes: [UInt8] = []
        #expect(throws: Far.self) { try refusing.encode(.entry(1), &bytes) }
        #expect(bytes.isEmpty)
    }
}
