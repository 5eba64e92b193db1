import Chance
import LabKit
import Nodes

/// How far the clocks of processes are from the truth.
///
/// A clock was set `setAgo` before the run, and has drifted since at a constant rate, drawn evenly from ± so many
/// parts in a million; it goes on to drift. One that NTP keeps is within ± 1 ms, as the course has it for a local
/// network. Nodes cannot read clocks, but their timers go by them: a clock that is ahead lets a timer fire early.
enum ClockModel: Hashable {
    case perfect
    case drift(partsPerMillion: Double)
    case ntp

    /// How far a clock may be from the truth when the run begins.
    func errorMax(setAgo: Duration) -> Duration {
        switch self {
        case .perfect: .zero
        case .drift(let ppm): .nanoseconds(Int((Double(setAgo.nanoseconds) * ppm / 1e6).rounded()))
        case .ntp: .milliseconds(1)
        }
    }

    /// What is wrong with the clocks in the run of a seed, as faults.
    ///
    /// Clocks can only jump ahead here. So timers for τ are armed for τ + `errorMax`, and a clock that errs by
    /// e jumps ahead by `errorMax` + e: the timer fires at the true time τ − e. That of the coordinator is right.
    func faults(
        seed: UInt64,
        coordinator: String,
        processes: some Sequence<String>,
        setAgo: Duration
    ) -> [Fault] {
        // Not the numbers that the network of the same seed gets.
        var chance = SplitMix64(seed: SplitMix64.mixed(seed) ^ 0xC10C)
        let errorMax = errorMax(setAgo: setAgo)
        guard errorMax > .zero else { return [] }
        var faults = [Fault(.skew(nodes: [NodePattern(coordinator)], by: errorMax))]
        for name in processes {
            let steps: UInt64 = 1_000_000
            // From −1 to 1.
            let share = Double(chance.next(below: 2 * steps + 1)) / Double(steps) - 1
            let nodes = [NodePattern(name)]
            let microseconds = Double(errorMax.nanoseconds) / 1000 * (1 + share)
            if microseconds >= 1 {
                faults.append(Fault(.skew(nodes: nodes, by: .microseconds(Int(microseconds)))))
            }
            if case .drift(let ppm) = self {
                // In numbers that can be read, and written again.
                let percent = (share * ppm / 10_000 * 1e8).rounded() / 1e8
                if percent != 0 { faults.append(Fault(.drift(nodes: nodes, percent: percent))) }
            }
        }
        return faults
    }
}

extension ValueKind where Value == ClockModel {
    /// `perfect`, `ntp`, or `drift=1.5`.
    static var clocks: Self {
        .custom(
            "perfect, ntp or drift=PPM, such as drift=1",
            show: \.description
        ) { argument throws(UsageError) in
            switch argument.text {
            case "perfect": return .perfect
            case "ntp": return .ntp
            default: break
            }
            let parts = argument.text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "drift" else { return nil }
            let digits = Set("0123456789.")
            guard let ppm = Double(String(parts[1])), parts[1].allSatisfy(digits.contains),
                (0...ClockModel.partsPerMillionMax).contains(ppm)
            else {
                throw UsageError(
                    "a drift is a number of parts per million from 0 to 1000, not '\(parts[1])'"
                )
            }
            return .drift(partsPerMillion: ppm)
        }
    }
}

extension ClockModel: CustomStringConvertible {
    /// A clock that is off by a thousandth is broken.
    static let partsPerMillionMax = 1000.0

    /// As on the command line: `drift=1`.
    var description: String {
        switch self {
        case .perfect: "perfect"
        case .ntp: "ntp"
        case .drift(let ppm):
            ppm == ppm.rounded() ? "drift=\(Int(ppm))" : "drift=\(ppm)"
        }
    }

    /// With how far off they may be when the run begins.
    func text(setAgo: Duration) -> String {
        let microseconds = errorMax(setAgo: setAgo).nanoseconds / 1000
        return switch self {
        case .perfect: "perfect"
        case .ntp, .drift:
            "\(self), up to \(microseconds / 1000).\(microseconds % 1000 / 100) ms off"
        }
    }
}
