import Glibc
import Processes
import Testing

@Suite struct `A line reader` {
    @Test func `puts lines together that come in pieces`() throws {
        var speech = try Speech()
        speech.say("to ")
        #expect(speech.heard() == [])
        speech.say("be\nor not\nto")
        #expect(speech.heard() == ["to be", "or not"])
        speech.say("\n\nbe\n")
        #expect(speech.heard() == ["to", "", "be"])
        #expect(speech.heard() == [])
    }

    @Test(arguments: ["", "\n", "a", "a\n", "a\n\n", "\n\na", "ab\ncd", "a\0b\r\nä\n"])
    func `gives the same however the bytes are cut`(text: String) throws {
        // What stands behind the last newline is a line only if it is not empty.
        var expected = text.utf8.split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
        if expected.last == "" { expected.removeLast() }

        for size in 1...max(1, text.utf8.count) {
            var speech = try Speech()
            var rest = Array(text.utf8)[...]
            var heard: [String] = []
            while !rest.isEmpty {
                speech.say(bytes: Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
                heard += speech.heard()
            }
            heard += speech.heardToTheEnd()
            #expect(heard == expected)
        }
    }

    @Test func `ends with a line that has no newline`() throws {
        var speech = try Speech()
        speech.say("whole\nhalf")
        #expect(speech.heard() == ["whole"])
        #expect(!speech.reader.isAtEnd)
        #expect(speech.heardToTheEnd() == ["half"])
        #expect(speech.reader.isAtEnd)
        #expect(speech.heard() == [])
    }

    @Test func `does not wait for what has not come`() throws {
        var speech = try Speech()
        // This would never return if it waited: nobody writes.
        #expect(speech.heard() == [])
        #expect(!speech.reader.isAtEnd)
    }

    @Test(arguments: [-1, 0, 1, LineReader.Limit.lineBytesMax, LineReader.Limit.lineBytesMax + 1])
    func `cuts a line that is over the limit, and only such a one`(excess: Int) throws {
        let limit = LineReader.Limit.lineBytesMax
        let length = limit + excess
        var speech = try Speech()
        let heard = speech.heard(of: [UInt8](repeating: 7, count: length) + Array("\nnext\n".utf8))
        var expected: [Int] = Array(repeating: limit, count: (length - 1) / limit)
        expected.append(length - expected.count * limit)
        #expect(heard.map(\.count) == expected + [4])
        #expect(heard.dropLast().allSatisfy { line in line.allSatisfy { $0 == 7 } })
    }

    @Test func `gives back the hand to its caller when somebody writes without end`() throws {
        var command = ChildProcess.Command("yes")
        let pipe = try Pipe()
        command.output = pipe.writing
        let child = try ChildProcess(command)
        close(pipe.writing)
        defer { close(pipe.reading) }
        var reader = LineReader(pipe.reading)
        for _ in 0..<8 {
            _ = waitReadable([pipe.reading], upTo: .seconds(20))
            #expect(reader.lines().count <= LineReader.Limit.callBytesMax)
        }
        #expect(child.poll() == nil)
        #expect(!reader.isAtEnd)
    }

    @Test func `takes no longer for each of many short lines than for each of few`() throws {
        func seconds(lines: Int) throws -> Double {
            let text = Array(repeating: Array("ab\n".utf8), count: lines).flatMap { $0 }
            var speech = try Speech()
            let began = threadSeconds()
            #expect(speech.heard(of: text).count == lines)
            return threadSeconds() - began
        }
        _ = try seconds(lines: 1000)
        // In the time of a hundred reads of one line each, were every line to move all that follow.
        let few = try seconds(lines: 20_000)
        let many = try seconds(lines: 320_000)
        #expect(many < few * 16 * 4, "\(few) s for 60 kB, \(many) s for 960 kB")
    }
}

/// A pipe with somebody at each end.
private struct Speech: ~Copyable {
    var reader: LineReader
    private let reading: Int32
    private var writing: Int32

    init() throws {
        let pipe = try Pipe()
        (reading, writing) = (pipe.reading, pipe.writing)
        reader = LineReader(reading)
        // So that as much is written as fits, and not more waited for.
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(reading)
        if writing >= 0 { close(writing) }
    }

    func say(_ text: String) { say(bytes: Array(text.utf8)) }

    func say(bytes: [UInt8]) { #expect(write(writing, bytes, bytes.count) == bytes.count) }

    mutating func heard() -> [String] {
        reader.lines().map { String(decoding: $0, as: UTF8.self) }
    }

    /// What is heard of a speech that is longer than the pipe.
    mutating func heard(of bytes: [UInt8]) -> [[UInt8]] {
        var heard: [[UInt8]] = []
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                write(writing, $0.baseAddress, $0.count)
            }
            written += max(0, count)
            heard += reader.lines()
        }
        return heard + linesToTheEnd()
    }

    mutating func heardToTheEnd() -> [String] {
        linesToTheEnd().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Until its `exec`, a process that another test starts holds our end of the pipe as well: the
    /// end comes soon, not at once.
    private mutating func linesToTheEnd() -> [[UInt8]] {
        close(writing)
        writing = -1
        var heard: [[UInt8]] = []
        while !reader.isAtEnd, waitReadable([reading], upTo: .seconds(20))[0] {
            heard += reader.lines()
        }
        #expect(reader.isAtEnd)
        return heard
    }
}

private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
