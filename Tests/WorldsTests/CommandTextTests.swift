import Glibc
import Processes
import Testing

@testable import Worlds

/// Commands that a reader may paste.
@Suite struct CommandTextTests {
    @Test(arguments: [
        "", "plain", "--goal=3", "two words", "lose 20% *→B; x", "it's", "'", "$HOME", "a\nb", "~",
        "é",
        "\\", "\"", "*", "!!", "{a,b}", "#", "a=b c",
    ])
    func `a shell takes every word as it was meant`(word: String) throws {
        let pipe = try Pipe()
        var command = ChildProcess.Command(
            "/bin/sh",
            ["-c", CommandText("printf", "%s.", [word]).text]
        )
        command.output = pipe.writing
        let process = try ChildProcess(command)
        let ending = process.wait(upTo: .seconds(30))
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(pipe.reading, &bytes, bytes.count)
        close(pipe.reading)
        close(pipe.writing)
        #expect(ending?.isSuccess == true)
        #expect(String(decoding: bytes[..<max(0, count)], as: UTF8.self) == word + ".")
    }

    @Test func `words that a shell leaves alone are not in quotes`() {
        let words = ["--seeds", "1...10", "--log", "a/b_c.jsonl"]
        let text = CommandText("lab", "simulate", words).text
        #expect(text == "lab simulate --seeds 1...10 --log a/b_c.jsonl")
    }

    @Test func `the same options serve another command`() {
        let explore = CommandText("lab", "explore", ["--goal", "2"])
        let other = explore.renamed("simulate").adding(["--seed", "1"])
        #expect(other.text == "lab simulate --goal 2 --seed 1")
    }
}
