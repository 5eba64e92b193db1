/// What shall go wrong in a run: data, and the same in every world.
///
/// Its readable form is a list of faults with `;` between them (`docs/fault-plans.md` has the grammar):
///
/// ```text
/// kill Mapper_0 after 3 saves restart after 200ms; stop Reducer_1 at 30% for 2s
/// lose 20% Mapper_*→Coordinator; partition Mapper_0|Coordinator at 1s for 500ms
/// ```
public struct FaultPlan: Hashable, Codable, Sendable {
    /// The faults, in the order in which they were written.
    public var faults: [Fault]

    /// A plan of these faults; of none, nothing goes wrong.
    public init(_ faults: [Fault] = []) {
        self.faults = faults
    }
}
