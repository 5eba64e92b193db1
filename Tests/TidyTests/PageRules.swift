import Foundation

/// What holds for pages of Markdown.
enum PageRules {
    /// The lines of a page outside its blocks of code.
    static func prose(of page: SourceFile) -> [(line: Int, text: String)] {
        var isCode = false
        var prose: [(line: Int, text: String)] = []
        for (index, line) in page.lines.enumerated() {
            let isFence = line.drop { $0 == " " }.hasPrefix("```")
            if isFence { isCode.toggle() }
            if !isCode, !isFence { prose.append((index + 1, String(line))) }
        }
        return prose
    }

    static func oneHeading(_ page: SourceFile) -> [Finding] {
        let headings = prose(of: page).filter { $0.text.hasPrefix("# ") }
        guard let second = headings.dropFirst().first else {
            return headings.isEmpty ? [Finding(path: page.path, reason: "no heading")] : []
        }
        return [Finding(path: page.path, line: second.line, reason: "a second main heading")]
    }

    static func blocksEnd(_ page: SourceFile) -> [Finding] {
        let fences = page.lines.filter { $0.drop { $0 == " " }.hasPrefix("```") }
        return fences.count.isMultiple(of: 2)
            ? [] : [Finding(path: page.path, reason: "a block of code without an end")]
    }

    /// The targets of the links on a page; code in a line is left out.
    static func links(of page: SourceFile) -> [(line: Int, target: String)] {
        prose(of: page).flatMap { line, text in
            let spoken = text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "code" }.joined()
            return spoken.components(separatedBy: "](").dropFirst().map { piece in
                (line, String(piece.prefix { $0 != ")" && $0 != " " }))
            }
        }
    }

    /// The path that a link leads to, or nil if it leads out of the house.
    static func path(of target: String, from page: SourceFile) -> String? {
        guard !target.contains("://"), !target.hasPrefix("mailto:") else { return nil }
        let file = target.prefix { $0 != "#" }
        guard !file.isEmpty else { return page.path }
        var parts = page.folders
        for part in file.split(separator: "/") {
            switch part {
            case ".": break
            case "..": if parts.popLast() == nil { parts = [".."] }
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    /// Links that lead to no file, no folder or no heading of the house.
    static func linksResolve(_ page: SourceFile, _ tree: SourceTree) -> [Finding] {
        links(of: page).compactMap { line, target in
            guard let path = path(of: target, from: page) else { return nil }
            let reason = "the link \(target) leads nowhere"
            guard let file = tree[path] else {
                let isFolder = path.isEmpty || tree.files.contains { $0.isBelow(path) }
                return isFolder ? nil : Finding(path: page.path, line: line, reason: reason)
            }
            guard let mark = target.split(separator: "#").dropFirst().first else { return nil }
            let isThere = prose(of: file).contains {
                $0.text.hasPrefix("#") && anchor($0.text) == mark
            }
            return isThere ? nil : Finding(path: page.path, line: line, reason: reason)
        }
    }

    /// A heading as its address: small letters, `-` for each space, no other signs.
    private static func anchor(_ heading: String) -> String {
        let text = heading.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
        return String(
            text.compactMap { character in
                if character == " " { return "-" }
                let isKept = character.isLetter || character.isNumber || "-_".contains(character)
                return isKept ? character : nil
            }
        )
    }

    /// Pages of `docs/` that no way leads to from its index.
    static func reachable(_ tree: SourceTree) -> [Finding] {
        var seen: Set<String> = []
        var open = ["docs/README.md"]
        while let path = open.popLast() {
            guard seen.insert(path).inserted, let page = tree[path] else { continue }
            open += links(of: page).compactMap { Self.path(of: $0.target, from: page) }
                .filter { $0.hasPrefix("docs/") && $0.hasSuffix(".md") }
        }
        return tree.files(suffix: ".md").filter { $0.isBelow("docs") && !seen.contains($0.path) }
            .map { Finding(path: $0.path, reason: "cannot be reached from docs/README.md") }
    }

    /// Rows of a table with another number of columns than its first row.
    static func tablesAreRegular(_ page: SourceFile) -> [Finding] {
        var columns: Int?
        return prose(of: page).compactMap { line, text in
            guard text.hasPrefix("|") else {
                columns = nil
                return nil
            }
            // A bar in code belongs to it when it is escaped.
            let count = text.replacing("\\|", with: "").count { $0 == "|" }
            defer { columns = columns ?? count }
            guard let columns, columns != count else { return nil }
            return Finding(path: page.path, line: line, reason: "\(count - 1) columns")
        }
    }
}
