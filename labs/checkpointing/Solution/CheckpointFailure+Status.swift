import Checkpointing
import Files
import LabKit

extension CheckpointFailure {
    /// What a command ends with that could not go on for this.
    var status: ExitStatus {
        switch self {
        case .noRights: .noPermission
        case .notAFolder: .cantCreate
        case .file(let failure) where failure.action == .making: .cantCreate
        case .diskFull, .otherSystem, .otherParts, .badPartName, .badParts, .unknownPart, .badName,
            .noForm, .noSuchCheckpoint, .damaged, .notAllThere, .notNewer, .unsettled, .stopped,
            .file:
            .ioError
        }
    }
}

extension Argument {
    /// The path of a folder of checkpoints.
    ///
    /// - Throws: `UsageError` if it is not UTF-8: the processes of a run could not be told of it.
    func folder() throws(UsageError) -> String {
        guard let validText else {
            throw UsageError("the folder \(quoted) is not UTF-8, and cannot hold checkpoints")
        }
        return validText
    }
}
