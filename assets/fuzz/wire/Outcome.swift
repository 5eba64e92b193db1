import Messaging

/// What a `WireCodec` may say of bytes.
enum Outcome: Int, CaseIterable {
    case unit, more
    case notAFrame, otherVersion, unknownKind, otherRun, damaged
    case tooLong, truncated, trailing
    case notJSON, unknownType, missing, wrongValue, repeated
    case doesNotFit

    init(_ failure: WireFailure) {
        self =
            switch failure {
            case .notAFrame: .notAFrame
            case .otherVersion: .otherVersion
            case .unknownKind: .unknownKind
            case .otherRun: .otherRun
            case .damaged: .damaged
            case .tooLong: .tooLong
            case .truncated: .truncated
            case .trailing: .trailing
            case .doesNotFit: .doesNotFit
            case .notJSON: .notJSON
            case .unknownType: .unknownType
            case .missing: .missing
            case .wrongValue: .wrongValue
            case .repeated: .repeated
            }
    }
}
