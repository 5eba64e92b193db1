import Foundation

/// What holds for the house as a whole: its paths, its module graph, its manifest.
enum HouseRules {
    /// Who may import whom, of our own modules: the design's edges, and the reasons for each are in
    /// `docs/architecture.md`.
    static let edges: [String: Set<String>] = [
        "Chance": [],
        "Threads": [],
        "Causality": [],
        "Nodes": ["Causality", "Chance"],
        "Simulation": ["Causality", "Chance", "Nodes", "Threads"],
        "Exploration": ["Causality", "Chance", "Nodes", "Threads"],
        "CDeflate": [],
        "Text": ["Chance"],
        "CLinux": [],
        "Processes": ["CLinux"],
        "Messaging": ["CDeflate", "CLinux"],
        "Files": ["Messaging"],
        "Failpoints": ["Threads"],
        "Checkpointing": ["Failpoints", "Files"],
        "Deployment": [
            "Causality", "Chance", "Failpoints", "Files", "Messaging", "Nodes", "Processes",
            "Threads",
        ],
        "CHiredis": [],
        "Redis": ["CHiredis", "Processes"],
        "LabKit": [],
        "Worlds": [
            "Causality", "Deployment", "Exploration", "Failpoints", "LabKit", "Messaging", "Nodes",
            "Processes", "Simulation",
        ],
        "Timeline": ["Causality"],
        "TimelineProgram": ["Causality", "LabKit", "Timeline"],
        "LabInput": ["LabKit", "Text"],
        "pingpong": ["LabKit", "Nodes", "Worlds"],
        "wordcount": ["Causality", "LabInput", "LabKit", "Processes", "Redis", "Text"],
        "CheckpointingSolution": [
            "Chance", "Checkpointing", "Deployment", "Exploration", "Files", "LabInput", "LabKit",
            "Messaging", "Nodes", "Processes", "Redis", "Text", "Threads", "Worlds",
        ],
        "vectorclocks": [
            "Causality", "Chance", "Checkpointing", "Exploration", "LabKit", "Nodes", "Simulation",
            "Threads", "Timeline", "Worlds",
        ],
    ]

    /// The labs whose module is not named as their folder is: a room has that name already.
    private static let solutions = ["checkpointing": "CheckpointingSolution"]

    /// The module that a file belongs to; nil for tests and for what is no module.
    static func module(of file: SourceFile) -> String? {
        let folders = file.folders
        if folders.first == "Sources", folders.count > 1 { return folders[1] }
        if folders.first == "labs", folders.count > 2, folders[2] == "Solution" {
            return solutions[folders[1]] ?? folders[1]
        }
        return nil
    }

