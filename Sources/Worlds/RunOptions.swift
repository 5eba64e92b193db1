import LabKit
import Messaging
import Deployment
import Nodes

/// What `run` was asked for, the lab's own options left out.
struct RunOptions: Sendable {
    var seed: UInt64 = 1
    var faults: Argument?
    var loss: Double?
    var duplicate: Double?
    var delay: String?
    var partition: String?
    var timeMax = Duration.seconds(60)
    var log: Argument?
    var isUnrecorded = false
    var failpoints: [String] = []
    var listsFailpoints = false
    var hosts: [String] = []
    var remotes: [String] = []
    var listen: String?
    var tokenFile: Argument?
    var json = false

    @OptionBuilder<RunOptions> static var declaration: [Option<RunOptions>] {
        Option.value(
            "--seed",
            "S",
            \.seed,
            .whole(),
            "what the faults of links follow from, and delays within ranges"
        )
        Option.value(
            "--faults",
            "PLAN|FILE",
            \.faults,
            .path,
            "what goes wrong: 'kill Server at 1s restart after 100ms', or a file that says it"
        )
        Option.value(
            "--loss",
            "P",
            \.loss,
            .number(in: 0...1),
            "lose datagrams with this probability: short for 'lose P *'"
        )
        Option.value(
            "--duplicate",
            "P",
            \.duplicate,
            .number(in: 0...1),
            "let datagrams come twice with this probability"
        )
        Option.value("--delay", "A..B", \.delay, .text, "let messages take longer: 5ms..50ms")
        Option.value(
            "--partition",
            "GROUPS",
            \.partition,
            .text,
            "let nothing pass between nodes: 'Client|Server', with 'at 1s for 500ms' if you like"
        )
        Option.value(
            "--time-limit",
            "SECONDS",
            \.timeMax,
            .seconds(in: .milliseconds(1) ... .seconds(86_400)),
            "time after which a run is one that does not end"
        )
        Option.value("--log", "FILE", \.log, .path, "where to write the event log")
            .conflicts(with: "--no-record")
        Option.flag(
            "--no-record",
            \.isUnrecorded,
            "keep no record: quicker, but properties are not checked"
        )
        Option.values(
            "--failpoint",
            "[NODE:]NAME=ACTION[@N]",
            \.failpoints,
            .text,
            "let something happen at a named place: store.after-save=kill@2"
        )
        Option.flag("--failpoints", \.listsFailpoints, "list the named places, and do nothing else")
        Option.values(
            "--host",
            "NODE=ADDRESS",
            \.hosts,
            .text,
            "where a node takes messages: Server=127.0.0.2, or Server=127.0.0.1:7000"
        )
        Option.values(
            "--remote",
            "NODE",
            \.remotes,
            .text,
            "a node that joins from another machine, with the command that is shown"
        ).needs("--listen", "--token-file")
        Option.value(
            "--listen",
            "ADDRESS",
            \.listen,
            .text,
            "where the run listens for nodes that join: 10.0.0.1:7000"
        ).needs("--remote")
        Option.value(
            "--token-file",
            "FILE",
            \.tokenFile,
            .path,
            "where to write the token that lets a node join, readable by nobody else"
        ).needs("--remote")
        Option.flag("--json", \.json, "one JSON object on standard output")
    }

    /// The plan as text: the faults that were asked for by name, and those with an option of their own.
    var faultTexts: [String] {
        var texts: [String] = []
        if let loss { texts.append("lose \(Self.percent(loss)) *") }
        if let duplicate { texts.append("duplicate \(Self.percent(duplicate)) *") }
        if let delay { texts.append("delay \(delay) *") }
        if let partition { texts.append("partition \(partition)") }
        return texts
    }

    private static func percent(_ share: Double) -> String {
        let percent = share * 100
        // Not `30.000000000000004%`.
        let rounded = (percent * 1e9).rounded() / 1e9
        return rounded == rounded.rounded() ? "\(Int(rounded))%" : "\(rounded)%"
    }

    /// The nodes that join from other machines; nil if none does.
    func joining(nodes: [String]) throws -> DeploymentOptions.Joining? {
        guard !remotes.isEmpty, let listen else { return nil }
        for name in remotes where !nodes.contains(name) {
            let known = nodes.joined(separator: ", ")
            throw UsageError("--remote: there is no node '\(name)'; there are \(known)")
        }
        guard Set(remotes).count == remotes.count else {
            throw UsageError("--remote names a node twice")
        }
        guard let address = Address(listen) ?? Address(listen + ":0") else {
            throw UsageError(
                "--listen takes a numeric address such as 10.0.0.1:7000, not '\(listen)'"
            )
        }
        if let tokenFile { try SecretFile.write("", to: tokenFile) }
        return DeploymentOptions.Joining(nodes: remotes, address: address)
    }

    /// Where nodes take messages, by name.
    func addresses(nodes: [String]) throws(UsageError) -> [String: Address] {
        var addresses: [String: Address] = [:]
        for host in hosts {
            let parts = host.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw UsageError("--host takes NODE=ADDRESS, not '\(host)'")
            }
            let (name, text) = (String(parts[0]), String(parts[1]))
            guard nodes.contains(name) else {
                let known = nodes.joined(separator: ", ")
                throw UsageError("--host: there is no node '\(name)'; there are \(known)")
            }
            guard !remotes.contains(name) else {
                throw UsageError("--host: \(name) joins, and says itself where it is, by --address")
            }
            guard let address = Address(text) ?? Address(text + ":0") else {
                throw UsageError("--host: '\(text)' is no numeric address such as 127.0.0.2")
            }
            guard addresses.updateValue(address, forKey: name) == nil else {
                throw UsageError("--host names \(name) twice")
            }
        }
        return addresses
    }
}
