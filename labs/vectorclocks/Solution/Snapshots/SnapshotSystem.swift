import Nodes

/// The processes and their coordinator as a system: who takes part, and what must be true.
enum SnapshotSystem {
    /// The system.
    ///
    /// - Parameters:
    ///   - setup: What its nodes know.
    ///   - inputs: A stream of tweets for each mapper.
    ///   - isJudged: Whether it says what must be true of it; else a run goes on, whatever is wrong.
    /// - Returns: The system.
    /// - Throws: `ImpossibleSystem`; it never is.
    static func make(
        _ setup: SnapshotSetup,
        inputs: Inputs,
        isJudged: Bool = true
    ) throws(ImpossibleSystem) -> System<Role> {
        let names = setup.names
        // The course takes it for granted that the coordinator lives.
        let coordinator = System<Role>.Member(names[0], isSpared: true) {
            .coordinator(Coordinator(setup: setup))
        }
        let processes = (0..<setup.processCount).map { index in
            System<Role>.Member(names[index + 1]) {
                .process(CountingProcess(index: index, setup: setup))
            }
        }
        return try System(
            "vectorclocks",
            members: [coordinator] + processes,
            inputs: inputs,
            properties: isJudged ? properties(setup, SnapshotJudge(setup, inputs)) : [],
            progress: .inputs
        )
    }

    private static func properties(
        _ setup: SnapshotSetup,
        _ judge: SnapshotJudge
    ) -> [Property<Role>] {
        var properties: [Property<Role>] = [
            .always("every complete snapshot is exact: nothing is lost, nothing counted twice") {
                state in
                // Those before the newest were looked at when they were new.
                guard case .coordinator(let coordinator)? = state[SnapshotSetup.coordinator],
                    let newest = coordinator.completed.last
                else { return true }
                return judge.isExact(newest, in: state.places)
            },
            .eventually("every snapshot is complete, or was given up") { state in
                guard case .coordinator(let coordinator)? = state[SnapshotSetup.coordinator] else {
                    return false
                }
                return coordinator.attempts.isEmpty && coordinator.position == .running
            },
            .eventually("all is counted, and counted once") { judge.isCountedOnce(in: $0) },
        ]
        guard setup.snapshotCountMax > 0 else { return properties }
        properties.append(
            .sometimes("a snapshot is complete") { state in newest(in: state) != nil }
        )
        if setup.algorithm.recordsInFlight {
            properties.append(
                .sometimes("a complete snapshot holds messages in flight") { state in
                    guard let newest = newest(in: state),
                        let parts = judge.parts(of: newest, in: state.places)
                    else { return false }
                    return parts.contains { !$0.inFlight.isEmpty }
                }
            )
        }
        return properties
    }

    private static func newest(in state: SystemState<Role>) -> Int? {
        guard case .coordinator(let coordinator)? = state[SnapshotSetup.coordinator] else {
            return nil
        }
        return coordinator.completed.last
    }
}
