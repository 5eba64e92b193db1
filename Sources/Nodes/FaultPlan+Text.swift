extension FaultPlan {
    /// Reads the text form; `docs/fault-plans.md` has its grammar.
    ///
    /// Any text gives a plan or `Malformed`.
    ///
    /// - Parameters:
    ///   - text: Faults with `;` or a new line between them; what follows a `#` is a comment.
    ///   - names: What the nodes are called: each name and pattern of the text must mean one of them.
    ///   - progress: That of the system; without it, `at 30%` would wait for ever and is refused.
    /// - Throws: `Malformed` for the first word that is wrong.
    public init(
        parsing text: String,
        nodes names: [String],
        progress: Progress = .unknown
    ) throws(Malformed) {
        do throws(FaultPlanMistake) {
            let parser = FaultPlanParser(names: names, progress: progress)
            self = try parser.plan(try FaultPlanWords.statements(of: text))
        } catch {
            throw Malformed(error, in: text)
        }
    }
}

extension FaultPlan: CustomStringConvertible {
    /// The text form, on one line unless a name of a save has several.
    ///
    /// It reads back as an equal plan, as long as reading allows what the plan says. A plan that was put
    /// together in code can hold more: an end for a kill, nodes that are not there.
    public var description: String { faults.map(\.description).joined(separator: "; ") }
}