    /// The modules that a file imports, of all there are.
    static func imports(of file: SourceFile) -> [(line: Int, module: String)] {
        file.code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ").map(String.init)
            guard let word = words.firstIndex(of: "import"), word + 1 < words.count,
                words[..<word].allSatisfy({ importModifiers.contains($0) })
            else { return nil }
            // `import struct Text.Word` names the module before the point.
            let kinds = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
            let name = kinds.contains(words[word + 1]) ? words.last : words[word + 1]
            guard let module = name?.split(separator: ".").first else { return nil }
            return (index + 1, String(module))
        }
    }

    private static let importModifiers: Set<String> = [
        "public", "package", "internal", "fileprivate", "private", "@testable", "@preconcurrency",
        "@_exported",
    ]

    /// Imports across an edge that the table does not have.
    static func edges(
        _ file: SourceFile,
        table: [String: Set<String>] = edges
    ) -> [Finding] {
        guard let module = module(of: file) else { return [] }
        guard let allowed = table[module] else {
            return [Finding(path: file.path, reason: "module \(module) is not in the table")]
        }
        return imports(of: file).filter { table[$0.module] != nil && !allowed.contains($0.module) }
            .map { line, imported in
                let reason = "\(module) must not import \(imported)"
                return Finding(path: file.path, line: line, reason: reason)
            }
    }

    /// Edges of the table that nobody walks, and edges whose reason is not written down.
    static func edgesAreUsedAndExplained(
        _ tree: SourceTree,
        table: [String: Set<String>] = edges
    ) -> [Finding] {
        let page = "docs/architecture.md"
        var used: [String: Set<String>] = [:]
        for file in tree.files(suffix: ".swift") {
            guard let module = module(of: file) else { continue }
            used[module, default: []].formUnion(imports(of: file).map(\.module))
        }
        return table.sorted { $0.key < $1.key }.flatMap { module, imported in
            imported.sorted().flatMap { other in
                var findings: [Finding] = []
                let edge = "\(module) → \(other)"
                if used[module]?.contains(other) != true {
                    findings.append(Finding(path: "Package.swift", reason: "nobody uses \(edge)"))
                }
                if tree[page]?.text.contains("| \(edge) |") != true {
                    findings.append(Finding(path: page, reason: "no reason for \(edge)"))
                }
                return findings
            }
        }
    }

    /// Failpoints whose name does not have the form `word.word-word`, or that have one name.
    static func failpoints(_ tree: SourceTree) -> [Finding] {
        var seen: [String: String] = [:]
        return tree.files(suffix: ".swift").filter { $0.isBelow("Sources") || $0.isBelow("labs") }
            .flatMap { file in
                // Examples in comments are no failpoints.
                let spoken = file.lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }
                let literal = #/\bFailpoint\(\s*"([^"]*)"/#
                return spoken.joined(separator: "\n").matches(of: literal).compactMap { match in
                    let name = String(match.1)
                    guard
                        name.wholeMatch(of: #/[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*/#)
                            != nil
                    else {
                        return Finding(path: file.path, reason: "\(name) is no name of a place")
                    }
                    guard let other = seen.updateValue(file.path, forKey: name) else { return nil }
                    return Finding(path: file.path, reason: "\(name) is in \(other) too")
                }
            }
    }

    /// Every target of Swift code takes the settings that make warnings errors.
    static func strictTargets(_ manifest: SourceFile) -> [Finding] {
        let pieces = manifest.text.components(separatedBy: "arget(\n").joined(separator: "arget(")
            .components(separatedBy: "arget(").dropFirst()
        let settings = ["swiftSettings: strict", "swiftSettings: hot"]
        return pieces.filter { piece in !settings.contains { piece.contains($0) } }.map { piece in
            let name = piece.split(separator: "\"").dropFirst().first ?? "?"
            return Finding(path: manifest.path, reason: "target \(name) is not strict")
        }
    }

    /// Names that say nothing, and names that differ in case only.
    static func paths(_ tree: SourceTree) -> [Finding] {
        var findings: [Finding] = []
        let empty: Set<String> = ["util", "utils", "helper", "helpers", "common", "misc"]
        var seen: [String: String] = [:]
        for file in tree.files {
            let stem = String(file.name.split(separator: ".").first ?? "")
            for part in file.folders + [stem] where empty.contains(part.lowercased()) {
                findings.append(Finding(path: file.path, reason: "\(part) names nothing"))
            }
            if let other = seen.updateValue(file.path, forKey: file.path.lowercased()) {
                findings.append(Finding(path: file.path, reason: "differs from \(other) in case"))
            }
        }
        return findings
    }

    /// The house speaks of no machine that it was made on.
    static func noMachinePaths(_ file: SourceFile) -> [Finding] {
        // Put together, so that this file does not find itself.
        let words = ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/"]
        return file.lines.enumerated().flatMap { index, line in
            words.filter { line.contains($0) }.map {
                Finding(path: file.path, line: index + 1, reason: "\($0): a machine's own path")
            }
        }
    }

    /// The test command of the README is the one that `.ci/run` calls.
    static func sameTestCommand(_ tree: SourceTree) -> [Finding] {
        ["README.md", ".ci/run"].filter { tree[$0]?.text.contains("make test") != true }
            .map { Finding(path: $0, reason: "does not call `make test`") }
    }
}
