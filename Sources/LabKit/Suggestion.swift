/// " (did you mean '--workers'?)", or nothing if no candidate is near.
func suggestion(for word: String, from candidates: [String]) -> String {
    let near = candidates.compactMap { candidate in
        editDistance(word, candidate, limit: 2).map { (distance: $0, name: candidate) }
    }
    // Of two that are equally near the one declared first: the order of help, not chance.
    guard let best = near.enumerated().min(by: { ($0.1.distance, $0.0) < ($1.1.distance, $1.0) })
    else { return "" }
    return " (did you mean '\(best.element.name)'?)"
}

/// How many insertions, deletions, replacements and swaps of neighbours turn one word into the
/// other; `nil` if more than `limit`.
func editDistance(_ first: String, _ second: String, limit: Int) -> Int? {
    let a = Array(first.unicodeScalars.prefix(100))
    let b = Array(second.unicodeScalars.prefix(100))
    guard abs(a.count - b.count) <= limit else { return nil }
    var older: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
        var current = [i + 1]
        for j in b.indices {
            var best = min(
                previous[j] + (a[i] == b[j] ? 0 : 1),
                previous[j + 1] + 1,
                current[j] + 1
            )
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                best = min(best, older[j - 1] + 1)
            }
            current.append(best)
        }
        (older, previous) = (previous, current)
    }
    return previous[b.count] <= limit ? previous[b.count] : nil
}
