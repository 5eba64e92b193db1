import Foundation

/// Another language that speaks the same formats, in a few lines of its own.
enum Python {
    /// Whether there is one here; no step of the installation brings it, so tests do without it.
    static let isThere = (try? run("print(1)")) == Data("1\n".utf8)

    /// What a program writes, given bytes to read.
    static func run(_ program: String, input: [UInt8] = []) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        let (reading, writing) = (Pipe(), Pipe())
        process.standardInput = reading
        process.standardOutput = writing
        try process.run()
        // Less than a pipe holds is written, so nobody waits for the other.
        precondition(input.count <= 1 << 15, "\(input.count) bytes for one pipe")
        try reading.fileHandleForWriting.write(contentsOf: Data(input))
        try reading.fileHandleForWriting.close()
        let output = try writing.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(status: process.terminationStatus)
        }
        return output
    }

    /// The program left with an error, which it has told on standard error.
    struct Failed: Error { let status: Int32 }
}
