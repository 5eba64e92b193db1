/// One row of the table that `snapshot` prints: what all runs under one algorithm have shown.
struct SnapshotRow: Hashable, Codable {
    let algorithm: String
    let runs: Int
    /// How many snapshots were to be taken: nobody dies, so that each should be complete.
    let asked: Int
    /// How many snapshots were complete.
    let snapshots: Int
    /// How many of them were exact: nothing lost, nothing counted twice.
    let exact: Int
    /// How many snapshots lost messages, and how many messages that were.
    let losing: Int
    let lost: Int
    /// How many snapshots counted messages that will be sent again, and how many messages that were.
    let doubling: Int
    let doubled: Int
    /// How many messages were in flight, and are part of a snapshot.
    let saved: Int
    /// From τ to complete; nil if no snapshot was.
    let medianNanoseconds: Int?
    let mostNanoseconds: Int?
    /// What the algorithm adds to the messages of a run, on average.
    let bytesPerRun: Int
    /// The first seed with a snapshot that is not exact.
    let firstInexactSeed: UInt64?
    /// The first seed with a snapshot that is not complete.
    let firstIncompleteSeed: UInt64?

    /// - Parameters:
    ///   - setup: What all runs had in common.
    ///   - runs: What they have shown.
    init(_ setup: SnapshotSetup, _ runs: [SnapshotExperiment.Run]) {
        let taken = runs.flatMap(\.taken)
        let times = taken.map(\.nanoseconds).sorted()
        algorithm = setup.algorithm.rawValue
        self.runs = runs.count
        asked = runs.count * setup.snapshotCountMax
        snapshots = taken.count
        exact = taken.count { $0.verdict.isExact }
        losing = taken.count { $0.verdict.lost > 0 }
        lost = taken.reduce(0) { $0 + $1.verdict.lost }
        doubling = taken.count { $0.verdict.doubled > 0 }
        doubled = taken.reduce(0) { $0 + $1.verdict.doubled }
        saved = taken.reduce(0) { $0 + $1.verdict.saved }
        medianNanoseconds = times.isEmpty ? nil : times[times.count / 2]
        mostNanoseconds = times.last
        bytesPerRun = runs.isEmpty ? 0 : runs.reduce(0) { $0 + $1.bytes } / runs.count
        firstInexactSeed =
            runs.first { run in
                run.taken.contains { !$0.verdict.isExact }
            }?.seed
        firstIncompleteSeed = runs.first { $0.taken.count < setup.snapshotCountMax }?.seed
    }
}
