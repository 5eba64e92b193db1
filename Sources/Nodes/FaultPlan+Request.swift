extension FaultPlan {
    /// What `--faults` asks for: a plan, or a budget from which each seed makes its own plan.
    public enum Request: Hashable, Codable, Sendable {
        /// This plan.
        case scripted(FaultPlan)
        /// A plan drawn from this budget.
        case random(RandomFaults)
    }
}

extension FaultPlan.Request: CustomStringConvertible {
    /// Reads either text form: that of a plan, or `random` and its budget.
    ///
    /// - Parameters:
    ///   - text: What was asked for.
    ///   - names: What the nodes are called.
    ///   - progress: That of the system; without it, `at 30%` is refused.
    /// - Throws: `FaultPlan.Malformed` for the first word that is wrong.
    public init(
        parsing text: String,
        nodes names: [String],
        progress: Progress = .unknown
    ) throws(FaultPlan.Malformed) {
        do throws(FaultPlanMistake) {
            let statements = try FaultPlanWords.statements(of: text)
            if var words = statements.first, words.skip("random") {
                self = .random(try RandomFaults(from: &words))
                guard let other = statements.dropFirst().first?.first else { return }
                let reason = "'random' stands for a whole plan; expected nothing after it"
                throw FaultPlanMistake(other, reason)
            }
            let parser = FaultPlanParser(names: names, progress: progress)
            self = .scripted(try parser.plan(statements))
        } catch {
            throw FaultPlan.Malformed(error, in: text)
        }
    }

    /// The text form; it reads back as an equal request.
    public var description: String {
        switch self {
        case .scripted(let plan): "\(plan)"
        case .random(let faults): "\(faults)"
        }
    }
}
