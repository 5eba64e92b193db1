/// Swift source without its comments and without what stands in quotes, line for line.
///
/// Enough of the language's lexical rules for looking for words; no parser.
func code(of text: String) -> [String] {
    var result = ""
    var rest = text[...]
    /// Takes everything up to the end of `end`, leaving the newlines.
    func skip(past end: String) {
        while !rest.isEmpty, !rest.hasPrefix(end) {
            if rest.hasPrefix("\\"), end.hasPrefix("\"") { rest = rest.dropFirst() }
            if rest.first == "\n" { result.append("\n") }
            rest = rest.dropFirst()
        }
        rest = rest.dropFirst(end.count)
    }
    while let character = rest.first {
        if rest.hasPrefix("//") {
            rest = rest.drop { $0 != "\n" }
        } else if rest.hasPrefix("/*") {
            skip(past: "*/")
        } else if rest.hasPrefix("\"\"\"") {
            rest = rest.dropFirst(3)
            skip(past: "\"\"\"")
            result.append("\"\"")
        } else if character == "\"" {
            rest = rest.dropFirst()
            skip(past: "\"")
            result.append("\"\"")
        } else {
            result.append(character)
            rest = rest.dropFirst()
        }
    }
    return result.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

/// The lines of a file's code that hold one of these words.
func lines(of file: SourceFile, holding words: [String]) -> [(line: Int, word: String)] {
    code(of: file.text).enumerated().flatMap { index, line in
        words.filter { holds(line, $0) }.map { (index + 1, $0) }
    }
}

/// Whether the word stands there, and not as the end of a longer name.
private func holds(_ line: String, _ word: String) -> Bool {
    var rest = line[...]
    while let range = rest.range(of: word) {
        let before = rest[..<range.lowerBound].last
        let first = word.first ?? " "
        let isWhole = before.map { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") } ?? true
        if isWhole || !(first.isLetter || first.isNumber) { return true }
        rest = rest[range.upperBound...]
    }
    return false
}
