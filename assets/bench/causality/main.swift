import Causality
import Foundation

// What a million events cost: the log read, written and merged, and what is worked out from it.
// The fastest of three rounds each; memory is the most that the process has held so far.

/// Seconds of the fastest round; what `body` returns is freed outside of the time.
func best<Value>(of rounds: Int = 3, _ body: () throws -> Value) rethrows -> Double {
    var best = Double.infinity
    for _ in 1...rounds {
        let clock = ContinuousClock()
        let began = clock.now
        let value = try body()
        best = min(best, (clock.now - began) / .seconds(1))
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

func row(_ name: String, _ seconds: String, _ megabytes: String) {
    let cells = [seconds, megabytes].map { String(repeating: " ", count: 10 - $0.count) + $0 }
    print(name.padding(toLength: 46, withPad: " ", startingAt: 0) + cells.joined())
}

func report<Value>(_ name: String, _ body: () throws -> Value) rethrows {
    let seconds = try best(body)
    row(name, String(format: "%.2f", seconds), "\(peak())")
}

/// A run of processes that send to each other in turn: a third each is local, sent and received.
func run(processes: Int, events: Int) -> EventLog {
    let names = (0..<processes).map { "Process_\($0)" }
    var clocks = Array(repeating: VectorClock(), count: processes)
    var flights: [(message: String, sender: Int, clock: VectorClock)] = []
    var sent = 0
    var log = EventLog(
        header: EventLogHeader(system: "bench", command: ["causality-bench"], nodes: names)
    )
    for time in 0..<events {
        let node = time % processes
        var event = Event(time: time * 1000, node: names[node], kind: .idle)
        if time % 3 == 1 {
            event.kind = .send
            event.message = "\(names[node]).0.\(sent)"
            event.peer = names[(node + 1) % processes]
            event.link = "datagram"
            sent += 1
        } else if time % 3 == 2, let flight = flights.popLast() {
            event.kind = .receive
            event.message = flight.message
            event.peer = names[flight.sender]
            event.link = "datagram"
            clocks[node].merge(flight.clock)
        }
        clocks[node].tick(node)
        event.clock = clocks[node]
        if event.kind == .send {
            flights.insert((event.message ?? "", node, clocks[node]), at: flights.count / 2)
        }
        log.events.append(event)
    }
    return log
}

let processes = 8
let log = run(processes: processes, events: 1_000_000)
let text = log.text()
let parts = (0..<processes).map { process in
    EventLog(
        header: log.header,
        events: log.events.filter { $0.node == log.header.nodes?[process] }
    )
}
let title = "1,000,000 events of \(processes) processes, \(text.count / 1_000_000) MB"
row(title, "seconds", "peak, MB")
row("(made)", "", "\(peak())")
report("write") { log.text() }
report("read") { try? EventLog(parsing: text) }
report("merge \(processes) logs") { try? EventLog.merged(parts) }
let execution = try Execution(log)
report("read the message graph") { try? Execution(log) }
report("Lamport clocks") { execution.lamportClocks() }
report("vector clocks") { execution.vectorClocks() }
report("sparse vector clocks") { execution.sparseVectorClocks() }
report("causal sequence") { execution.causalSequence }
let middle = Cut(counts: execution.steps.enumerated().map { $1.count * ($0 + 1) / processes })
report("violation of a cut") { execution.violation(of: middle) }
report("greatest consistent cut below it") { execution.greatestConsistentCut(below: middle) }
report("least consistent cut above it") { execution.leastConsistentCut(above: middle) }
