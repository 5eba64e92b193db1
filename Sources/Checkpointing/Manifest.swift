import Files
import FoundationEssentials

/// Who saved what in a complete checkpoint.
struct Manifest: Hashable, Codable {
    /// One part.
    struct Entry: Hashable, Codable {
        let name: String
        /// The number of the save.
        let number: Int
        /// How many bytes the state takes.
        let bytes: Int
        /// As the first line of the part has it.
        let checksum: String
    }

    static let form = Seal.Form("lightcone-manifest", version: 1, wordCount: 0)

    let system: String
    let checkpoint: Int
    let recovery: Int
    let parts: [Entry]

    var name: CheckpointName { CheckpointName(checkpoint, recovery: recovery) }

    func pieces() throws -> [[UInt8]] {
        let encoder = JSONEncoder()
        // The same manifest has the same bytes.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        return [Seal(Self.form, [], sealing: body).line(Self.form), body]
    }
}

extension Manifest {
    /// Reads what is behind the first line, of which the checksum was right.
    init(reading file: SealedFile) throws {
        let body = Data(file.bytes[file.seal.lineBytes...])
        self = try JSONDecoder().decode(Manifest.self, from: body)
    }
}
