import Checkpointing
import Foundation

// What it takes to bring the state of a reducer to rest and back: a table of a million words, already in
// its form as bytes. In turns of save, complete, choose and load; medians of all turns, and the memory that
// each step holds at most beside the state itself.

let turns = 9
let bytesByCase = [("1,000 words", 20_000), ("1,000,000 words", 20_000_000)]

/// The most memory that this process has held since `forgetPeak`, in MB.
func peak() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1000
}

func forgetPeak() {
    try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
}

struct Step {
    var seconds: [Double] = []
    var megabytes = 0.0

    mutating func measure(_ body: () throws -> Void) rethrows {
        forgetPeak()
        let before = peak()
        let took = try ContinuousClock().measure { try body() }
        seconds.append(took / .seconds(1))
        megabytes = max(megabytes, peak() - before)
    }

    var row: String {
        String(format: "%10.1f  %10.1f", seconds.sorted()[seconds.count / 2] * 1000, megabytes)
    }
}

let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("lightcone-checkpointing-bench-\(getpid())").path
defer { try? FileManager.default.removeItem(atPath: folder) }
let store = try CheckpointStore(folder, system: "bench", parts: ["Reducer_0"])
var id = 0
print("state            step         median ms     peak MB")
for (name, bytes) in bytesByCase {
    let state = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 9)) }
    var (save, complete, choose, load) = (Step(), Step(), Step(), Step())
    for _ in 1...turns {
        id += 1
        let name = CheckpointName(id, recovery: 0)
        try save.measure {
            try store.save(state, as: "Reducer_0", of: name, number: id, with: .bytes)
        }
        try complete.measure { try store.complete(name) }
        try choose.measure {
            let newest = try store.newestComplete().checkpoint
            precondition(newest?.name == name)
        }
        var read: [UInt8] = []
        try load.measure { read = try store.load("Reducer_0", of: name, with: .bytes) }
        precondition(read == state)
    }
    for (step, figures) in [
        ("save", save), ("complete", complete), ("choose", choose), ("load", load),
    ] {
        let columns = [(name, 15), (step, 9)].map {
            $0.padding(toLength: $1, withPad: " ", startingAt: 0)
        }
        print(columns.joined(separator: "  "), figures.row)
    }
}
