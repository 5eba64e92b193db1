public import Failpoints
public import Files

/// Why a store of checkpoints cannot do what was asked; checkpoints that were complete still are.
public enum CheckpointFailure: Error, Hashable, Sendable {
    /// There is no room on the disk, or the user may have no more of it.
    case diskFull(FileFailure)
    /// The user may not do this, or the disk takes no writes.
    case noRights(FileFailure)
    /// Something else lies where a folder belongs.
    case notAFolder(path: String)
    /// The checkpoints here are those of another system.
    case otherSystem(path: String, found: String, expected: String)
    /// The checkpoints here are of a system with other members.
    case otherParts(path: String, found: [String], expected: [String])
    /// No part can have this name.
    case badPartName(String)
    /// The system has no such part, or has it twice.
    case badParts([String])
    /// The system has no part of this name.
    case unknownPart(String, parts: [String])
    /// No checkpoint can have this name.
    case badName(CheckpointName)
    /// The state of this part has no form as bytes.
    case noForm(part: String, reason: String)
    /// There is no complete checkpoint of this name.
    case noSuchCheckpoint(CheckpointName, path: String)
    /// It should be whole, and is not.
    case damaged(CheckpointDamage)
    /// It cannot be completed: parts are missing, or not whole.
    case notAllThere(CheckpointName, missing: [String], damaged: [CheckpointDamage])
    /// It cannot be completed, nor saved to: one that is newer is complete, or this one is itself.
    case notNewer(CheckpointName, newest: CheckpointName)
    /// The new name is given, and nobody knows whether it has come to the disk.
    case unsettled(FileFailure)
    /// A failpoint was asked for an error.
    case stopped(FailpointError)
    /// Anything else about a file.
    case file(FileFailure)

    init(_ failure: FileFailure) {
        self =
            if failure.isForLackOfRoom {
                .diskFull(failure)
            } else if failure.isForLackOfRights {
                .noRights(failure)
            } else {
                .file(failure)
            }
    }

    /// Whether what was asked for certainly did not take place; if not, it may have: ask again, which does
    /// no harm.
    public var definitelyNotDone: Bool {
        switch self {
        case .diskFull, .noRights, .notAFolder, .otherSystem, .otherParts, .badPartName, .badParts,
            .unknownPart, .badName, .noForm, .noSuchCheckpoint, .damaged, .notAllThere, .notNewer,
            .file:
            true
        case .unsettled: false
        case .stopped(let failpoint):
            // Behind these the new name is given.
            ![Failpoint.partRenamed.name, Failpoint.checkpointRenamed.name].contains(failpoint.name)
        }
    }
}

extension CheckpointFailure: CustomStringConvertible {
    /// One line: what happened, where, and what to do about it.
    public var description: String {
        switch self {
        case .diskFull(let failure):
            "\(failure); make room there, or choose another folder"
        case .noRights(let failure):
            "\(failure); let this user read and write there, or choose another folder"
        case .notAFolder(let path):
            "\(path) is no folder; move it away, or choose another folder"
        case .otherSystem(let path, let found, let expected):
            "\(path) is a checkpoint of the system '\(found)', not of '\(expected)'; "
                + "choose another folder"
        case .otherParts(let path, let found, let expected):
            "\(path) is a checkpoint of \(found.joined(separator: ", ")), not of "
                + "\(expected.joined(separator: ", ")); begin with the same members, or choose "
                + "another folder"
        case .badPartName(let name):
            "'\(name)' is no name of a part; expected 1 to \(CheckpointFolder.partNameBytesMax) "
                + "letters, digits, '_' or '-'"
        case .badParts(let parts):
            "the parts are \(parts.joined(separator: ", ")); expected at least one, and each once"
        case .unknownPart(let part, let parts):
            "there is no part '\(part)'; expected one of \(parts.joined(separator: ", "))"
        case .badName(let name):
            "there cannot be a \(name); expected numbers from 0 to \(CheckpointName.numberMax)"
        case .noForm(let part, let reason):
            "the state of \(part) cannot be saved: \(reason)"
        case .noSuchCheckpoint(let name, let path):
            "\(name) is not complete, or is not there: there is no \(path)"
        case .damaged(let damage): damage.description
        case .notAllThere(let name, let missing, let damaged):
            "\(name) cannot be completed: "
                + (missing.map { "\($0) is missing" } + damaged.map(\.text))
                .joined(separator: ", ") + "; give it up, and begin another one"
        case .notNewer(let name, let newest):
            "\(name) comes too late: \(newest) is complete; begin a newer one"
        case .unsettled(let failure):
            "\(failure); what was saved may be lost when the power fails: do it again"
        case .stopped(let failpoint): failpoint.description
        case .file(let failure) where failure.action == .making && failure.isForNothing:
            "\(failure); make the folder that it lies in, or choose another folder"
        case .file(let failure): failure.description
        }
    }
}
