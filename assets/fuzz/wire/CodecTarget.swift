import Chance
import Messaging

/// A codec, as it reads streams or as it reads datagrams.
struct CodecTarget<Codec: WireCodec>: FuzzTarget {
    let name: String
    let codec: Codec
    let isDatagram: Bool
    /// Whether a unit has one form in bytes only: what was read is then written just as it was.
    let isCanonical: Bool
    let expected: [Outcome]
    let make: (inout [UInt8], inout SplitMix64) -> Void

    init(
        _ name: String,
        _ codec: Codec,
        isDatagram: Bool,
        isCanonical: Bool,
        expected: [Outcome],
        make: @escaping (inout [UInt8], inout SplitMix64) -> Void
    ) {
        self.name = name
        self.codec = codec
        self.isDatagram = isDatagram
        self.isCanonical = isCanonical
        self.expected = expected
        self.make = make
    }

    var outcomes: [String] { expected.map { "\($0)" } }

    func makeInput(_ bytes: inout [UInt8], _ chance: inout SplitMix64) { make(&bytes, &chance) }

    func outcome(
        of bytes: [UInt8],
        _ chance: inout SplitMix64
    ) throws(BrokenInvariant) -> Int {
        let outcome = try bytes.withUnsafeBufferPointer { buffer throws(BrokenInvariant) in
            let all = UnsafeRawBufferPointer(buffer)
            return isDatagram ? try ofDatagram(all) : try ofStream(all, &chance)
        }
        guard let index = expected.firstIndex(of: outcome) else {
            throw BrokenInvariant(reason: "an outcome that cannot be: \(outcome)")
        }
        return index
    }

    private func ofDatagram(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) -> Outcome {
        let unit: Codec.Unit
        do throws(WireFailure) {
            unit = try codec.decodeDatagram(bytes)
        } catch {
            return Outcome(error)
        }
        try check(unit, bytes)
        return .unit
    }

    private func ofStream(
        _ bytes: UnsafeRawBufferPointer,
        _ chance: inout SplitMix64
    ) throws(BrokenInvariant) -> Outcome {
        let cut = Int(chance.next(below: UInt64(bytes.count + 1)))
        let whole = answer(bytes)
        let beginning = answer(UnsafeRawBufferPointer(rebasing: bytes[..<cut]))
        // More bytes may turn "more" into anything, and change nothing else.
        if beginning != .more, beginning != whole {
            throw BrokenInvariant(reason: "\(beginning) after \(cut) bytes, \(whole) after all")
        }
        switch whole {
        case .more:
            if bytes.count >= codec.unitBytesMax {
                throw BrokenInvariant(reason: "more is wanted than a unit has at most")
            }
            return .more
        case .failure(let failure): return Outcome(failure)
        case .unit(let unit, let byteCount):
            guard (1...bytes.count).contains(byteCount), byteCount <= codec.unitBytesMax else {
                throw BrokenInvariant(reason: "a unit of \(byteCount) bytes")
            }
            try check(unit, UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]))
            return .unit
        }
    }

    /// An answer that can be compared with another.
    private enum Answer: Equatable {
        case more
        case unit(Codec.Unit, Int)
        case failure(WireFailure)
    }

    private func answer(_ bytes: UnsafeRawBufferPointer) -> Answer {
        do throws(WireFailure) {
            guard let found = try codec.decode(bytes) else { return .more }
            return .unit(found.unit, found.byteCount)
        } catch {
            return .failure(error)
        }
    }

    /// Writes a unit that was read, and reads it again, both ways.
    private func check(
        _ unit: Codec.Unit,
        _ bytes: UnsafeRawBufferPointer
    ) throws(BrokenInvariant) {
        var again: [UInt8] = []
        do throws(WireFailure) {
            try codec.append(unit, to: &again)
        } catch {
            // What others write more tersely than we do may not fit when we write it.
            if case .tooLong = error, !isCanonical { return }
            throw BrokenInvariant(reason: "a unit was read that cannot be written: \(error)")
        }
        if isCanonical, !again.elementsEqual(bytes) {
            throw BrokenInvariant(reason: "what was read is written otherwise")
        }
        let (stream, datagram) = again.withUnsafeBytes { buffer in
            (answer(buffer), try? codec.decodeDatagram(buffer))
        }
        guard stream == .unit(unit, again.count), datagram == unit else {
            throw BrokenInvariant(reason: "what was read and written reads as \(stream)")
        }
    }
}
