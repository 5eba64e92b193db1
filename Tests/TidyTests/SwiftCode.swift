import Foundation

/// Swift source without its comments and without what stands in quotes, line for line.
///
/// Enough of the language's lexical rules for looking for words; no parser.
func lexed(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var at = 0
    func stands(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        return at + count <= bytes.count
            && (0..<count).allSatisfy { bytes[at + $0] == word.utf8Start[$0] }
    }
    /// Takes everything up to the end of `end`, leaving the newlines.
    func skip(past end: StaticString, escapes: Bool) {
        while at < bytes.count, !stands(end) {
            if escapes, stands("\\") { at += 1 }
            if at < bytes.count, stands("\n") { result.append(bytes[at]) }
            at += 1
        }
        at += end.utf8CodeUnitCount
    }
    while at < bytes.count {
        if stands("//") {
            while at < bytes.count, !stands("\n") { at += 1 }
        } else if stands("/*") {
            skip(past: "*/", escapes: false)
        } else if stands("\"\"\"") {
            at += 3
            skip(past: "\"\"\"", escapes: true)
            result += "\"\"".utf8
        } else if stands("\"") {
            at += 1
            skip(past: "\"", escapes: true)
            result += "\"\"".utf8
        } else {
            result.append(bytes[at])
            at += 1
        }
    }
    return result.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
}

/// The lines of a file's code that hold one of these words.
func lines(of file: SourceFile, holding words: [String]) -> [(line: Int, word: String)] {
    file.code.enumerated().flatMap { index, line in
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
