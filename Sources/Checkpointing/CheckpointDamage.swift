public import Files

/// What is wrong with a checkpoint that should be whole, and where.
public struct CheckpointDamage: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// Nothing is there.
        case missing
        /// Something is there that is no regular file, or no folder where one belongs.
        case otherKind
        /// The file has no bytes: it was made, and never written.
        case empty
        /// The file does not begin as ours do.
        case notOurs
        /// Another version of the program wrote it, in another form.
        case otherVersion(String)
        /// Its first line is not one.
        case malformedLine
        /// It ends too soon.
        case cutShort(bytes: Int, expected: Int)
        /// It goes on behind its end.
        case tooLong(bytes: Int, expected: Int)
        /// Some bit is another than what was written.
        case checksum
        /// It is whole, and belongs elsewhere.
        case wrongPlace(says: String)
        /// It is whole, and not the one that the manifest knows.
        case notTheOneSaved
        /// The disk does not give it back.
        case unreadable(FileFailure)
        /// Its bytes are those that were saved, and its reader does not understand them.
        case undecodable(String)
    }

    /// Which checkpoint.
    public let checkpoint: CheckpointName
    /// Whose part; nil: it is the manifest, or the folder itself.
    public let part: String?
    /// The file.
    public let path: String
    /// What is wrong.
    public let reason: Reason

    /// What is wrong where, without the checkpoint and the path: `Reducer_1: the checksum does not match`.
    public var text: String { "\(part ?? CheckpointFolder.manifest): \(reason.text)" }

    /// One line.
    public var description: String {
        "\(checkpoint) is damaged: \(text) (\(path)); an older checkpoint may be whole"
    }
}

extension CheckpointDamage.Reason {
    /// A few words.
    public var text: String {
        switch self {
        case .missing: "it is missing"
        case .otherKind: "it is no regular file"
        case .empty: "it is empty"
        case .notOurs: "it is no such file"
        case .otherVersion(let version): "its form is that of version \(version)"
        case .malformedLine: "its first line cannot be read"
        case .cutShort(let bytes, let expected): "it has \(bytes) of \(expected) bytes"
        case .tooLong(let bytes, let expected): "it has \(bytes) bytes instead of \(expected)"
        case .checksum: "the checksum does not match"
        case .wrongPlace(let says): "it belongs to \(says)"
        case .notTheOneSaved: "it is not the one that the manifest names"
        case .unreadable(let failure): "\(failure)"
        case .undecodable(let reason): "it cannot be understood: \(reason)"
        }
    }

    init(_ mistake: Seal.Mistake) {
        self =
            switch mistake {
            case .otherMark: .notOurs
            case .otherVersion(let version): .otherVersion(version)
            case .malformedLine: .malformedLine
            }
    }
}
