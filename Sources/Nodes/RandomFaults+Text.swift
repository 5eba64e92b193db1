extension RandomFaults: CustomStringConvertible {
    /// The text form, with all counts: it means the same when the defaults change.
    public var description: String {
        var words = [
            "random", "kills=\(kills)", "stops=\(stops)", "slows=\(slows)",
            "partitions=\(partitions)", "corruptions=\(corruptions)", "fills=\(fills)",
            "lose=\(FaultPlanPercent.text(probability: loseProbability))",
            "duplicate=\(FaultPlanPercent.text(probability: duplicateProbability))",
        ]
        if let restartAfter { words.append("restart=\(DurationText.text(restartAfter))") }
        if let within { words.append("within=\(DurationText.text(within))") }
        return words.joined(separator: " ")
    }

    /// Reads what follows the word `random`.
    init(from words: inout FaultPlanWords) throws(FaultPlanMistake) {
        self.init()
        var seen: Set<Substring> = []
        while let word = words.next() {
            let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = halves[0]
            guard Self.keys.contains(String(key)) else {
                let expected = Self.keys.joined(separator: ", ")
                throw FaultPlanMistake(word, "'\(key.shown)' is no budget; expected \(expected)")
            }
            guard halves.count == 2 else {
                let reason = "'\(key)' has no value; expected such as \(key)=\(Self.example(key))"
                throw FaultPlanMistake(word, reason)
            }
            guard seen.insert(key).inserted else {
                throw FaultPlanMistake(word, "'\(key)' is there twice; expected it once")
            }
            try set(key, to: halves[1])
        }
    }

    private static let keys = [
        "kills", "stops", "slows", "partitions", "corruptions", "fills", "lose", "duplicate",
        "restart", "within",
    ]

    private static func example(_ key: Substring) -> String {
        switch key {
        case "lose", "duplicate": "20%"
        case "restart", "within": "200ms"
        default: "2"
        }
    }

    private mutating func set(
        _ key: Substring,
        to value: Substring
    ) throws(FaultPlanMistake) {
        switch key {
        case "lose": loseProbability = try FaultPlanPercent.probability(value)
        case "duplicate": duplicateProbability = try FaultPlanPercent.probability(value)
        case "restart": restartAfter = try DurationText.duration(value, empty: .allowed)
        case "within": within = try DurationText.duration(value)
        case "kills": kills = try Self.count(value)
        case "stops": stops = try Self.count(value)
        case "slows": slows = try Self.count(value)
        case "partitions": partitions = try Self.count(value)
        case "corruptions": corruptions = try Self.count(value)
        case "fills": fills = try Self.count(value)
        default: preconditionFailure("\(key) is among the keys, but nothing is set by it")
        }
    }

    private static func count(_ word: Substring) throws(FaultPlanMistake) -> Int {
        let count = try FaultPlanClauses.count(word)
        guard count <= countMax else {
            let reason = "'\(word.shown)' is too many; expected at most \(countMax)"
            throw FaultPlanMistake(word, reason)
        }
        return count
    }
}
