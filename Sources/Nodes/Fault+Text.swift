extension Fault: CustomStringConvertible {
    /// The text form: `kill Mapper_0 after 3 saves restart after 200ms`.
    public var description: String {
        var words = [action.words]
        switch trigger {
        case .atOnce: break
        case .at(let time): words.append("at \(DurationText.text(time))")
        case .progress(let percent): words.append("at \(FaultPlanPercent.text(progress: percent))")
        case .after(let count, let milestone):
            let name = count == 1 ? milestone.singular : milestone.rawValue[...]
            words.append("after \(count) \(name)")
        }
        if let lasting { words.append("for \(DurationText.text(lasting))") }
        if case .kill(_, let delay?) = action {
            words.append("restart after \(DurationText.text(delay))")
        }
        return words.joined(separator: " ")
    }
}

extension Fault.Action {
    /// What goes wrong, without when it ends; only a kill has more to say.
    fileprivate var words: String {
        switch self {
        case .kill(let nodes, _): "kill \(nodes.list)"
        case .stop(let nodes): "stop \(nodes.list)"
        case .slow(let nodes, let delay): "slow \(nodes.list) by \(DurationText.text(delay))"
        case .drift(let nodes, let percent):
            "drift \(nodes.list) by \(FaultPlanPercent.text(drift: percent))"
        case .skew(let nodes, let jump): "skew \(nodes.list) by \(DurationText.text(jump))"
        case .corrupt(let nodes, nil): "corrupt \(nodes.list)"
        case .corrupt(let nodes, let name?): "corrupt \(nodes.list) as \(Self.text(name))"
        case .fill(let nodes): "fill \(nodes.list)"
        case .lose(let probability, let links):
            "lose \(FaultPlanPercent.text(probability: probability)) \(links)"
        case .duplicate(let probability, let links):
            "duplicate \(FaultPlanPercent.text(probability: probability)) \(links)"
        case .delay(let range, let links):
            "delay \(Self.text(range)) \(links)"
        case .partition(let links):
            "partition \(links.senders.list)\(links.isBothWays ? "|" : "→")\(links.receivers.list)"
        }
    }

    private static func text(_ range: ClosedRange<Duration>) -> String {
        let min = DurationText.text(range.lowerBound)
        let max = DurationText.text(range.upperBound)
        return min == max ? min : "\(min)..\(max)"
    }

    /// The name of a save, in quotes if it would not be one word without.
    private static func text(_ name: String) -> String {
        guard !FaultPlanWords.isPlain(name) else { return name }
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in name.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }
}
