import Glibc
import Messaging
import Processes

/// Why a run could not be had, or was ended: one line for a person, and a status of `sysexits.h`.
public struct DeploymentFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What, where, and what helps.
    public let description: String
    /// What the command ends with.
    public let status: Int32

    init(_ description: String, status: Int32) {
        self.description = description
        self.status = status
    }

    init(_ failure: MessagingFailure, doing what: String) {
        description = "\(what): \(failure)"
        status =
            switch failure {
            case .noPermission: EX_NOPERM
            case .portInUse: EX_UNAVAILABLE
            case .addressNotOfThisMachine: EX_CONFIG
            case .connectionRefused, .unreachable, .timedOut, .connectionLost: EX_UNAVAILABLE
            case .tooManyOpenFiles, .tooMuchHeld, .refused: EX_OSERR
            }
    }

    init(_ failure: ProcessFailure) {
        description = "\(failure)"
        status = EX_OSERR
    }

    /// The folder of a run, or its guard.
    init(ofFolder failure: ProcessFailure) {
        // Not the guard, but the place.
        guard case .refused(let call, _) = failure, call.hasPrefix("making a folder") else {
            self.init(failure)
            return
        }
        self.init("\(failure); name another place with TMPDIR", status: EX_CANTCREAT)
    }

    /// A file that was to be made.
    init(making what: String, remedy: String, code: Int32 = errno) {
        let isForWantOfDescriptors = code == EMFILE || code == ENFILE
        let remedy = isForWantOfDescriptors ? "raise the limit (ulimit -n)" : remedy
        description = "making \(what): \(String(cString: strerror(code))); \(remedy)"
        status = isForWantOfDescriptors ? EX_OSERR : EX_CANTCREAT
    }
}
