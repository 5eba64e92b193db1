import Causality
import Nodes

/// What a snapshot is worth, found out without asking the algorithm that took it.
struct SnapshotVerdict: Hashable, Codable {
    /// Whether the counts, with what was in flight, are exactly what had been read at the cursors.
    let countsAgree: Bool
    /// Whether nobody's part knows more of another process than that process's own part: the parts are a
    /// consistent cut.
    let isCut: Bool
    /// Messages that were in flight, and are recorded.
    let saved: Int
    /// Messages that were in flight, and are not: whoever goes back to this never counts them.
    let lost: Int
    /// Messages that are counted, while their sender will send them again.
    let doubled: Int

    /// Whether going back to it loses nothing and doubles nothing; a consistent cut alone may lose what is in
    /// flight across it.
    var isExact: Bool { countsAgree && isCut }
}

/// Judges snapshots by a serial count, and by vector clocks.
struct SnapshotJudge: Sendable {
    private let setup: SnapshotSetup
    /// How often each word is in the first so many tweets, by mapper.
    private let serial: [[[String: Int]]]

    init(_ setup: SnapshotSetup, _ inputs: Inputs) {
        self.setup = setup
        serial = (0..<setup.mapperCount).map { mapper in
            var counts: [[String: Int]] = [[:]]
            for tweet in inputs.texts(of: SnapshotSetup.stream(of: mapper)) {
                var sum = counts[counts.count - 1]
                for count in Mapper.counts(of: tweet) { sum[count.word, default: 0] += count.times }
                counts.append(sum)
            }
            return counts
        }
    }

    /// What is right in the end.
    var all: [String: Int] { Self.sum(serial.map { $0[$0.count - 1] }) }

    /// How many tweets a mapper has.
    func tweetCount(of mapper: Int) -> Int { serial[mapper].count - 1 }

    /// The verdict on a snapshot.
    ///
    /// - Parameter parts: One of each process, in their order.
    /// - Returns: What it is worth.
    func verdict(on parts: [Snapshots.Saved]) -> SnapshotVerdict {
        var read: [[String: Int]] = []
        var counted: [[String: Int]] = []
        for (index, part) in parts.enumerated() {
            switch part.program {
            case .mapper(let mapper): read.append(serial[index][mapper.cursor])
            case .reducer(let reducer): counted.append(reducer.counts)
            }
            counted += part.inFlight.map { [$0.count.word: $0.count.times] }
        }
        let saved = parts.reduce(0) { $0 + $1.inFlight.count }
        return SnapshotVerdict(
            countsAgree: Self.sum(read) == Self.sum(counted),
            isCut: Self.isCut(parts.map(\.clock)),
            saved: saved,
            lost: parts.reduce(0) { $0 + $1.deficit } - saved,
            doubled: parts.reduce(0) { $0 + $1.ahead }
        )
    }

    /// Whether the events of these clocks, one of each process, may have been the last ones at one moment:
    /// nobody knows more of another than that one itself (Mattern 1989, section 5).
    static func isCut(_ clocks: [VectorClock]) -> Bool {
        clocks.allSatisfy { clock in
            clocks.indices.allSatisfy { clock[$0] <= clocks[$0][$0] }
        }
    }

    private static func sum(_ parts: [[String: Int]]) -> [String: Int] {
        parts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    }

    // MARK: In a state of the system

    /// The parts of a snapshot, in the order of the processes; nil if one is missing.
    func parts(of snapshot: Int, in places: [Place<Role>]) -> [Snapshots.Saved]? {
        let name = Snapshots.name(of: snapshot)
        let parts = setup.processes.compactMap { places[$0.index].saved[name] }
        return parts.count == setup.processCount ? parts : nil
    }

    /// Whether a snapshot is what somebody can go back to.
    func isExact(_ snapshot: Int, in places: [Place<Role>]) -> Bool {
        parts(of: snapshot, in: places).map { verdict(on: $0).isExact } ?? false
    }

    /// Whether all is read, and counted once.
    func isCountedOnce(in state: SystemState<Role>) -> Bool {
        var counted: [[String: Int]] = []
        for (index, id) in setup.processes.enumerated() {
            guard case .process(let process)? = state[id] else { return false }
            switch process.program {
            case .mapper(let mapper):
                guard mapper.cursor == tweetCount(of: index) else { return false }
            case .reducer(let reducer): counted.append(reducer.counts)
            }
        }
        return Self.sum(counted) == all
    }
}
