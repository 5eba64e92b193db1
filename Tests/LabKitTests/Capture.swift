import Glibc
import LabKit

/// A file without a name, to see what is written to it.
final class Capture {
    let output: OutputFile

    init() throws {
        var template = Array("/tmp/labkit-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw OutputFailure(name: "a capture", code: errno) }
        unlink(template)
        output = OutputFile(descriptor: descriptor, name: "a capture")
    }

    deinit { close(output.descriptor) }

    var text: String {
        let size = Int(lseek(output.descriptor, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: size)
        _ = pread(output.descriptor, &bytes, size, 0)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What a program said and how it ended.
struct Outcome: Equatable {
    var status: ExitStatus
    var output = ""
    var errors = ""

    init(_ status: ExitStatus, output: String = "", errors: String = "") {
        (self.status, self.output, self.errors) = (status, output, errors)
    }

    init(of program: Program, _ arguments: [Argument]) throws {
        let (output, errors) = (try Capture(), try Capture())
        status = program.run(arguments, output: output.output, errors: errors.output)
        (self.output, self.errors) = (output.text, errors.text)
    }
}

/// A small generator with a seed (SplitMix64), so that a failure can be seen again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
