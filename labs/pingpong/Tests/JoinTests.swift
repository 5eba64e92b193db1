import Foundation
import Processes
import Testing

/// A node of a run on another machine; here the other machine is another address, or another network.
@Suite struct JoinTests {
    /// A run that waits for its server, and the address where it listens.
    private struct Waiting {
        let run: Pingpong.Running
        let address: String
    }

    /// Starts a run whose server joins, and waits until it says where.
    private func begin(
        _ pingpong: Pingpong,
        listen: String = "127.0.0.2",
        _ options: [String] = [],
        within words: [String] = []
    ) throws -> Waiting {
        let arguments =
            ["run", "--remote", "Server", "--listen", listen, "--token-file", "token"]
            + ["--time-limit", "20"] + options
        let run = try start(pingpong, arguments, within: words)
        var address: String?
        let deadline = ContinuousClock.now + .seconds(20)
        while address == nil, ContinuousClock.now < deadline, run.process.poll() == nil {
            let said = (try? String(contentsOfFile: run.errorsPath, encoding: .utf8)) ?? ""
            let words = said.split(whereSeparator: \.isWhitespace).map(String.init)
            if said.hasSuffix("\n"), let place = words.firstIndex(of: "--supervisor") {
                address = words[place + 1]
            }
            pause(for: .milliseconds(2))
        }
        return Waiting(run: run, address: try #require(address))
    }

    /// Starts the program, or has another program start it.
    private func start(
        _ pingpong: Pingpong,
        _ arguments: [String],
        within words: [String] = []
    ) throws -> Pingpong.Running {
        guard let program = words.first else { return try pingpong.start(arguments) }
        let all = words.dropFirst() + [Pingpong.program] + arguments
        return try pingpong.start(Array(all), program: program)
    }

    private func join(_ address: String, token: String = "token") -> [String] {
        ["join", "--node", "Server", "--supervisor", address, "--token-file", token]
    }

    private func expectNothingLeft(
        _ pingpong: Pingpong,
        but files: Set<String> = ["token"],
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(Set(pingpong.files).subtracting(files).isEmpty, sourceLocation: location)
    }

    @Test func `a node that joins is killed, stopped and restarted like the others`() throws {
        let pingpong = try Pingpong()
        let plan =
            "kill Server after 3 receives restart after 20ms; stop Server after 6 receives for 30ms; "
            + "kill Client after 2 receives restart after 10ms"
        let waiting = try begin(
            pingpong,
            ["--goal", "6", "--faults", plan, "--loss", "0.2", "--log", "run.jsonl"]
        )
        let agent = try pingpong.start(join(waiting.address) + ["--address", "127.0.0.1"])
        let outcome = try waiting.run.outcome()
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("answered(question: 6, by: 6)"))
        #expect(outcome.output.contains("4 processes"))
        #expect(try agent.outcome().status == 0)
        let again = try pingpong.run("simulate", "--goal", "6", "--replay", "run.jsonl")
        #expect(again.status == 0, "\(again.errors)")
        expectNothingLeft(pingpong, but: ["token", "run.jsonl"])
    }

