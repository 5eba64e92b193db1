import Chance

/// Changes that make bytes nearly what they were.
enum Mutation {
    private static let bytesOfInterest: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]

    /// Replaces bytes by random ones, fewer than `bound`.
    static func randomise(
        _ bytes: inout [UInt8],
        below bound: UInt64,
        _ chance: inout SplitMix64
    ) {
        bytes.removeAll(keepingCapacity: true)
        for _ in 0..<chance.next(below: bound) {
            bytes.append(UInt8(truncatingIfNeeded: chance.next()))
        }
    }

    /// One change: bits, bytes, a cut at the end, a piece that is doubled, left out or put in.
    ///
    /// - Parameters:
    ///   - bytes: What is changed.
    ///   - pieces: What may be put in.
    ///   - chance: What decides.
    static func apply(
        to bytes: inout [UInt8],
        pieces: [[UInt8]],
        _ chance: inout SplitMix64
    ) {
        let place = Int(chance.next(below: UInt64(bytes.count + 1)))
        let lengthMax = min(bytes.count - place, 1 + Int(chance.next(below: 16)))
        let piece = place..<place + lengthMax
        switch chance.next(below: 8) {
        case 0, 1:
            if place < bytes.count { bytes[place] ^= 1 << UInt8(chance.next(below: 8)) }
        case 2:
            if place < bytes.count { bytes[place] = pick(bytesOfInterest, &chance) }
        case 3: bytes.removeSubrange(place...)
        case 4: bytes.insert(contentsOf: Array(bytes[piece]), at: place)
        case 5: bytes.removeSubrange(piece)
        case 6: bytes.replaceSubrange(piece, with: pick(pieces, &chance))
        default: bytes.insert(contentsOf: pick(pieces, &chance), at: place)
        }
    }

    /// One of several.
    static func pick<Element>(_ elements: [Element], _ chance: inout SplitMix64) -> Element {
        elements[Int(chance.next(below: UInt64(elements.count)))]
    }
}
