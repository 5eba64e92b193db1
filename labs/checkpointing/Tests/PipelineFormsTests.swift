import Chance
import Foundation
import Nodes
import Testing
import Text

@testable import Checkpointing
@testable import CheckpointingSolution
@testable import Deployment

/// The forms of messages and of parts, given what they are, nearly what they are, and any bytes at all.
@Suite struct PipelineFormsTests {
    /// How many inputs; `make fuzz` asks for more.
    private static let inputs =
        ProcessInfo.processInfo.environment["LIGHTCONE_FUZZ"].flatMap(Int.init) ?? 20_000

    private static let packed: [PackedCounts] = [
        [], ["be"], ["to", "be", "or", "not", "to", "be"], (0..<30).map { "w\($0 % 13)" },
    ].map { (words: [String]) in
        var counts = WordCounts()
        for word in words { counts.add(Array(word.utf8)) }
        return counts.packed(isSorted: true)
    }

    private static let messages: [Pipeline.Message] =
        packed.map { .counts($0, recovery: 3) } + [
            .heartbeat, .checkpoint(id: 1, recovery: 2), .forwardedCheckpoint(id: 0, recovery: 9),
            .checkpointAcknowledged(id: 7, recovery: 0), .lastCheckpointAcknowledged(recovery: 1),
            .checkpointRefused(id: 2, recovery: 1), .recover(checkpoint: -1, recovery: 4),
            .recoveryAcknowledged(recovery: 4), .recoveryRefused(checkpoint: 3, recovery: 4),
            .done(recovery: .max), .failed(reason: "a \"b\" \u{1F600}"), .exit,
            .counts(packed[2], recovery: -1),
        ]

    private static let parts: [Pipeline.Saved] =
        packed.map { .counts(WordCounts($0), recovery: 3) } + [
            .cursor(Cursor(), recovery: 0), .cursor(Cursor(lastStreamID: 12), recovery: 5),
            .complete(recovery: 8),
        ]

    private func bytes(of message: Pipeline.Message) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try MessageCodec.pipeline.encode(message, &bytes)
        return bytes
    }

    private func bytes(of part: Pipeline.Saved) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try PartCodec.saved.encode(part, &bytes)
        return bytes
    }

    private func message(_ bytes: [UInt8]) throws -> Pipeline.Message {
        try bytes.withUnsafeBytes { try MessageCodec.pipeline.decode($0) }
    }

    private func part(_ bytes: [UInt8]) throws -> Pipeline.Saved {
        try bytes.withUnsafeBytes { try PartCodec.saved.decode($0) }
    }

    /// Some bytes that are no more what they were: bits, cuts, pieces that are doubled, left out or drawn.
    private func mutate(_ bytes: inout [UInt8], _ chance: inout SplitMix64) {
        let place = Int(chance.next(below: UInt64(bytes.count + 1)))
        let end = min(bytes.count, place + 1 + Int(chance.next(below: 12)))
        switch chance.next(below: 7) {
        case 0, 1, 2: if place < end { bytes[place] ^= 1 << UInt8(chance.next(below: 8)) }
        case 3: bytes.removeSubrange(place...)
        case 4: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 5: bytes.removeSubrange(place..<end)
        default:
            let drawn = (0..<chance.next(below: 12)).map { _ in
                UInt8(truncatingIfNeeded: chance.next())
            }
            bytes.replaceSubrange(place..<end, with: drawn)
        }
    }

    /// Gives a decoder all forms, and then so many inputs.
    ///
    /// - Returns: How many of them it took, and how many it refused.
    private func fuzz(
        _ forms: [[UInt8]],
        _ take: ([UInt8]) throws -> Bool
    ) rethrows -> (taken: Int, refused: Int) {
        var found = (taken: 0, refused: 0)
        for number in 0..<Self.inputs {
            var chance = SplitMix64(seed: UInt64(number))
            var bytes = forms[Int(chance.next(below: UInt64(forms.count)))]
            for _ in 0..<chance.next(below: 4) { mutate(&bytes, &chance) }
            if try take(bytes) { found.taken += 1 } else { found.refused += 1 }
        }
        return found
    }

    @Test func `every message and every part comes back as it was`() throws {
        for sent in Self.messages { #expect(try message(bytes(of: sent)) == sent) }
        for saved in Self.parts { #expect(try part(bytes(of: saved)) == saved) }
    }

    @Test func `any bytes are a message that comes back the same, or none`() throws {
        let found = try fuzz(try Self.messages.map(bytes)) { input in
            guard let read = try? message(input) else { return false }
            let again = try message(bytes(of: read))
            try #require(again == read, "\(input)")
            return true
        }
        #expect(found.taken > Self.inputs / 10 && found.refused > Self.inputs / 10, "\(found)")
    }

    @Test func `any bytes are a part that comes back the same, or none`() throws {
        let found = try fuzz(try Self.parts.map(bytes)) { input in
            guard let read = try? part(input) else { return false }
            let again = try part(bytes(of: read))
            try #require(again == read, "\(input)")
            return true
        }
        #expect(found.taken > Self.inputs / 10 && found.refused > Self.inputs / 10, "\(found)")
    }

    /// What is no message of these nodes must not end them either: a handler gets whatever has the form.
    @Test func `no message that has the form ends a node, whatever is in it`() throws {
        var options = PipelineOptions()
        options.files = 2
        let system = try PipelineSystem.make(options.setup(), inputs: options.inputs())
        var handled = 0
        let forms = try Self.messages.map(bytes)
        _ = fuzz(forms) { input in
            guard let read = try? message(input) else { return false }
            for (index, member) in system.members.enumerated() {
                var node = member.make()
                let surroundings = Surroundings<Pipeline>(
                    me: NodeID(index),
                    incarnation: 0,
                    nodeCount: system.members.count,
                    saved: .held([:], damaged: []),
                    inputs: system.inputs
                )
                var effects = Effects(surroundings)
                node.handle(.receive(read, from: NodeID((index + 1) % 5)), &effects)
                handled += 1
            }
            return true
        }
        #expect(handled > Self.inputs / 2)
    }
}
