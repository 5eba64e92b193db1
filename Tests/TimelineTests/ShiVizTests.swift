import Causality
import Foundation
import Testing

@testable import Timeline

/// The rules of https://bestchai.bitbucket.io/shiviz/ and of its page on the log format, as a checker.
@Suite struct ShiVizTests {
    private struct Entry {
        let text: String
        let host: String
        let clock: [String: Int]
    }

    private func text(_ linked: LinkedLog) -> String {
        var bytes: [UInt8] = []
        ShiVizLog(linked).write { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a log, as the tool does: the expression, the empty divider, then matches of the expression.
    private func entries(_ text: String) throws -> [Entry] {
        var lines = text.components(separatedBy: "\n")
        #expect(lines.removeFirst() == #"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})"#)
        #expect(lines.removeFirst() == "")
        #expect(lines.removeLast() == "")
        #expect(lines.count.isMultiple(of: 2))
        return try stride(from: 0, to: lines.count - 1, by: 2).map { index in
            let parts = lines[index + 1].split(separator: " ", maxSplits: 1).map(String.init)
            let clock = try JSONSerialization.jsonObject(with: Data(parts[1].utf8))
            return Entry(
                text: lines[index],
                host: parts[0],
                clock: try #require(clock as? [String: Int])
            )
        }
    }

    private func check(_ entries: [Entry], _ comment: Comment) {
        var last: [String: [String: Int]] = [:]
        for entry in entries {
            #expect(!entry.text.isEmpty, comment)
            // Its own entry is there, begins with 1 and grows by 1; no entry ever falls.
            #expect(entry.clock[entry.host] == (last[entry.host]?[entry.host] ?? 0) + 1, comment)
            for (host, count) in last[entry.host] ?? [:] {
                #expect(entry.clock[host] ?? 0 >= count, comment)
            }
            #expect(entry.clock.values.allSatisfy { $0 > 0 }, comment)
            last[entry.host] = entry.clock
        }
        for entry in entries {
            for (host, count) in entry.clock {
                #expect(count <= last[host]?[host] ?? 0, comment)
            }
        }
    }

    @Test func `clocks of random logs keep the tool's rules, and are the vector times`() throws {
        for seed in 1...60 {
            var draws = Draws(seed: seed)
            let linked = try LinkedLog(draws.log(events: 60))
            let entries = try entries(text(linked))
            check(entries, "seed \(seed)")
            let execution = linked.execution
            let clocks = execution.vectorClocks()
            var next: [String: Int] = [:]
            #expect(entries.count == execution.eventCount)
            for entry in entries {
                let process = try #require(execution.processes.firstIndex(of: entry.host))
                let expected = clocks[process][next[entry.host, default: 0]]
                next[entry.host, default: 0] += 1
                for (other, name) in execution.processes.enumerated() {
                    #expect(entry.clock[name] ?? 0 == expected[other], "seed \(seed)")
                }
            }
        }
    }

    @Test(arguments: ["faults.jsonl", "careless.jsonl", "checkpoints.jsonl", "deployed.jsonl"])
    func `logs of every world keep them too`(log: String) throws {
        check(try entries(text(try Logs.read(log))), "\(log)")
    }

    @Test func `odd names stay one word each, and different`() throws {
        let names = ["a b", "a%20b", "a\tb", "q\"", "b\\", "日本", "", "%", "\u{2028}", "\u{1}"]
        var log = EventLog(header: EventLogHeader(system: "odd", command: []))
        log.events = names.map { Event(time: 0, node: $0, kind: .output, text: "a\nb\u{2029}\r{}") }
        let entries = try entries(text(try LinkedLog(log)))
        check(entries, "odd names")
        #expect(Set(entries.map(\.host)).count == names.count)
        #expect(entries.allSatisfy { !$0.host.contains(where: \.isWhitespace) })
    }
}
