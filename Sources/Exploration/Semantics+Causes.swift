import Nodes

extension Semantics {
    /// What runs a handler.
    enum Cause {
        case call(Call<Words>)
        /// The oldest write comes to rest.
        case finish

        /// Whether something stays although the handler has done nothing yet.
        var leavesMark: Bool {
            switch self {
            case .call(.start), .finish: true
            case .call(.receive), .call(.fire), .call(.idle): false
            }
        }
    }

    /// Runs the handler, and performs those of its effects that touch nobody else.
    func perform(
        _ cause: Cause,
        on state: inout LocalState<N>,
        at id: NodeID,
        crashAfter: Int? = nil
    ) -> LocalState<N>.Result {
        switch cause {
        case .call(let call):
            return state.run(call, at: id, of: system, crashAfter: crashAfter)
        case .finish:
            let ended = state.endWrite(
                isDurable: true,
                at: id,
                of: system,
                crashAfter: crashAfter
            )
            guard let ended else { preconditionFailure("node \(id) is writing nothing") }
            return ended.result
        }
    }

    /// What is not pure about a handler, if it is run on this state; nil if all is well.
    func impurity(
        of cause: Cause,
        on state: LocalState<N>,
        at id: NodeID
    ) -> String? {
        var place = state.place
        let call: Call<Words>
        switch cause {
        case .call(.start):
            call = .start
            let make = system.members[id.index].make
            let node = make()
            guard make() == node else { return "made twice, it is not the same" }
            place.begin(node)
        case .call(let told): call = told
        case .finish:
            guard let write = state.agenda.writes.first else { return nil }
            call = .fire(write.then)
            place.save(write.value, as: write.name)
        }
        guard let node = place.node else { return nil }
        let surroundings = place.surroundings(at: id, of: system)
        let check = PurityCheck(node: node, call: call, surroundings: surroundings)
        var effects = Effects(surroundings)
        place.handle(call, &effects)
        guard let after = place.node else { return nil }
        return check.difference(after: after, effects: effects.takeList())
    }
}
