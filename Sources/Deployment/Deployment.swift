public import Nodes
public import Processes

/// The third world: one operating-system process a node, over UDP and TCP, with real kills.
///
/// The same system with the same nodes as in the other worlds. What reaches whom and when is up to the
/// machine; a run that was recorded can be stepped again in a world without time (`Replay`).
public struct Deployment<N: Node> {
    private let system: System<N>
    private let options: DeploymentOptions
    private let command: ChildProcess.Command
    private let words: [String]
    private let stores: Stores<N.Words.Saved>
    private let hooks: DeploymentHooks

    /// A run that has not begun.
    ///
    /// - Parameters:
    ///   - system: What runs.
    ///   - options: How.
    ///   - command: How the process of a node is started; it must call `NodeProcess.run`.
    ///   - words: From which that process makes the same system.
    ///   - stores: Where nodes put to rest what they save; those of `NodeProcess.run` must be the same.
    ///   - hooks: Who watches.
    public init(
        _ system: System<N>,
        _ options: DeploymentOptions,
        command: ChildProcess.Command,
        words: [String] = [],
        stores: Stores<N.Words.Saved> = .files,
        hooks: DeploymentHooks = DeploymentHooks()
    ) {
        self.system = system
        self.options = options
        self.command = command
        self.words = words
        self.stores = stores
        self.hooks = hooks
    }

    /// Runs to the end: no process, socket or folder is left behind, however it ends.
    ///
    /// To be called on a thread that lives at least as long as the run: on Linux a child dies with the
    /// thread that has started it.
    ///
    /// - Returns: What came of the run.
    /// - Throws: `DeploymentFailure` if there could be no run.
    public func run() throws(DeploymentFailure) -> DeployedRun {
        let supervisor = try Supervisor(
            system,
            options,
            command: command,
            words: words,
            stores: stores,
            hooks: hooks
        )
        return try supervisor.run()
    }
}
