import Files
import Glibc
import Messaging
import Processes
import Testing

@testable import Deployment

/// Whatever is wrong: one line that says what and where, a status, and nothing left behind.
@Suite struct BadInputTests {
    private let lab: Lab

    init() throws { lab = try Lab() }

    private func expect(
        _ words: [String],
        _ status: Int32,
        _ line: String,
        script: String? = nil,
        temporary: String? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let run = try lab.start(words, script: script, temporary: temporary)
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == status, sourceLocation: location)
        #expect(outcome.output.isEmpty, sourceLocation: location)
        #expect(outcome.errors == line + "\n", sourceLocation: location)
        #expect(lab.leftovers == [], sourceLocation: location)
    }

    @Test func `a port that somebody else has`() throws {
        for socket in [try Sockets.listen(at: .loopback), try Sockets.bindDatagrams(at: .loopback)]
        {
            defer { close(socket) }
            let address = try Sockets.address(of: socket)
            try expect(
                ["run", "--host", "Clerk=\(address)"],
                69,
                "ledger: the sockets of Clerk: \(address) is in use by another socket; "
                    + "choose another port, or 0 for any"
            )
        }
    }

    @Test func `an address of another machine`() throws {
        try expect(
            ["run", "--host", "Clerk=192.0.2.1"],
            78,
            "ledger: the sockets of Clerk: 192.0.2.1 is not an address of this machine; "
                + "choose one of its own"
        )
    }

    @Test func `a port that is the administrator's`() throws {
        // In a container every port may be everybody's.
        let script = """
            [ "$(id -u)" = 0 ] || exec "$@"
            chmod 777 . "$TMPDIR"
            cp "$1" ./copy && chmod 755 ./copy && shift
            exec setpriv --reuid=65534 --regid=65534 --clear-groups ./copy "$@"
            """
        let first = try #require(Int(text(of: "/proc/sys/net/ipv4/ip_unprivileged_port_start")))
        guard first > 7 else { return }
        try expect(
            ["run", "--host", "Clerk=127.0.0.1:7"],
            77,
            "ledger: the sockets of Clerk: no permission for 127.0.0.1:7; "
                + "choose a port of 1024 or more",
            script: script
        )
    }

    private func text(of path: String) -> String {
        let bytes = (try? WholeFile.read(path)) ?? []
        return String(decoding: bytes.filter { $0 > 32 }, as: UTF8.self)
    }

    @Test func `hosts that cannot be`() throws {
        let see = "; see 'ledger run --help'"
        for (host, what) in [
            ("Clerk", "--host takes NODE=ADDRESS, not 'Clerk'"),
            ("", "--host takes NODE=ADDRESS, not ''"),
            ("Clark=127.0.0.1", "--host: there is no node 'Clark'; there are Teller, Clerk"),
            ("Clerk=", "--host: '' is no numeric address such as 127.0.0.2"),
            ("Clerk=localhost", "--host: 'localhost' is no numeric address such as 127.0.0.2"),
            (
                "Clerk=127.0.0.1:65536",
                "--host: '127.0.0.1:65536' is no numeric address such as 127.0.0.2"
            ),
        ] {
            try expect(["run", "--host", host], 64, "ledger run: \(what)\(see)")
        }
        try expect(
            ["run", "--host", "Clerk=127.0.0.2", "--host", "Clerk=127.0.0.3"],
            64,
            "ledger run: --host names Clerk twice\(see)"
        )
        let joining = ["--remote", "Clerk", "--listen", "127.0.0.1", "--token-file", "token"]
        try expect(
            ["run", "--host", "Clerk=127.0.0.2"] + joining,
            64,
            "ledger run: --host: Clerk joins, and says itself where it is, by --address\(see)"
        )
    }

    @Test(arguments: ["0.0.0.0", "224.0.0.1", "255.255.255.255", "[::]"])
    func `an address that is not that of one machine`(address: String) throws {
        let host = address.filter { !"[]".contains($0) }
        try expect(
            ["run", "--host", "Clerk=\(address)"],
            78,
            "ledger: \(host) of Clerk is not the address of one machine; name one of its own"
        )
    }

    // Such a run would begin, and no message of it would ever arrive.
    @Test func `nodes that cannot reach each other`() throws {
        guard access("/proc/net/if_inet6", F_OK) == 0 else { return }
        try expect(
            ["run", "--host", "Clerk=[::1]"],
            78,
            "ledger: 127.0.0.1 of Teller and ::1 of Clerk cannot reach each other; "
                + "give all nodes addresses of IPv4, or all of IPv6"
        )
    }

    @Test func `failpoints that cannot be`() throws {
        let see = "; see 'ledger run --help'"
        for (failpoint, what) in [
            (
                "store.after-sav=kill",
                "there is no failpoint 'store.after-sav' (did you mean 'store.after-save'?)"
            ),
            (
                "Clark:store.after-save=kill",
                "there is no process 'Clark' that has failpoints (did you mean 'Clerk'?)"
            ),
            (
                "store.after-save=kil",
                "'kil' is no action (did you mean 'kill'?); expected exit[:STATUS], kill, stall, "
                    + "sleep:DURATION, error or hold"
            ),
            (
                "store.after-save",
                "'store.after-save' asks for nothing; expected NAME=ACTION[@N], such as a.b=kill@2"
            ),
            (
                "store.after-save=kill@0",
                "'@0' is no pass; expected a whole number from 1 to 1000000000"
            ),
        ] {
            try expect(
                ["run", "--failpoint", failpoint],
                64,
                "ledger run: --failpoint: \(what)\(see)"
            )
        }
    }

    @Test(arguments: 4...24) func `too few descriptors`(limit: Int) throws {
        // Not so few that the program cannot be loaded, nor so many that the run can be had.
        let run = try lab.start(["run"], script: "ulimit -n \(limit); exec \"$@\"")
        let outcome = try lab.outcome(of: run)
        guard outcome.status != 0, outcome.status != 127 else { return }
        #expect(outcome.status == 71, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.count(where: \.isNewline) == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("oo many open files"), "\(outcome.errors)")
        #expect(lab.leftovers == [])
    }

    @Test func `a place for the run's folder that is none`() throws {
        let file = lab.path("file")
        try lab.make("file")
        try expect(
            ["run"],
            73,
            "ledger: making a folder in \(file): Not a directory; name another place with TMPDIR",
            temporary: file
        )
        let nowhere = lab.path("nowhere")
        try expect(
            ["run"],
            73,
            "ledger: making a folder in \(nowhere): No such file or directory; "
                + "name another place with TMPDIR",
            temporary: nowhere
        )
    }

    @Test func `the part of a node, called by hand`() throws {
        let line = "ledger: this role is for processes that a run starts"
        try expect(["node"], 64, line)
        try expect(["node"], 64, line, script: "exec \"$@\" 3< . 4< . 5< .")
        try expect(["node"], 64, line, script: "exec \"$@\" 3< /dev/null 4< /dev/null 5< /dev/null")
    }

    @Test func `a log that cannot be written`() throws {
        try expect(
            ["run", "--log", "nowhere/log"],
            73,
            "ledger: cannot create the event log: No such file or directory, nowhere/log; "
                + "name another file with --log"
        )
        try expect(
            ["run", "--log", "/dev/full"],
            74,
            "ledger: cannot write, /dev/full: No space left on device"
        )
    }

    @Test func `an output that nobody takes`() throws {
        let run = try lab.start(["run"], script: "exec \"$@\" > /dev/full")
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == 74)
        #expect(
            outcome.errors == "ledger: cannot write, standard output: No space left on device\n"
        )
        #expect(lab.leftovers == [])
    }
}
