/// What holds for each Swift file by itself.
enum SwiftRules {
    /// About 400 lines is a good end of a file; this is the latest.
    static let linesMax = 500

    /// An exception from a rule, and why it is one.
    struct Exception {
        let path: String
        let word: String
        let reason: String
    }

    /// Rooms whose answers depend on nothing but what they are given.
    static let pureRooms = [
        "Sources/Causality", "Sources/Chance", "Sources/Exploration", "Sources/Nodes",
        "Sources/Simulation", "Sources/Text", "Sources/Timeline",
    ]
    static let impureWords = [
        "Date()", ".random(", ".shuffled()", "Task {", "Task.detached", "ContinuousClock",
        "SuspendingClock", "SystemRandomNumberGenerator", "getenv(", "print(",
    ]
    static let pureExceptions: [Exception] = [
        Exception(
            path: "Sources/Nodes/FaultPlan+Request.swift",
            word: ".random(",
            reason: "a case of that name; nothing is drawn there"
        )
    ]

    static func purity(
        _ file: SourceFile,
        exceptions: [Exception] = pureExceptions
    ) -> [Finding] {
        guard pureRooms.contains(where: file.isBelow) || declaresNode(file) else { return [] }
        return lines(of: file, holding: impureWords).compactMap { line, word in
            let isAllowed = exceptions.contains { $0.path == file.path && $0.word == word }
            return isAllowed
                ? nil : Finding(path: file.path, line: line, reason: "\(word) in a pure room")
        }
    }

    /// Whether a type of the file is a node, wherever it stands: a lab's, or one of a test.
    static func declaresNode(_ file: SourceFile) -> Bool {
        file.code.contains { whole in
            // What is generic over a node is none.
            let line = whole.replacing(#/<.*>/#, with: "")
            guard let colon = line.firstIndex(of: ":"),
                line.contains("struct ") || line.contains("enum ")
            else { return false }
            let names = line[line.index(after: colon)...].split { !($0.isLetter || $0.isNumber) }
            return names.contains("Node")
        }
    }

    /// A node's `==`, `hash` and `Codable` are the compiler's: that it can make them is the proof that
    /// the node is plain data.
    static func synthesisedNodes(_ file: SourceFile) -> [Finding] {
        guard declaresNode(file) else { return [] }
        let words = ["func ==", "func hash(", "func encode(", "init(from decoder"]
        return lines(of: file, holding: words).map { line, word in
            Finding(path: file.path, line: line, reason: "\(word) beside a node: leave it out")
        }
    }

    /// Words that end a process, or lose an error, where a line and a status belong.
    static func noTraps(_ file: SourceFile) -> [Finding] {
        let words = ["try!", "fatalError(", "as!"]
        return lines(of: file, holding: words).map { line, word in
            Finding(path: file.path, line: line, reason: "\(word): throw, or say the precondition")
        }
    }

    /// `print` drops errors of the disk; `LabKit.OutputFile` does not.
    static func noPrint(_ file: SourceFile) -> [Finding] {
        guard file.isBelow("Sources") || file.isBelow("labs") else { return [] }
        return lines(of: file, holding: ["print("]).map { line, _ in
            Finding(path: file.path, line: line, reason: "print drops errors; use OutputFile")
        }
    }

    static func noTabs(_ file: SourceFile) -> [Finding] {
        file.lines.enumerated().filter { $0.element.contains("\t") }.map { index, _ in
            Finding(path: file.path, line: index + 1, reason: "a tab")
        }
    }

    static func length(_ file: SourceFile) -> [Finding] {
        let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
        return count <= linesMax
            ? [] : [Finding(path: file.path, reason: "\(count) lines, more than \(linesMax)")]
    }

    /// Work that is left belongs into an issue, not into a comment.
    static func nothingLeftToDo(_ file: SourceFile) -> [Finding] {
        // Put together, so that this file does not find itself.
        let words = ["TO" + "DO", "FIX" + "ME"]
        return file.lines.enumerated().flatMap { index, line in
            words.filter { line.contains($0) }.map {
                Finding(path: file.path, line: index + 1, reason: "\($0) left in the text")
            }
        }
    }

    /// Files of a room whose types go by another name than the file's, and why.
    static let nameExceptions: [Exception] = [
        Exception(
            path: "Sources/Processes/Waiting.swift",
            word: "Pipe",
            reason: "three small things for waiting on descriptors, the pipe among them"
        )
    ]

    /// A file that declares types has one of its name; `Type+Topic.swift` extends `Type`.
    static func name(
        _ file: SourceFile,
        exceptions: [Exception] = nameExceptions
    ) -> [Finding] {
        guard file.isBelow("Sources") || file.path.contains("/Solution/"),
            file.name != "main.swift", !exceptions.contains(where: { $0.path == file.path })
        else { return [] }
        let stem = String(file.name.dropLast(".swift".count))
        let declared = file.code.compactMap(declaration)
        if let plus = stem.firstIndex(of: "+") {
            let type = String(stem[..<plus])
            let extends = declared.contains { $0.kind == "extension" && $0.name == type }
            return extends ? [] : [Finding(path: file.path, reason: "does not extend \(type)")]
        }
        let types = declared.filter { $0.kind != "extension" && $0.kind != "func" && !$0.isPrivate }
        guard !types.isEmpty, !types.contains(where: { $0.name == stem }) else { return [] }
        // A file may be named for the function that is its whole point.
        let function = stem.prefix(1).lowercased() + stem.dropFirst()
        if declared.contains(where: { $0.kind == "func" && $0.name == function }) { return [] }
        let names = types.map(\.name).joined(separator: ", ")
        return [Finding(path: file.path, reason: "declares \(names), but nothing of its own name")]
    }

    private struct Declaration {
        let kind: String
        let name: String
        let isPrivate: Bool
    }

    /// What a line declares at the outermost level, if anything.
    private static func declaration(_ line: String) -> Declaration? {
        guard line.first.map({ !$0.isWhitespace }) == true else { return nil }
        let kinds: Set<String> = [
            "struct", "class", "enum", "actor", "protocol", "typealias", "extension", "func",
        ]
        let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        guard let index = words.firstIndex(where: kinds.contains), index + 1 < words.count else {
            return nil
        }
        let isPrivate = words[..<index].contains { ["private", "fileprivate"].contains($0) }
        return Declaration(kind: words[index], name: words[index + 1], isPrivate: isPrivate)
    }
}
