/// The program of a process that counts.
struct Reducer: Hashable, Codable {
    private(set) var counts: [String: Int] = [:]

    /// Adds what a mapper has said.
    mutating func take(_ count: Snapshots.Count) {
        counts[count.word, default: 0] += count.times
    }
}