    @Test func `only whoever owns it can read the token`() throws {
        let pingpong = try Pingpong()
        // It was readable by all before.
        try pingpong.write("old\n", to: "token")
        let waiting = try begin(pingpong)
        let attributes = try FileManager.default.attributesOfItem(atPath: pingpong.path("token"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        waiting.run.process.signal(SIGTERM)
        #expect(try waiting.run.outcome().ending == .killed(signal: SIGTERM))
        expectNothingLeft(pingpong)
    }

    @Test func `whoever has another token is turned away, and the run goes on waiting`() throws {
        let pingpong = try Pingpong()
        let waiting = try begin(pingpong)
        try pingpong.write(String(repeating: "0", count: 32) + "\n", to: "other")
        let stranger = try pingpong.start(join(waiting.address, token: "other")).outcome()
        #expect(stranger.status == 69)
        #expect(stranger.errors.contains("is the token that of the run?"))
        #expect(stranger.errors.split(separator: "\n").count == 1)
        let agent = try pingpong.start(join(waiting.address))
        #expect(try waiting.run.outcome().status == 0)
        #expect(try agent.outcome().status == 0)
        expectNothingLeft(pingpong, but: ["token", "other"])
    }

    @Test func `a node that the run does not wait for, or has already, is refused`() throws {
        let pingpong = try Pingpong()
        // Nobody else joins: the run ends when we say so.
        let waiting = try begin(pingpong, ["--goal", "1000000", "--loss", "0.5"])
        let client = try pingpong.start([
            "join", "--node", "Client", "--supervisor", waiting.address, "--token-file", "token",
        ]).outcome()
        #expect(client.status == 78)
        #expect(client.errors.contains("does not wait for a node Client"))
        let first = try pingpong.start(join(waiting.address))
        while children(of: first.process.pid).isEmpty { pause(for: .milliseconds(2)) }
        let second = try pingpong.start(join(waiting.address)).outcome()
        #expect(second.status == 78)
        #expect(second.errors.contains("joined for Server already"))
        waiting.run.process.signal(SIGINT)
        #expect(try waiting.run.outcome().ending == .killed(signal: SIGINT))
        // A run that is over in good order and one that was interrupted are the same to it.
        #expect(try first.outcome().status != nil)
        expectNothingLeft(pingpong)
    }

    @Test func `a run whose agent is killed ends at once, and says so`() throws {
        let pingpong = try Pingpong()
        let waiting = try begin(pingpong, ["--goal", "1000000", "--loss", "0.5"])
        let agent = try pingpong.start(join(waiting.address))
        // Its node is there: the run has begun.
        while children(of: agent.process.pid).isEmpty { pause(for: .milliseconds(2)) }
        let node = try #require(children(of: agent.process.pid).first)
        agent.process.signal(SIGKILL)
        let outcome = try waiting.run.outcome()
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("the connection to the machine of Server broke"))
        let deadline = ContinuousClock.now + .seconds(20)
        while kill(node, 0) == 0, ContinuousClock.now < deadline { pause(for: .milliseconds(2)) }
        #expect(kill(node, 0) != 0)
    }

    @Test func `an agent whose supervisor is killed leaves, and so does its node`() throws {
        let pingpong = try Pingpong()
        let waiting = try begin(pingpong, ["--goal", "1000000", "--loss", "0.5"])
        let agent = try pingpong.start(join(waiting.address))
        while children(of: agent.process.pid).isEmpty { pause(for: .milliseconds(2)) }
        waiting.run.process.signal(SIGKILL)
        let outcome = try agent.outcome()
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("is gone"))
    }

    @Test(arguments: [
        (["--supervisor", "127.0.0.1:1"], Int32(69), "nobody listens"),
        (["--supervisor", "somewhere"], 64, "--supervisor takes"),
        (["--supervisor", "127.0.0.1:1", "--address", "here"], 64, "--address takes"),
        (["--supervisor", "127.0.0.1:1", "--token-file", "missing"], 66, "missing"),
        (["--supervisor", "127.0.0.1:1", "--token-file", "empty"], 65, "no token"),
    ])
    func `what cannot join says why in one line`(
        options: [String],
        status: Int32,
        words: String
    ) throws {
        let pingpong = try Pingpong()
        try pingpong.write(String(repeating: "0", count: 32) + "\n", to: "token")
        try pingpong.write("", to: "empty")
        let token = options.contains("--token-file") ? [] : ["--token-file", "token"]
        let outcome = try pingpong.start(["join", "--node", "Server"] + options + token).outcome()
        #expect(outcome.status == status)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
        expectNothingLeft(pingpong, but: ["token", "empty"])
    }

    @Test func `a run cannot listen where this machine is not`() throws {
        let pingpong = try Pingpong()
        let outcome = try pingpong.run(
            "run",
            "--remote",
            "Server",
            "--listen",
            "192.0.2.1",
            "--token-file",
            "token"
        )
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("192.0.2.1 is not an address of this machine"))
        expectNothingLeft(pingpong)
    }

    @Test(
        .enabled(
            if: Networks.canBeMade,
            "needs root, the program ip, and the right to make network namespaces"
        )
    )
    func `nodes in two network namespaces are one system`() throws {
        let networks = try Networks()
        let pingpong = try Pingpong()
        let waiting = try begin(
            pingpong,
            listen: networks.first,
            [
                "--goal", "10", "--loss", "0.2", "--faults",
                "kill Server after 3 receives restart after 20ms",
            ],
            within: networks.inFirst
        )
        let agent = try start(pingpong, join(waiting.address), within: networks.inSecond)
        let outcome = try waiting.run.outcome()
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(try agent.outcome().status == 0)
        expectNothingLeft(pingpong)
    }
}

/// The processes of nodes that a process has started.
private func children(of pid: Int32) -> [Int32] {
    let path = "/proc/\(pid)/task/\(pid)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    // Beside the node there is the guard, a shell.
    return text.split(separator: " ").compactMap { Int32($0) }.filter { child in
        let line = try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)
        return line?.split(separator: "\0").dropFirst().first == "node"
    }
}
