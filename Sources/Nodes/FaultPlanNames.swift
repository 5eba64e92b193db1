/// Reads names of nodes and of links, and checks that somebody is called so.
struct FaultPlanNames {
    /// Who takes part.
    let names: [String]

    /// Two groups with a sign between them.
    struct Groups {
        let word: Substring
        let sign: Substring
        let left: [NodePattern]
        let right: [NodePattern]
        let isBothWays: Bool
    }

    // `->` is a part of `<->`, which must therefore be looked for first.
    private static let signs: [(text: String, isBothWays: Bool)] = [
        ("<->", true), ("↔", true), ("->", false), ("→", false), ("|", true),
    ]

    /// Reads `Client,Mapper_*`.
    func nodes(_ word: Substring) throws(FaultPlanMistake) -> [NodePattern] {
        var patterns: [NodePattern] = []
        for name in word.split(separator: ",", omittingEmptySubsequences: false) {
            guard !name.isEmpty else {
                let expected = "expected names with ',' between them, without spaces"
                throw FaultPlanMistake(name, "a name is missing; \(expected)")
            }
            let star = UInt8(ascii: "*")
            guard name.utf8.allSatisfy({ $0 == star || NodePattern.isNameByte($0) }) else {
                let allowed = "expected letters, digits, '_' and '.', and '*' for any of them"
                throw FaultPlanMistake(name, "'\(name.shown)' names no nodes; \(allowed)")
            }
            let pattern = NodePattern(String(name))
            guard names.contains(where: pattern.matches) else {
                let nobody = name.utf8.contains(star) ? "no node matches" : "no node is called"
                throw FaultPlanMistake(name, "\(nobody) \(name.shown) (there are \(everybody))")
            }
            patterns.append(pattern)
        }
        return patterns
    }

    /// Reads `A→B`, `A↔B` or `*`.
    func links(_ word: Substring) throws(FaultPlanMistake) -> LinkPattern {
        if word == "*" { return .all }
        guard let groups = try groups(word) else {
            let expected = "expected A→B, A↔B without spaces, or * for every link"
            throw FaultPlanMistake(word, "'\(word.shown)' names no links; \(expected)")
        }
        guard groups.sign != "|" else {
            throw FaultPlanMistake(groups.sign, "'|' is for partitions; expected '→' or '↔'")
        }
        return LinkPattern(from: groups.left, to: groups.right, isBothWays: groups.isBothWays)
    }

    /// Reads `A|B`, `A→B` or `A↔B`, of which no node may be on both sides.
    func partition(_ word: Substring) throws(FaultPlanMistake) -> LinkPattern {
        guard let groups = try groups(word) else {
            let expected = "expected A|B, or A→B for one way only, without spaces"
            throw FaultPlanMistake(word, "'\(word.shown)' names no two groups; \(expected)")
        }
        if let name = names.first(where: { groups.left.matches($0) && groups.right.matches($0) }) {
            let expected = "expected two groups that share nobody"
            throw FaultPlanMistake(
                word,
                "\(Substring(name).shown) is on both sides of '\(groups.sign)'; \(expected)"
            )
        }
        return LinkPattern(from: groups.left, to: groups.right, isBothWays: groups.isBothWays)
    }

    private func groups(_ word: Substring) throws(FaultPlanMistake) -> Groups? {
        for sign in Self.signs {
            guard let range = word.firstRange(of: sign.text) else { continue }
            return Groups(
                word: word,
                sign: word[range],
                left: try nodes(word[..<range.lowerBound]),
                right: try nodes(word[range.upperBound...]),
                isBothWays: sign.isBothWays
            )
        }
        return nil
    }

    /// A name, for messages.
    var example: String { names.first.map { Substring($0).shown } ?? "Node_0" }

    /// The first names, for messages.
    private var everybody: String {
        let shownMax = 8
        guard !names.isEmpty else { return "none" }
        let shown = names.prefix(shownMax).map { Substring($0).shown }.joined(separator: ", ")
        return names.count > shownMax ? "\(shown) and \(names.count - shownMax) more" : shown
    }
}
