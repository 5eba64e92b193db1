#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Counts as a file of text: a line for each word, with its bytes, a tab, its count, a newline.
///
/// Backslash, tab, newline and carriage return in a word are written as `\\`, `\t`, `\n`, `\r`; all
/// other bytes stand for themselves. The highest count comes first, equal counts in byte order, so
/// that equal counts make equal files.
public enum CountsFile {
    private static let backslash = UInt8(ascii: "\\")
    private static let tab = UInt8(ascii: "\t")
    private static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Writes the counts of a table.
    ///
    /// They are written to a new file beside it, saved, and renamed: whatever happens, the path
    /// stands for the old file or for the whole new one.
    ///
    /// - Parameters:
    ///   - table: The counts.
    ///   - path: The file, which may be there already.
    /// - Throws: ``TextFailure``; the path then stands for what it did before.
    public static func write(_ table: WordTable, to path: InputPath) throws(TextFailure) {
        // A rename would put a file in the place of a device.
        if let kind = FileStatus.kindIfNotRegular(path) {
            throw .notRegularFile(path: path, kind: kind)
        }
        let draft = InputPath(bytes: path.bytes + Array(".draft-\(getpid())".utf8))
        // Left behind by a process of the same number that was killed.
        remove(draft)
        do {
            let file = try OutputFile(creating: draft)
            try append(table, to: file)
            try file.save()
            try rename(draft, to: path)
        } catch {
            remove(draft)
            throw error
        }
    }

    /// Reads counts back.
    ///
    /// - Parameter path: A file that ``write(_:to:)`` wrote.
    /// - Returns: The words in the order of the file, which is that of ``WordTable/sorted()``.
    /// - Throws: ``TextFailure``, with the line for anything that could not have been written.
    public static func read(_ path: InputPath) throws(TextFailure) -> [WordCount] {
        let bytes = try ByteFile.contents(of: path)
        var counts: [WordCount] = []
        var start = 0
        while start < bytes.count {
            do throws(Fault) {
                guard let end = bytes[start...].firstIndex(of: newline) else {
                    throw Fault(reason: "the line does not end")
                }
                let next = try parse(bytes[start..<end])
                if let last = counts.last, !precedes(last, next) {
                    throw Fault(reason: "not in order after the line before")
                }
                counts.append(next)
                start = end + 1
            } catch {
                let line = UInt64(counts.count + 1)
                throw .malformedCounts(path: path, line: line, reason: error.reason)
            }
        }
        return counts
    }
}

// MARK: - Writing

extension CountsFile {
    private static func append(_ table: WordTable, to file: borrowing OutputFile)
        throws(TextFailure)
    {
        var text: [UInt8] = []
        text.reserveCapacity(Limit.stepBytes * 2)
        try table.forEachSorted { word, count throws(TextFailure) in
            for byte in word {
                if let letter = letter(for: byte) {
                    text.append(backslash)
                    text.append(letter)
                } else {
                    text.append(byte)
                }
            }
            text.append(tab)
            text.append(contentsOf: String(count).utf8)
            text.append(newline)
            if text.count >= Limit.stepBytes {
                try file.append(text)
                text.removeAll(keepingCapacity: true)
            }
        }
        try file.append(text)
    }

    /// What follows the backslash that stands for this byte, if one does.
    private static func letter(for byte: UInt8) -> UInt8? {
        switch byte {
        case backslash: backslash
        case tab: UInt8(ascii: "t")
        case newline: UInt8(ascii: "n")
        case carriageReturn: UInt8(ascii: "r")
        default: nil
        }
    }

    private static func remove(_ path: InputPath) {
        _ = path.withCString { unlink($0) }
    }

    private static func rename(_ draft: InputPath, to path: InputPath) throws(TextFailure) {
        let result = draft.withCString { old in path.withCString { new in systemRename(old, new) } }
        if result != 0 { throw .refused("replace", path) }
    }
}

/// `rename(2)`, which the function of the same name hides.
private func systemRename(_ old: UnsafePointer<CChar>, _ new: UnsafePointer<CChar>) -> Int32 {
    rename(old, new)
}

// MARK: - Reading

extension CountsFile {
    private struct Fault: Error {
        let reason: String
    }

    private static func parse(_ line: ArraySlice<UInt8>) throws(Fault) -> WordCount {
        var word: [UInt8] = []
        var place = line.startIndex
        while true {
            if place == line.endIndex { throw Fault(reason: "no tab") }
            let byte = line[place]
            place += 1
            if byte == tab { break }
            if byte == carriageReturn { throw Fault(reason: "a carriage return") }
            if byte != backslash {
                word.append(byte)
                continue
            }
            if place == line.endIndex { throw Fault(reason: "nothing after a backslash") }
            switch line[place] {
            case backslash: word.append(backslash)
            case UInt8(ascii: "t"): word.append(tab)
            case UInt8(ascii: "n"): word.append(newline)
            case UInt8(ascii: "r"): word.append(carriageReturn)
            default: throw Fault(reason: "a backslash before something else than \\, t, n or r")
            }
            place += 1
        }
        return WordCount(word: word, count: try parseCount(line[place...]))
    }

    private static func parseCount(_ digits: ArraySlice<UInt8>) throws(Fault) -> UInt64 {
        if digits.isEmpty { throw Fault(reason: "no count") }
        if digits.first == UInt8(ascii: "0") {
            throw Fault(reason: "a count that begins with 0")
        }
        var count: UInt64 = 0
        for byte in digits {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else {
                throw Fault(reason: "a count that is not a number")
            }
            let (tenfold, overflow) = count.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if overflow || carry { throw Fault(reason: "a count of 2^64 or more") }
            count = sum
        }
        return count
    }

    private static func precedes(_ left: WordCount, _ right: WordCount) -> Bool {
        left.count != right.count
            ? left.count > right.count : left.word.lexicographicallyPrecedes(right.word)
    }
}
