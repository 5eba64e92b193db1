import Failpoints
import Foundation

// What a pass costs, in nanoseconds: the fastest of five rounds each, against the same loop without one.

extension Failpoint {
    static let hot = Failpoint("bench.hot", "in the middle of the loop")
    static let other = Failpoint("bench.other", "nowhere")
}

// Calls that are not inlined, so that the test of the switch cannot be moved out of the loop.

@inline(never)
func step(_ value: UInt64) throws(FailpointError) -> UInt64 {
    (value ^ (value >> 7)) &* 0x9E37_79B9_7F4A_7C15
}

@inline(never)
func step(_ value: UInt64, _ failpoints: Failpoints) throws(FailpointError) -> UInt64 {
    try failpoints.pass(.hot)
    return (value ^ (value >> 7)) &* 0x9E37_79B9_7F4A_7C15
}

func failpoints(_ requests: [FailpointRequest]) -> Failpoints {
    Failpoints(requests, process: "bench", announce: { _ in }, waitForRelease: { _ in })
}

/// Nanoseconds a step, and the sum, which makes sure that the steps are done.
func measure(
    _ rounds: Int,
    _ step: (UInt64) throws -> UInt64
) rethrows -> (nanoseconds: Double, sum: UInt64) {
    var best = Double.infinity
    var sum: UInt64 = 1
    for _ in 1...5 {
        let took = try ContinuousClock().measure {
            for _ in 0..<rounds { sum = try step(sum) }
        }
        best = min(best, took / .nanoseconds(1) / Double(rounds))
    }
    return (best, sum)
}

let off = failpoints([])
let elsewhere = failpoints([FailpointRequest(.other, .kill)])
let here = failpoints([FailpointRequest(.hot, .kill, pass: FailpointRequest.passMax)])

let none = try measure(100_000_000) { try step($0) }
let rows = [
    ("no failpoint", none),
    ("switched off", try measure(100_000_000) { try step($0, off) }),
    ("another one is switched on", try measure(5_000_000) { try step($0, elsewhere) }),
    ("switched on, for a later pass", try measure(5_000_000) { try step($0, here) }),
]
print("what                             ns a step   ns for the pass")
for (name, result) in rows {
    let cost = result.nanoseconds - none.nanoseconds
    let columns = String(format: "%9.2f   %15.2f", result.nanoseconds, cost)
    print(name.padding(toLength: 32, withPad: " ", startingAt: 0), columns)
}
precondition(rows.allSatisfy { $0.1.sum != 0 })
