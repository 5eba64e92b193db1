public import Causality

extension Cut {
    /// Reads a cut such as `m1,p1,q1`, `m1 p1 q1` or `Client:3,Server:2`: of each node, its last event that is in the cut.
    ///
    /// `NODE:N` is the N-th event of a node, from 1, which is also the node's own entry of its vector time;
    /// drops and notes are no events. The name may be cut to its first letters, in lower case, as long as
    /// only one node begins so, and then the colon may be left out. White space divides events as commas do,
    /// unless there is some in a node's name. `m0` is nothing of M, and so is a node that is not named.
    ///
    /// - Throws: `CutMistake`.
    public init(named text: String, of execution: Execution) throws(CutMistake) {
        var counts = Array(repeating: 0, count: execution.processes.count)
        var named: Set<Int> = []
        for part in Self.parts(of: text, execution.processes) {
            let (node, number) = try Self.event(part, execution)
            let name = execution.processes[node]
            guard named.insert(node).inserted else { throw .namedTwice(name) }
            guard number <= execution.steps[node].count else {
                throw .noSuchEvent(
                    node: name,
                    number: number,
                    count: execution.steps[node].count
                )
            }
            counts[node] = number
        }
        self.init(counts: counts)
    }

    /// What stands between commas or white space; an empty part between two commas is one too.
    private static func parts(of text: String, _ names: [String]) -> [String] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
        if names.contains(where: { $0.contains(where: \.isWhitespace) }) { return parts }
        return parts.flatMap { part in
            part.isEmpty ? [part] : part.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    private static func event(
        _ part: String,
        _ execution: Execution
    ) throws(CutMistake) -> (node: Int, number: Int) {
        let names = execution.processes
        if let colon = part.lastIndex(of: ":") {
            let name = String(part[..<colon])
            let number = try number(part[part.index(after: colon)...], in: part)
            let fitting = nodes(called: name, names)
            guard let node = fitting.first else { throw .unknownNode(name, known: names) }
            guard fitting.count == 1 else {
                throw .ambiguousNode(part, fitting: fitting.map { names[$0] })
            }
            return (node, number)
        }
        let prefix = part.prefix { !isDigit($0) }
        // `mapper_03` may be an event of Mapper_0 or of Mapper_03: every way to read it counts.
        var readings: [(node: Int, number: Int)] = []
        var isTooLarge = false
        for end in part.indices where end >= prefix.endIndex && end > part.startIndex {
            guard part[end...].allSatisfy(isDigit) else { continue }
            let fitting = nodes(called: String(part[..<end]), names)
            guard let number = Int(part[end...]) else {
                isTooLarge = isTooLarge || !fitting.isEmpty
                continue
            }
            readings += fitting.map { ($0, number) }
        }
        guard let last = part.last, isDigit(last), !prefix.isEmpty else { throw .malformed(part) }
        // A whole name goes before the beginning of a longer one.
        let whole = readings.filter {
            part.lowercased() == names[$0.node].lowercased() + "\($0.number)"
        }
        if whole.count == 1 { return whole[0] }
        guard let reading = readings.first else {
            if isTooLarge { throw .numberTooLarge(part) }
            throw .unknownNode(String(prefix), known: names)
        }
        guard readings.count == 1 else {
            let fitting = readings.map { names[$0.node] }
            throw .ambiguousNode(part, fitting: Array(Set(fitting)).sorted())
        }
        return reading
    }

    /// The node of that name; if there is none, those that begin with it, in upper or lower case.
    private static func nodes(called name: String, _ names: [String]) -> [Int] {
        if let node = names.firstIndex(of: name) { return [node] }
        let start = name.lowercased()
        let whole = names.indices.filter { names[$0].lowercased() == start }
        return whole.isEmpty
            ? names.indices.filter { names[$0].lowercased().hasPrefix(start) } : whole
    }

    private static func number(
        _ digits: Substring,
        in part: String
    ) throws(CutMistake) -> Int {
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { throw .malformed(part) }
        guard let number = Int(digits) else { throw .numberTooLarge(part) }
        return number
    }

    private static func isDigit(_ character: Character) -> Bool {
        character.isASCII && character.isNumber
    }

    private static func trimmed(_ text: Substring) -> String {
        let rest = text.drop(while: \.isWhitespace)
        return rest.lastIndex { !$0.isWhitespace }.map { String(rest[...$0]) } ?? ""
    }
}
