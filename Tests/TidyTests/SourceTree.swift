import Foundation

/// A file of the house, and what stands in it.
struct SourceFile {
    /// Relative to the top of the house, with `/` between its parts.
    let path: String
    let text: String
    /// Of Swift source: its lines without comments and quotes.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = path.hasSuffix(".swift") ? lexed(text) : []
    }

    var name: String { String(path.split(separator: "/").last ?? "") }
    var folders: [String] { path.split(separator: "/").dropLast().map(String.init) }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    func isBelow(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }
}

/// A place where a rule is broken.
struct Finding: Hashable, CustomStringConvertible {
    let path: String
    /// Counted from 1; nil: the file as a whole.
    var line: Int?
    let reason: String

    var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(reason)" }
}

/// The house as it lies on disk, without what was built.
struct SourceTree {
    let files: [SourceFile]

    /// The tree that this file is part of.
    static let house: SourceTree = {
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return SourceTree(top: top)
    }()

    /// The suffixes of files whose text the rules look at.
    private static let suffixes: Set<String> = [
        "", "swift", "md", "lua", "h", "c", "py", "sh", "modulemap",
    ]

    init(files: [SourceFile]) { self.files = files }

    /// Walks the folder; hidden folders are left out, but for `.ci`.
    init(top: URL) {
        var files: [SourceFile] = []
        var open = [""]
        while let folder = open.popLast() {
            let url = top.appendingPathComponent(folder)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
            for name in names.sorted() where !name.hasPrefix(".") || name == ".ci" {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                let place = top.appendingPathComponent(path)
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder)
                if isFolder.boolValue {
                    open.append(path)
                } else {
                    let isText = Self.suffixes.contains(place.pathExtension)
                    let bytes = isText ? FileManager.default.contents(atPath: place.path) : nil
                    let text = String(decoding: bytes ?? Data(), as: UTF8.self)
                    files.append(SourceFile(path: path, text: text))
                }
            }
        }
        self.files = files.sorted { $0.path < $1.path }
    }

    subscript(path: String) -> SourceFile? { files.first { $0.path == path } }
    func files(suffix: String) -> [SourceFile] { files.filter { $0.path.hasSuffix(suffix) } }

    /// What a rule for single files finds in those with a suffix.
    func check(suffix: String, _ rule: (SourceFile) -> [Finding]) -> [Finding] {
        files(suffix: suffix).flatMap(rule)
    }
}
