import LabKit
import Processes

/// Long work that a signal may end early; what was found by then is still told.
struct Ending<Value> {
    /// What came of the work.
    let value: Value
    private let signal: Int32?

    /// Does the work, which asks now and then whether it is to go on.
    static func watched(
        _ work: (_ isToGoOn: @escaping @Sendable () -> Bool) throws -> Value
    ) throws -> Ending {
        do throws(ProcessFailure) {
            try Interruption.install()
        } catch {
            throw CommandFailure("\(error)", status: .osError)
        }
        let value = try work { Interruption.signal == nil }
        return Ending(value: value, signal: Interruption.signal)
    }

    /// The same end of work that came to something else.
    func map<Other>(_ body: (Value) throws -> Other) rethrows -> Ending<Other> {
        Ending<Other>(value: try body(value), signal: signal)
    }

    /// Ends the process if a signal ended the work: so that a loop of a shell ends too.
    func dieOfSignal() {
        if let signal { Interruption.dieOf(signal) }
        Interruption.uninstall()
    }
}
