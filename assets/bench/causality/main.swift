import Causality
import Foundation

// What a million events cost: the log written, read and merged, and what is worked out from it.
// The fastest of three rounds each. `causality-bench read` reads once, to see how much memory that takes.

let eventCount = 1_000_000
let processes = 8

/// Processor time that this process has used, in seconds: what else the machine does hardly shows in it.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Seconds of the fastest round; what `body` returns is freed outside of the time.
func best<Value>(of rounds: Int = 3, _ body: () throws -> Value) rethrows -> Double {
    var best = Double.infinity
    for _ in 1...rounds {
        let began = processorSeconds()
        let value = try body()
        best = min(best, processorSeconds() - began)
        withExtendedLifetime(value) {}
    }
    return best
}

/// The most memory that the process has held, in MB.
func peak() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
}

func row(_ name: String, _ cell: String) {
    let padding = String(repeating: " ", count: max(0, 12 - cell.count))
    print(name.padding(toLength: 58, withPad: " ", startingAt: 0) + padding + cell)
}

func report<Value>(_ name: String, _ body: () throws -> Value) rethrows {
    row(name, String(format: "%.2f", try best(body)))
}

let names = (0..<processes).map { "Process_\($0)" }
let header = EventLogHeader(system: "bench", command: ["causality-bench"], nodes: names)

/// Calls `body` with the events of processes that take turns: a third each is local, sent and received,
/// and messages overtake each other.
func run(_ body: (Event) -> Void) {
    var clocks = Array(repeating: VectorClock(), count: processes)
    var flights: [(message: String, sender: Int, clock: VectorClock)] = []
    for number in 0..<eventCount {
        let node = number % processes
        var event = Event(time: number * 1000, node: names[node], kind: .idle)
        if number % 3 == 1 {
            event.kind = .send
            event.message = "\(names[node]).0.\(number / 3)"
            event.peer = names[(node + 1) % processes]
            event.link = "datagram"
        } else if number % 3 == 2, flights.count > 20 {
            let flight = flights.remove(at: number / 3 % 20)
            event.kind = .receive
            event.message = flight.message
            event.peer = names[flight.sender]
            event.link = "datagram"
            clocks[node].merge(flight.clock)
        }
        clocks[node].tick(node)
        event.clock = clocks[node]
        if event.kind == .send { flights.append((event.message ?? "", node, clocks[node])) }
        body(event)
    }
}

var text = EventLog.line(header)
text.reserveCapacity(eventCount * 200)
run { text += EventLog.line($0) }
row("\(eventCount) events, \(processes) processes, \(text.count / 1_000_000) MB of text", "")

if CommandLine.arguments.dropFirst().first == "read" {
    let before = peak()
    let log = try EventLog(parsing: text)
    row("memory of the text, MB", "\(before)")
    row("more of it for \(log.events.count) events, MB", "\(peak() - before)")
    exit(0)
}

row("", "CPU seconds")
let log = try EventLog(parsing: text)
report("write") { log.text() }
report("read") { try? EventLog(parsing: text) }
// A space makes it another form.
let few = log.events.prefix(eventCount / 100).flatMap { Array(" ".utf8) + EventLog.line($0) }
let fewText = EventLog.line(header) + few
report("read a hundredth of it, in another form of JSON") { try? EventLog(parsing: fewText) }
let parts = names.map { name in
    EventLog(header: header, events: log.events.filter { $0.node == name })
}
report("merge \(processes) logs") { try? EventLog.merged(parts) }
let execution = try Execution(log)
report("message graph of the log") { try? Execution(log) }
report("Lamport clocks") { execution.lamportClocks() }
report("vector clocks") { execution.vectorClocks() }
report("sparse vector clocks") { execution.sparseVectorClocks() }
report("causal sequence") { execution.causalSequence }
let last = EventPoint(process: 0, index: execution.steps[0].count - 1)
report("past of the last event") { execution.past(of: last) }
let slope = Cut(counts: execution.steps.enumerated().map { $1.count * ($0 + 1) / processes })
report("violation of a cut") { execution.violation(of: slope) }
report("greatest consistent cut below it") { execution.greatestConsistentCut(below: slope) }
report("least consistent cut above it") { execution.leastConsistentCut(above: slope) }
