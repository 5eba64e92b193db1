public import Nodes

/// Two-phase commit, as Gray and Lamport's TwoPhase.tla has it.
///
/// "Consensus on transaction commit", ACM TODS 31(1), 2006. What a process may do of its own accord is a
/// timer here, armed exactly while it may. Messages are datagrams that nobody forgets.
public enum TwoPhaseCommit: Node {
    /// The transaction manager.
    case manager(Manager)
    /// A resource manager.
    case resource(Resource)

    /// What they say.
    public enum Words: Vocabulary {
        /// What travels.
        public enum Message: Hashable, Codable, Sendable { case prepared, commit, abort }
        /// What they may do of their own accord.
        public enum Timer: Hashable, Codable, Sendable {
            case commit, abort, prepare, chooseToAbort
        }
    }

    /// The one who decides.
    public struct Manager: Hashable, Codable, Sendable {
        /// How far it is.
        public enum State: Hashable, Codable, Sendable { case undecided, committed, aborted }

        /// How far it is.
        public var state = State.undecided
        /// Who has said that he is prepared.
        public var prepared: Set<NodeID> = []
        let resourceCount: Int
    }

    /// One who takes part.
    public struct Resource: Hashable, Codable, Sendable {
        /// How far it is.
        public enum State: Hashable, Codable, Sendable {
            case working, prepared, committed, aborted
        }

        /// How far it is.
        public var state = State.working
    }

    /// Calls the role's handler.
    public mutating func handle(_ call: Call<Words>, _ effects: inout Effects<Words>) {
        switch self {
        case .manager(var node):
            node.handle(call, &effects)
            self = .manager(node)
        case .resource(var node):
            node.handle(call, &effects)
            self = .resource(node)
        }
    }

    /// The system with so many resource managers; the transaction manager is node 0.
    public static func system(
        resources: Int,
        isSymmetric: Bool = false
    ) throws(ImpossibleSystem) -> System<Self> {
        typealias Member = System<Self>.Member
        let manager = Member("TM") { .manager(Manager(resourceCount: resources)) }
        let others = (1...resources).map { Member("RM_\($0)") { .resource(Resource()) } }
        return try System(
            "two-phase commit",
            members: [manager] + others,
            properties: [
                .always("nobody commits while another aborts") { state in
                    var commits = false
                    var aborts = false
                    for place in state.places {
                        guard case .resource(let resource)? = place.node else { continue }
                        if resource.state == .committed { commits = true }
                        if resource.state == .aborted { aborts = true }
                    }
                    return !(commits && aborts)
                },
                .sometimes("all commit") { state in
                    state.places.allSatisfy { place in
                        guard case .resource(let resource)? = place.node else { return true }
                        return resource.state == .committed
                    }
                },
                .sometimes("all abort") { state in
                    state.places.allSatisfy { place in
                        guard case .resource(let resource)? = place.node else { return true }
                        return resource.state == .aborted
                    }
                },
            ],
            interchangeable: isSymmetric ? [(1...resources).map { NodeID($0) }] : []
        )
    }
}

extension TwoPhaseCommit.Manager {
    mutating func handle(
        _ call: Call<TwoPhaseCommit.Words>,
        _ effects: inout Effects<TwoPhaseCommit.Words>
    ) {
        switch call {
        case .start:
            effects.arm(.abort, after: .zero)
            if resourceCount == 0 { effects.arm(.commit, after: .zero) }
        case .receive(.prepared, let sender):
            // TMRcvPrepared
            guard state == .undecided else { return }
            prepared.insert(sender)
            if prepared.count == resourceCount { effects.arm(.commit, after: .zero) }
        case .fire(.commit):
            // TMCommit
            decide(.committed, .commit, &effects)
        case .fire(.abort):
            // TMAbort
            decide(.aborted, .abort, &effects)
        case .receive, .fire, .idle:
            break
        }
    }

    private mutating func decide(
        _ state: State,
        _ message: TwoPhaseCommit.Words.Message,
        _ effects: inout Effects<TwoPhaseCommit.Words>
    ) {
        self.state = state
        effects.disarm(.commit)
        effects.disarm(.abort)
        for index in 1...resourceCount {
            effects.send(message, to: NodeID(index), over: .datagram)
        }
    }
}

extension TwoPhaseCommit.Resource {
    mutating func handle(
        _ call: Call<TwoPhaseCommit.Words>,
        _ effects: inout Effects<TwoPhaseCommit.Words>
    ) {
        switch call {
        case .start:
            effects.arm(.prepare, after: .zero)
            effects.arm(.chooseToAbort, after: .zero)
        case .fire(.prepare):
            // RMPrepare
            state = .prepared
            effects.disarm(.chooseToAbort)
            effects.send(.prepared, to: NodeID(0), over: .datagram)
        case .fire(.chooseToAbort):
            // RMChooseToAbort
            state = .aborted
            effects.disarm(.prepare)
        case .receive(.commit, _):
            // RMRcvCommitMsg
            end(as: .committed, &effects)
        case .receive(.abort, _):
            // RMRcvAbortMsg
            end(as: .aborted, &effects)
        case .receive, .fire, .idle:
            break
        }
    }

    private mutating func end(as state: State, _ effects: inout Effects<TwoPhaseCommit.Words>) {
        self.state = state
        effects.disarm(.prepare)
        effects.disarm(.chooseToAbort)
    }
}
