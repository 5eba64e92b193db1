import Deployment
import LabKit
import Messaging
import Processes

/// What `join` was asked for.
struct JoinOptions: Sendable {
    var node = ""
    var supervisor = ""
    var tokenFile = Argument("-")
    var address: String?

    @OptionBuilder<JoinOptions> static var declaration: [Option<JoinOptions>] {
        Option.value("--node", "NODE", \.node, .text, "which node of the run to be").required()
        Option.value(
            "--supervisor",
            "ADDRESS",
            \.supervisor,
            .text,
            "where the run listens: 10.0.0.1:7000"
        ).required()
        Option.value(
            "--token-file",
            "FILE",
            \.tokenFile,
            .path,
            "the file with the token of the run, or - for standard input"
        )
        Option.value(
            "--address",
            "ADDRESS",
            \.address,
            .text,
            "where the node takes messages: 10.0.0.2; if nothing is said, from where it joins"
        )
    }

    /// Joins, and stays until the run is over.
    func join<Saved>(system: String, _ stores: Stores<Saved>) throws -> ExitStatus {
        guard let supervisor = Address(supervisor), supervisor.port > 0 else {
            throw UsageError(
                "--supervisor takes an address such as 10.0.0.1:7000, not '\(supervisor)'"
            )
        }
        let own = try address.map { text throws(UsageError) in
            guard let own = Address(text) ?? Address(text + ":0") else {
                throw UsageError(
                    "--address takes a numeric address such as 10.0.0.2, not '\(text)'"
                )
            }
            return own
        }
        let token = try token()
        let ended = try Ending.watched { _ in
            do throws(DeploymentFailure) {
                let agent = try NodeAgent(
                    node: node,
                    system: system,
                    supervisor: supervisor,
                    token: token,
                    command: ChildProcess.Command(ChildProcess.Command.ownProgram, ["node"]),
                    stores: stores
                )
                return try agent.run(at: own)
            } catch {
                throw CommandFailure(error)
            }
        }
        ended.dieOfSignal()
        return .ok
    }

    private func token() throws -> RunToken {
        let path = tokenFile.text == "-" ? Argument("/dev/stdin") : tokenFile
        let bytes = try NamedFile.read(path, as: "token", bytesMax: 1024)
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? ""
        guard let token = RunToken(text: String(text)) else {
            throw CommandFailure(
                "there is no token of a run",
                at: "\(tokenFile)",
                remedy: "take the file that `run --token-file` has written",
                status: .data
            )
        }
        return token
    }
}

extension CommandFailure {
    /// The failure of a deployment, as a command tells of it.
    init(_ failure: DeploymentFailure) {
        let status = ExitStatus.all.first { $0.code == failure.status } ?? .software
        self.init(failure.description, status: status)
    }
}
