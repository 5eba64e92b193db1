import Causality
import Foundation
import Testing

/// What the program writes.
@Suite struct ProgramTests {
    private let timeline: TimelineRun

    init() throws {
        timeline = try TimelineRun()
        for log in ["faults", "checkpoints"] {
            try timeline.write(try Logs.bytes("\(log).jsonl"), to: "\(log).jsonl")
        }
    }

    @Test func `without a file to write it tells what is in the log`() throws {
        let outcome = try timeline.run("faults.jsonl", "--cut", "c9,s7; c10,s6")
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(
            outcome.output == """
                pingpong: 28 events, 10 messages sent, 7 received, 3 lost, 0 in flight at the end, 1 crash

                node    lives  events  sent  received  saves  crashes
                ------  -----  ------  ----  --------  -----  -------
                Client      1      18     7         3      0        0
                Server      2      10     3         4      0        1

                cut 1 (Client:9,Server:7): NOT CONSISTENT
                  Server has received Client.0.4 [ping(number: 3)] in its event 6, and Client sends it \
                only in its event 10
                cut 2 (Client:10,Server:6): consistent

                """
        )
    }

    @Test func `the same in JSON, one object on one line`() throws {
        let outcome = try timeline.run("checkpoints.jsonl", "--checkpoint", "1", "--json")
        #expect(outcome.status == 0)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        )
        #expect(outcome.output.split(separator: "\n").count == 1)
        let cut = try #require((object["cuts"] as? [[String: Any]])?.first)
        #expect(cut["consistent"] as? Bool == true)
        #expect(cut["inFlight"] as? [String] == ["Coordinator.0.3", "Coordinator.0.4"])
        let log = try #require(object["log"] as? [String: Any])
        #expect(log["sent"] as? Int == 37)
    }

    @Test func `a checkpoint without a node's part is told so in text, JSON and picture`() throws {
        var text = #"{"command":[],"faults":[],"system":"x","version":1}"# + "\n"
        for (node, kind) in [("A", "save"), ("B", "crash"), ("B", "recover")] {
            let part = kind == "save" ? #""text":"1: state","# : ""
            text +=
                #"{"incarnation":0,"kind":"\#(kind)","node":"\#(node)",\#(part)"time":1}"# + "\n"
        }
        try timeline.write(Array(text.utf8), to: "part.jsonl")
        let remark = "no part of B: it is cut before its crash, as late as the others allow"
        let said = try timeline.run("part.jsonl", "--checkpoint", "1").output
        #expect(said.contains("checkpoint 1 (A:1,B:0): consistent\n  \(remark)\n"))
        let json = try timeline.run("part.jsonl", "--checkpoint", "1", "--json").output
        #expect(json.contains(#""remark":"\#(remark)""#))
        _ = try timeline.run("part.jsonl", "--checkpoint", "1", "--svg", "part.svg")
        let svg = String(decoding: timeline.bytes("part.svg") ?? [], as: UTF8.self)
        #expect(svg.contains("checkpoint 1: \(remark.prefix(40))"))
    }

    @Test func `each file that is asked for is written, and nothing is said`() throws {
        let outcome = try timeline.run(
            "checkpoints.jsonl",
            "--svg",
            "a.svg",
            "--checkpoint",
            "1",
            "--shiviz",
            "a.log",
            "--perfetto",
            "a.json"
        )
        #expect(outcome == TimelineRun.Outcome(status: 0, output: "", errors: ""))
        let expected = try Logs.bytes("checkpoints.svg")
        #expect(timeline.bytes("a.svg") == expected)
        #expect(timeline.bytes("a.log")?.starts(with: "(?<event>".utf8) == true)
        #expect(timeline.bytes("a.json")?.starts(with: "{\"displayTimeUnit\"".utf8) == true)
    }

    @Test func `a page has the title, and the part with its cuts, that were asked for`() throws {
        let outcome = try timeline.run(
            "faults.jsonl",
            "--html",
            "a.html",
            "--nodes",
            "Server",
            "--to",
            "20ms",
            "--cut",
            "c9,s7; c10,s2",
            "--title",
            "Deaths & <others>"
        )
        #expect(outcome == TimelineRun.Outcome(status: 0, output: "", errors: ""))
        let page = try PageText(timeline.bytes("a.html") ?? [])
        #expect(page.title == "Deaths & <others>")
        #expect(page.html.contains("<title>Deaths &amp; &lt;others&gt;</title>"))
        #expect(page.nodes == ["Server"])
        let events = try page.events()
        #expect(
            !events.isEmpty && events.allSatisfy { $0.node == "Server" && $0.time <= 20_000_000 }
        )
        let held = events.count { $0.isOfProcess }
        #expect(page.cuts.map(\.name) == ["cut 1", "cut 2"])
        #expect(page.cuts.map(\.counts) == [[min(held, 7)], [2]])
    }

    @Test func `a file that is there is replaced, with no rest of the old one`() throws {
        try timeline.write(Array(repeating: 65, count: 1 << 20), to: "a.svg")
        #expect(try timeline.run("faults.jsonl", "--svg", "a.svg").status == 0)
        let text = String(decoding: timeline.bytes("a.svg") ?? [], as: UTF8.self)
        #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
    }

    @Test func `logs of several processes are merged by causality, whatever their clocks say`()
        throws
    {
        let whole = String(decoding: try Logs.bytes("faults.jsonl"), as: UTF8.self)
        let lines = whole.split(separator: "\n").map(String.init)
        for (node, shift) in [("Client", 0), ("Server", 7_200_000_000_000)] {
            let own = lines.dropFirst().filter { $0.contains("\"node\":\"\(node)\"") }.map { line in
                let parts = line.components(separatedBy: "\"time\":")
                let time = (Int(parts[1].prefix { $0.isNumber }) ?? 0) + shift
                return parts[0] + "\"time\":\(time)}"
            }
            let text = ([lines[0]] + own).joined(separator: "\n") + "\n"
            try timeline.write(Array(text.utf8), to: "\(node).jsonl")
        }
        let arguments = ("Server.jsonl", "Client.jsonl")
        let merged = try timeline.run(arguments.0, arguments.1)
        #expect(merged == (try timeline.run("faults.jsonl")))
        #expect(try timeline.run(arguments.0, arguments.1, "--shiviz", "m.log").status == 0)
        #expect(try timeline.run(arguments.0, arguments.1, "--svg", "m.svg").status == 0)
    }

    @Test func `a part is of the nodes and times that were asked for`() throws {
        let outcome = try timeline.run(
            "faults.jsonl",
            "--nodes",
            "Server",
            "--from",
            "1ms",
            "--to",
            "0.0106s"
        )
        #expect(outcome.output.hasPrefix("pingpong: 2 events, 1 message sent, 0 received"))
        #expect(!outcome.output.contains("Client "))
    }
}
