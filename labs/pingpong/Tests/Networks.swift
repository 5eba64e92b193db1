import Foundation
import Processes

/// Two network namespaces with a wire between them; both are gone with this value.
final class Networks {
    /// The addresses of the two ends.
    let first = "10.77.0.1"
    let second = "10.77.0.2"
    private let names: [String]

    /// Whether this process may make them.
    static let canBeMade: Bool = {
        guard getuid() == 0, (try? Networks()) != nil else { return false }
        return true
    }()

    init() throws {
        let tag = UInt32.random(in: 0...UInt32.max)
        names = ["a", "b"].map { "lc\($0)\(tag)" }
        let wires = ["a", "b"].map { "\($0)\(tag)" }
        for name in names { try Self.ip("netns", "add", name) }
        try Self.ip(
            "link",
            "add",
            wires[0],
            "netns",
            names[0],
            "type",
            "veth",
            "peer",
            "name",
            wires[1],
            "netns",
            names[1]
        )
        for (index, address) in [first, second].enumerated() {
            let inside = ["-n", names[index]]
            try Self.ip(inside + ["addr", "add", "\(address)/24", "dev", wires[index]])
            try Self.ip(inside + ["link", "set", wires[index], "up"])
            try Self.ip(inside + ["link", "set", "lo", "up"])
        }
    }

    deinit {
        for name in names { try? Self.ip("netns", "del", name) }
    }

    /// The words before a command that is to run there.
    var inFirst: [String] { ["/usr/bin/env", "ip", "netns", "exec", names[0]] }
    var inSecond: [String] { ["/usr/bin/env", "ip", "netns", "exec", names[1]] }

    private struct Refused: Error {}

    private static func ip(_ words: String...) throws { try ip(words) }

    private static func ip(_ words: [String]) throws {
        var command = ChildProcess.Command("ip", words)
        command.output = nil
        command.error = nil
        let process = try ChildProcess(command)
        guard process.wait(upTo: .seconds(20))?.isSuccess ?? false else { throw Refused() }
    }
}
