import Chance
import Nodes
import Testing

@testable import Deployment

@Suite struct ParcelTests {
    private func parsed(_ bytes: [UInt8]) -> Parcel? {
        bytes.withUnsafeBytes { Parcel($0) }
    }

    @Test(arguments: Link.allCases) func `what is written is read again`(link: Link) throws {
        for number in [1, 2, 255, 256, 1 << 40, Int.max] {
            let (order, ends) = (number & 0xFFFF_FFFF, number >> 3 & 0xFFFF_FFFF)
            var bytes: [UInt8] = []
            Parcel(link: link, number: number, order: order, ends: ends).append(to: &bytes)
            #expect(bytes.count == Parcel.headByteCount)
            let parcel = try #require(parsed(bytes + [1, 2, 3]))
            #expect(parcel.link == link && parcel.number == number)
            #expect(parcel.order == order && parcel.ends == ends)
        }
    }

    @Test func `what is too short, over no link, or without a number is no parcel`() {
        var whole: [UInt8] = []
        Parcel(link: .datagram, number: 7, order: 0, ends: 0).append(to: &whole)
        for count in 0..<whole.count { #expect(parsed(Array(whole[..<count])) == nil) }
        for code in UInt8(3)...255 { #expect(parsed([code] + whole.dropFirst()) == nil) }
        #expect(parsed([0] + Array(repeating: 0, count: 16)) == nil)
        // Above what a number can be.
        #expect(parsed([0, 0x80] + Array(repeating: 0, count: 15)) == nil)
        let number: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 1]
        #expect(parsed(number + Array(repeating: 0, count: 8)) != nil)
    }

    @Test func `any bytes are a parcel that is written the same, or none`() {
        var chance = SplitMix64(seed: 1)
        for _ in 0..<200_000 {
            var bytes = (0..<Int(chance.next(below: 24))).map { _ in
                UInt8(truncatingIfNeeded: chance.next())
            }
            // Most would fail at their first byte.
            if !bytes.isEmpty, chance.chance(0.8) { bytes[0] %= 4 }
            guard let parcel = parsed(bytes) else { continue }
            var again: [UInt8] = []
            parcel.append(to: &again)
            guard bytes.starts(with: again) else {
                Issue.record("\(bytes) is read as \(parcel)")
                return
            }
        }
    }
}
