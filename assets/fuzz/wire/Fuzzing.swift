import Chance
import Glibc

/// Where the fuzzer is, for the handler of signals: a trap leaves no other way to tell.
private nonisolated(unsafe) var current: (name: String, seed: UInt64, index: Int) = ("", 0, 0)

/// One target, given many inputs.
struct Fuzzing {
    let target: any FuzzTarget
    let seed: UInt64
    /// The numbers of the inputs; each input follows from the seed and its number alone.
    let inputs: Range<Int>

    /// Whether nothing was broken, and every outcome was seen; a run that begins later than with the
    /// first input repeats one that was found, and need not see them all.
    func run() -> Bool {
        current = (target.name, seed, 0)
        var counts = target.outcomes.map { _ in 0 }
        var bytes: [UInt8] = []
        var byteCount = 0
        let clock = ContinuousClock()
        let began = clock.now
        for index in inputs {
            current.index = index
            var chance = SplitMix64(seed: SplitMix64.mixed(seed) &+ UInt64(index))
            target.makeInput(&bytes, &chance)
            byteCount += bytes.count
            do throws(BrokenInvariant) {
                counts[try target.outcome(of: bytes, &chance)] += 1
            } catch {
                print("\(target.name): seed \(seed), input \(index): \(error.reason)")
                print(bytes.map { hex($0) }.joined())
                return false
            }
        }
        let seconds = (clock.now - began) / .seconds(1)
        report(counts, byteCount, seconds)
        let missing = zip(target.outcomes, counts).filter { $0.1 == 0 }.map(\.0)
        if missing.isEmpty || inputs.lowerBound > 0 { return true }
        print("  never seen: \(missing.joined(separator: ", ")); this run has shown nothing")
        return false
    }

    private func report(_ counts: [Int], _ byteCount: Int, _ seconds: Double) {
        let rate = Int(Double(inputs.count) / seconds)
        let tenths = Int(seconds * 10)
        print(
            "\(target.name): \(inputs.count) inputs, \(byteCount) bytes, \(tenths / 10).\(tenths % 10) s,",
            "\(rate) inputs/s, seed \(seed)"
        )
        for (name, count) in zip(target.outcomes, counts) {
            let number = String(count)
            print("  \(String(repeating: " ", count: max(0, 12 - number.count)))\(number) \(name)")
        }
    }

    private func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// Lets a trap tell which input it was.
    static func tellOfTraps() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
            signal(number) { number in
                // The process is lost anyhow, so the rules for handlers may be stretched.
                print(
                    "\(current.name): seed \(current.seed), input \(current.index): trap \(number)"
                )
                print("  again: --only \(current.name) --seed \(current.seed)", terminator: "")
                print(" --first \(current.index) --inputs 1")
                fflush(nil)
                _exit(1)
            }
        }
    }
}
