import Causality
import Foundation
import Testing

@testable import Timeline

/// The rules of the "Trace Event Format" for the kinds of events that are written, as a checker.
@Suite struct PerfettoTests {
    private struct Trace: Decodable {
        let displayTimeUnit: String
        let traceEvents: [Item]
    }

    private struct Item: Decodable {
        let ph: String
        let name: String
        let pid: Int
        let tid: Int?
        let ts: Decimal?
        let dur: Decimal?
        let cat: String?
        let id: Int?
        let bp: String?
        let s: String?
    }

    private func trace(_ linked: LinkedLog) throws -> Trace {
        var bytes: [UInt8] = []
        PerfettoTrace(linked).write { bytes += $0 }
        return try JSONDecoder().decode(Trace.self, from: Data(bytes))
    }

    /// Whether every event has the fields of its kind.
    private func checkFields(_ trace: Trace, _ comment: Comment) {
        #expect(["ms", "ns"].contains(trace.displayTimeUnit), comment)
        for item in trace.traceEvents {
            switch item.ph {
            case "M":
                let names = [
                    "process_name", "process_labels", "thread_name", "thread_sort_index",
                ]
                #expect(names.contains(item.name), comment)
            case "X": #expect(item.ts ?? -1 >= 0 && item.dur ?? 0 > 0 && item.tid != nil, comment)
            case "i": #expect(item.ts ?? -1 >= 0 && item.s == "t" && item.tid != nil, comment)
            case "s", "f":
                #expect(item.ts ?? -1 >= 0 && item.id != nil && item.cat != nil, comment)
                #expect(item.ph == "s" || item.bp == "e", comment)
            default: Issue.record("kind \(item.ph)")
            }
        }
    }

    /// Whether slices of a track lie beside or within each other.
    private func checkNesting(_ trace: Trace, _ comment: Comment) {
        let slices = trace.traceEvents.filter { $0.ph == "X" }
        for (_, track) in Dictionary(grouping: slices, by: \.tid) {
            var open: [Decimal] = []
            let sorted = track.sorted {
                ($0.ts ?? 0, -($0.dur ?? 0)) < ($1.ts ?? 0, -($1.dur ?? 0))
            }
            for slice in sorted {
                let (begin, end) = (slice.ts ?? 0, (slice.ts ?? 0) + (slice.dur ?? 0))
                while let last = open.last, last <= begin { open.removeLast() }
                if let last = open.last { #expect(end <= last, comment) }
                open.append(end)
            }
        }
    }

    /// Whether each flow has one beginning and one end, later, each in a slice of its track.
    private func checkFlows(_ trace: Trace, receipts: Int, _ comment: Comment) {
        let flows = trace.traceEvents.filter { $0.ph == "s" || $0.ph == "f" }
        let slices = Dictionary(
            grouping: trace.traceEvents.filter { $0.ph == "X" && $0.cat != "life" },
            by: \.tid
        )
        let byID = Dictionary(grouping: flows) { $0.id ?? -1 }
        #expect(byID.count == receipts, comment)
        for (_, pair) in byID {
            #expect(pair.map(\.ph).sorted() == ["f", "s"], comment)
            let begin = pair.first { $0.ph == "s" }?.ts ?? 0
            let end = pair.first { $0.ph == "f" }?.ts ?? 0
            #expect(begin < end, comment)
            #expect(Set(pair.map(\.name)).count == 1 && Set(pair.map(\.cat)).count == 1, comment)
        }
        for flow in flows {
            let isInside = (slices[flow.tid] ?? []).contains { slice in
                let begin = slice.ts ?? 0
                return begin <= flow.ts ?? -1 && flow.ts ?? -1 < begin + (slice.dur ?? 0)
                    && slice.cat == (flow.ph == "s" ? "send" : "receive")
            }
            #expect(isInside, comment)
        }
    }

    private func check(_ linked: LinkedLog, _ comment: Comment) throws {
        let trace = try trace(linked)
        checkFields(trace, comment)
        checkNesting(trace, comment)
        let receipts = linked.execution.messages.reduce(0) {
            $0 + ($1.send == nil ? 0 : $1.receives.count)
        }
        checkFlows(trace, receipts: receipts, comment)
        let tracks = trace.traceEvents.filter { $0.name == "thread_name" }.map(\.tid)
        #expect(tracks == linked.nodes.indices.map { $0 + 1 }, comment)
    }

    @Test func `traces of random logs keep the format's rules`() throws {
        for seed in 1...60 {
            var draws = Draws(seed: seed)
            try check(try LinkedLog(draws.log(events: 60)), "seed \(seed)")
        }
    }

    @Test(arguments: ["faults.jsonl", "careless.jsonl", "checkpoints.jsonl", "deployed.jsonl"])
    func `traces of every world keep them too`(log: String) throws {
        try check(try Logs.read(log), "\(log)")
    }

    @Test func `clocks that lie make no arrow into the past`() throws {
        var log = Logs.log("M>m>P P<m<M P>n>M M<n<P")
        for place in log.events.indices { log.events[place].time = 100 - place }
        try check(try LinkedLog(log), "clocks that lie")
    }

    @Test func `the latest time that a log may have leaves room for what is moved on`() throws {
        var log = Logs.log("A:idle A:idle M>m>P P<m<M")
        for place in [0, 2] { log.events[place].time = EventLog.nanosecondsMax }
        try check(try LinkedLog(log), "the latest time")
    }

    @Test func `a crash is marked, and ends its life`() throws {
        let trace = try trace(try Logs.read("faults.jsonl"))
        let crash = try #require(trace.traceEvents.first { $0.cat == "crash" })
        #expect(crash.ph == "i")
        let lives = trace.traceEvents.filter { $0.cat == "life" && $0.tid == crash.tid }
        #expect(lives.map(\.name) == ["life 0", "life 1"])
        #expect(lives[0].ts ?? 0 <= crash.ts ?? -1)
        #expect(lives[1].ts ?? 0 > crash.ts ?? 0)
    }

    @Test(arguments: [
        (0, "0"), (1, "0.001"), (1000, "1"), (12_345_678, "12345.678"), (1010, "1.010"),
    ])
    func `nanoseconds are exact in microseconds`(nanoseconds: Int, text: String) {
        #expect(PerfettoTrace.microseconds(nanoseconds) == text)
    }

    @Test func `odd texts are JSON all the same`() throws {
        let odd = "\"\\\u{0}\u{1F}\n日\u{2028}"
        var log = EventLog(header: EventLogHeader(system: odd, command: []))
        log.events = [Event(time: 0, node: odd, kind: .output, text: odd)]
        let names = try trace(try LinkedLog(log)).traceEvents.map(\.name)
        #expect(names.contains("output " + odd))
    }
}
