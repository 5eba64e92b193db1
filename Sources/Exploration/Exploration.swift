public import Nodes

/// A search through all that can happen in a system, within bounds.
///
/// A green result means: in no order of deliveries, timers and crashes that the options allow does the
/// system come into a state that its properties forbid. See `docs/exploration.md`.
public struct Exploration<N: Node>: Sendable {
    private let system: System<N>
    private let options: ExplorationOptions

    /// A search.
    ///
    /// - Throws: `ImpossibleExploration` if an option cannot be, in one line.
    public init(
        _ system: System<N>,
        options: ExplorationOptions = ExplorationOptions()
    ) throws(ImpossibleExploration) {
        try options.check()
        guard system.members.count <= 1 << 14 else {
            throw ImpossibleExploration("\(system.name) has more members than 16384")
        }
        if options.usesSymmetry, system.interchangeable.isEmpty {
            throw ImpossibleExploration("\(system.name) names no interchangeable members")
        }
        self.system = system
        self.options = options
    }

    /// Searches.
    ///
    /// - Parameter progress: Is told now and then how far the search has come, by the caller's thread.
    /// - Returns: The same for the same system and options, whatever `cores` says; but for how much was
    ///   seen when a bound on memory ended it.
    public func run(
        progress: (ExplorationProgress) -> Void = { _ in }
    ) -> ExplorationResult<N> {
        withoutActuallyEscaping(progress) { progress in
            if let result = SearchRun(system, options).result(progress: progress) {
                return result
            }
            var serial = options
            serial.cores = 1
            serial.memoryBytesMax = .max
            guard let result = SearchRun(system, serial).result(progress: progress) else {
                preconditionFailure("one thread has nobody to wait for")
            }
            return result
        }
    }
}
