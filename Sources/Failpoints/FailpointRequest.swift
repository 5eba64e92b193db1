/// What shall happen, where, at which pass, in which process: `Server:store.after-save=kill@2`.
///
/// It is also what the process tells whoever watches, just before it does what was asked for.
public struct FailpointRequest: Hashable, Sendable {
    /// The process that it is for; nil: for every process.
    public let process: String?
    /// The name of the failpoint.
    public let name: String
    /// What happens there.
    public let action: FailpointAction
    /// At which pass it happens, once, counted from 1 in each process.
    public let pass: Int

    /// The latest pass that can be asked for.
    public static let passMax = 1_000_000_000

    /// A request that is made by code.
    public init(
        _ failpoint: Failpoint,
        _ action: FailpointAction,
        pass: Int = 1,
        process: String? = nil
    ) {
        precondition(1...Self.passMax ~= pass, "pass \(pass)")
        self.init(process: process, name: failpoint.name, action: action, pass: pass)
    }

    init(process: String?, name: String, action: FailpointAction, pass: Int) {
        self.process = process
        self.name = name
        self.action = action
        self.pass = pass
    }

    /// Whether it is for a process of this name.
    func isFor(_ process: String) -> Bool { self.process == nil || self.process == process }
}

extension FailpointRequest: CustomStringConvertible {
    /// The text that gives this request again, with its count: `store.after-save=exit:1@1`.
    public var description: String {
        "\(process.map { "\($0):" } ?? "")\(name)=\(action)@\(pass)"
    }
}
