/// A moment for each process: what is before it is in the cut, what comes behind it is not.
///
/// A cut is given by how many events of each process are in it. Any counts make a cut; whether it is
/// *consistent* is a question to an execution (`Execution.isConsistent`). A cut says nothing about when:
/// it need not have been, all at once, at any moment of the run that it is a cut of.
public struct Cut: Hashable, Codable, Sendable {
    /// How many events of each process are in it, by process.
    public var counts: [Int]

    /// A cut with so many events of each process.
    public init(counts: [Int]) {
        self.counts = counts
    }

    /// How many events are in it.
    public var size: Int { counts.reduce(0, +) }

    /// Whether an event is in it.
    public func contains(_ point: EventPoint) -> Bool { point.index < counts[point.process] }

    /// Whether all that is in this cut is in another one of the same execution.
    public func isSubset(of other: Cut) -> Bool {
        zip(counts, other.counts).allSatisfy { $0 <= $1 }
    }

    /// What is in one of two cuts of the same execution; consistent if both are.
    public func union(_ other: Cut) -> Cut {
        Cut(counts: zip(counts, other.counts).map { max($0, $1) })
    }

    /// What is in both of two cuts of the same execution; consistent if both are.
    public func intersection(_ other: Cut) -> Cut {
        Cut(counts: zip(counts, other.counts).map { min($0, $1) })
    }
}
