import Foundation
import Testing

/// Whatever is wrong: one line that says what and where, a status, and nothing written.
@Suite struct BadInputTests {
    private let timeline: TimelineRun
    private let see = "; see 'timeline --help'"

    init() throws {
        timeline = try TimelineRun()
        try timeline.write(try Logs.bytes("faults.jsonl"), to: "run.jsonl")
    }

    private func expect(
        _ arguments: String...,
        status: Int32,
        _ line: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let before = timeline.files
        let outcome = try timeline.run(arguments)
        #expect(outcome.status == status, sourceLocation: location)
        #expect(outcome.output.isEmpty, sourceLocation: location)
        #expect(outcome.errors == "timeline: \(line)\n", sourceLocation: location)
        #expect(timeline.files == before, sourceLocation: location)
    }

    @Test func `no log at all`() throws {
        try expect(status: 64, "RUN.jsonl is missing: a path\(see)")
    }

    @Test func `a log that is not there, and a folder`() throws {
        let remedy = "; name a file that is there and may be read"
        try expect(
            "nowhere",
            status: 66,
            "cannot read the event log: No such file or directory, nowhere\(remedy)"
        )
        try expect("/", status: 66, "cannot read the event log: Is a directory, /\(remedy)")
    }

    @Test func `a file that is no log`() throws {
        let remedy = "; name a file that --log has written"
        try timeline.write([], to: "empty")
        try expect("empty", status: 65, "not an event log: line 1: not a header, empty\(remedy)")
        try timeline.write(Array("# A page\n".utf8), to: "page.md")
        try expect(
            "page.md",
            status: 65,
            "not an event log: line 1: not a header, page.md\(remedy)"
        )
        var bytes = try Logs.bytes("faults.jsonl")
        bytes += Array("{\"time\":1}\n".utf8)
        try timeline.write(bytes, to: "torn")
        try expect("torn", status: 65, "not an event log: line 35: not an event, torn\(remedy)")
    }

    @Test func `a log that ends inside a line`() throws {
        try timeline.write(try Logs.bytes("faults.jsonl").dropLast(9), to: "growing")
        try expect(
            "growing",
            status: 65,
            "the event log ends inside line 34, growing; it was cut off, or is still being "
                + "written: wait for its end, or take that line away"
        )
    }

    @Test func `a time beyond all that can be drawn`() throws {
        let header = #"{"command":[],"faults":[],"system":"x","version":1}"#
        let events = [Int.max, 1].map {
            #"{"incarnation":0,"kind":"idle","node":"A","time":"# + "\($0)}"
        }
        let text = ([header] + events).joined(separator: "\n") + "\n"
        try timeline.write(Array(text.utf8), to: "late")
        try expect(
            "late",
            "--perfetto",
            "late.json",
            status: 65,
            "not an event log: line 2: the time \(Int.max) is beyond \(1 << 62) ns, late"
                + "; name a file that --log has written"
        )
    }

    @Test func `a log that contradicts itself`() throws {
        var lines = String(decoding: try Logs.bytes("faults.jsonl"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        lines.append(lines[2])
        let text = lines.joined(separator: "\n") + "\n"
        try timeline.write(Array(text.utf8), to: "twice")
        let outcome = try timeline.run("twice")
        #expect(outcome.status == 65)
        #expect(
            outcome.errors.hasPrefix(
                "timeline: the log tells what cannot have been: line 35 (event 19 of Client): "
                    + "Client.0.1 is sent again, after line 3"
            )
        )
    }

    @Test func `logs of two systems`() throws {
        try timeline.write(try Logs.bytes("checkpoints.jsonl"), to: "other.jsonl")
        let outcome = try timeline.run("run.jsonl", "other.jsonl")
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("run.jsonl"))
        #expect(outcome.errors.contains("other.jsonl"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func `nodes that are not there, or there twice`() throws {
        try expect(
            "run.jsonl",
            "--nodes",
            "Server,Clint",
            status: 64,
            "--nodes: there is no node 'Clint'; there are Client, Server\(see)"
        )
        try expect(
            "run.jsonl",
            "--nodes",
            "Server,Server",
            status: 64,
            "--nodes: Server is named twice\(see)"
        )
    }

    @Test func `cuts that name no event`() throws {
        try expect(
            "run.jsonl",
            "--cut",
            "c99",
            status: 64,
            "--cut: Client has no event 99; its last one is 18\(see)"
        )
        try expect(
            "run.jsonl",
            "--cut",
            "x1",
            status: 64,
            "--cut: no node is called 'x' or begins with it; there are Client, Server\(see)"
        )
        try expect(
            "run.jsonl",
            "--checkpoint",
            "1",
            status: 64,
            "--checkpoint: there is no checkpoint in this log\(see)"
        )
    }

