import Nodes
import Text

/// The pipeline as a system: who takes part, and what must be true.
enum PipelineSystem {
    /// The system.
    ///
    /// - Parameters:
    ///   - setup: What its nodes know.
    ///   - inputs: A stream of file names for each mapper, and the files.
    /// - Returns: The system, with what must be true of it.
    /// - Throws: `ImpossibleSystem`; it never is.
    static func make(
        _ setup: PipelineSetup,
        inputs: Inputs
    ) throws(ImpossibleSystem) -> System<Role> {
        let invariants = Invariants(setup, inputs)
        var members = [
            // The course takes it for granted that the coordinator lives.
            System<Role>.Member("Coordinator", isSpared: true) {
                .coordinator(Coordinator(setup: setup))
            }
        ]
        for index in 0..<setup.mapperCount {
            members.append(.init("Mapper_\(index)") { .mapper(Mapper(index: index, setup: setup)) })
        }
        for index in 0..<setup.reducerCount {
            members.append(
                .init("Reducer_\(index)") { .reducer(Reducer(index: index, setup: setup)) }
            )
        }
        return try System(
            "checkpointing",
            members: members,
            inputs: inputs,
            properties: invariants.all,
            progress: .inputs
        )
    }
}