    @Test func `times that go backwards, or are none`() throws {
        try expect(
            "run.jsonl",
            "--from",
            "2ms",
            "--to",
            "1ms",
            status: 64,
            "--from is after --to\(see)"
        )
        for time in ["1", "ms", "-1ms", "1.2.3s", "0.5ns", "99999999999s", "1 s"] {
            let outcome = try timeline.run("run.jsonl", "--from=\(time)")
            #expect(outcome.status == 64, "\(time)")
            #expect(
                outcome.errors
                    == "timeline: --from takes a time such as 1.5s, 20ms, 300us or 40ns, not '\(time)'\(see)\n"
            )
        }
    }

    @Test func `times in which nothing happened, with those of the log`() throws {
        let range = "; the log goes from 0 ns to 232.633 ms"
        try expect(
            "run.jsonl",
            "--from",
            "100s",
            "--svg",
            "empty.svg",
            status: 64,
            "--from: nothing happened then\(range)\(see)"
        )
        try expect(
            "run.jsonl",
            "--from",
            "1ns",
            "--to",
            "2ns",
            status: 64,
            "--from, --to: nothing happened then\(range)\(see)"
        )
    }

    @Test func `files that cannot be written`() throws {
        try expect(
            "run.jsonl",
            "--svg",
            "/nowhere/a.svg",
            status: 73,
            "cannot create the file: No such file or directory, /nowhere/a.svg; name another file"
        )
        try expect(
            "run.jsonl",
            "--shiviz",
            "/dev/full",
            status: 74,
            "cannot write, /dev/full: No space left on device"
        )
    }

    @Test func `a log is never written over`() throws {
        let before = timeline.bytes("run.jsonl")
        try expect(
            "run.jsonl",
            "--svg",
            "./run.jsonl",
            status: 64,
            "--svg names a log that is read, './run.jsonl'\(see)"
        )
        try expect(
            "run.jsonl",
            "--svg",
            "a",
            "--shiviz",
            "a",
            status: 64,
            "--svg and --shiviz name the same file, 'a'\(see)"
        )
        #expect(timeline.bytes("run.jsonl") == before)
    }

    @Test func `too much for a page leaves the old one as it is`() throws {
        let event = "{\"incarnation\":0,\"kind\":\"idle\",\"node\":\"M\",\"time\":5}\n"
        let text =
            "{\"command\":[],\"faults\":[],\"system\":\"long\",\"version\":1}\n"
            + String(repeating: event, count: 300_001)
        try timeline.write(Array(text.utf8), to: "long.jsonl")
        try timeline.write([1, 2, 3], to: "old.html")
        try expect(
            "long.jsonl",
            "--html",
            "old.html",
            status: 65,
            "300001 events are too many for a page, which holds 300000; "
                + "write a part with --from, --to or --nodes"
        )
        #expect(timeline.bytes("old.html") == [1, 2, 3])
    }

    @Test func `pages that cannot be written`() throws {
        try expect(
            "run.jsonl",
            "--html",
            "/nowhere/a.html",
            status: 73,
            "cannot create the file: No such file or directory, /nowhere/a.html; name another file"
        )
        try expect(
            "run.jsonl",
            "--html",
            "/dev/full",
            status: 74,
            "cannot write, /dev/full: No space left on device"
        )
        try expect(
            "run.jsonl",
            "--html",
            "a",
            "--svg",
            "a",
            status: 64,
            "--html and --svg name the same file, 'a'\(see)"
        )
        try expect(
            "run.jsonl",
            "--html",
            "run.jsonl",
            status: 64,
            "--html names a log that is read, 'run.jsonl'\(see)"
        )
    }

    @Test func `a title of nothing`() throws {
        try expect(
            "run.jsonl",
            "--title",
            "A run",
            status: 64,
            "--title needs --svg or --html as well\(see)"
        )
    }

    @Test(arguments: ["./a", "link", "whole/a"])
    func `two outputs are two files, whatever they are called`(other: String) throws {
        let manager = FileManager.default
        try manager.createSymbolicLink(
            atPath: timeline.path("link"),
            withDestinationPath: "a"
        )
        try manager.createSymbolicLink(
            atPath: timeline.path("whole"),
            withDestinationPath: "."
        )
        try expect(
            "run.jsonl",
            "--svg",
            "a",
            "--perfetto",
            other,
            status: 64,
            "--svg and --perfetto name the same file, '\(other)'\(see)"
        )
        #expect(timeline.bytes("a") == nil)
    }

    @Test func `a device may be two outputs`() throws {
        let outcome = try timeline.run(
            "run.jsonl",
            "--shiviz",
            "/dev/null",
            "--perfetto",
            "/dev/null"
        )
        #expect(outcome == .init(status: 0, output: "", errors: ""))
    }

    @Test func `too much for a picture leaves the old one as it is`() throws {
        let event = "{\"incarnation\":0,\"kind\":\"idle\",\"node\":\"M\",\"time\":5}\n"
        let text =
            "{\"command\":[],\"faults\":[],\"system\":\"long\",\"version\":1}\n"
            + String(repeating: event, count: 2001)
        try timeline.write(Array(text.utf8), to: "long.jsonl")
        try timeline.write([1, 2, 3], to: "old.svg")
        try expect(
            "long.jsonl",
            "--svg",
            "old.svg",
            status: 65,
            "2001 events are too many for a picture, which holds 2000; "
                + "draw a part with --from, --to or --nodes"
        )
        #expect(timeline.bytes("old.svg") == [1, 2, 3])
    }
}
