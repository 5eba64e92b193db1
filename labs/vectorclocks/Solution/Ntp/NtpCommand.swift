import LabKit

/// `vectorclocks ntp`.
enum NtpCommand {
    static let ntp = Command(
        "ntp",
        summary: "estimate how wrong a clock is, with four timestamps, and see how good that is",
        examples: [
            "vectorclocks ntp",
            "vectorclocks ntp --seed 7 --drift 50 --delay 1ms..20ms",
            "vectorclocks ntp --asymmetry 5ms --svg ntp.svg",
        ],
        defaults: NtpOptions()
    ) {
        Option.value("--seed", "N", \.seed, .whole(), "where all chance comes from")
        Option.value(
            "--drift",
            "PPM",
            \.driftPPM,
            .number(in: -500...500),
            "microseconds that the clock gains a second"
        )
        Option.value(
            "--offset",
            "T",
            \.offset,
            .time(in: -day...day),
            "server less client at first"
        )
        Option.value("--delay", "A..B", \.delays, .times, "how long one way takes")
        Option.value(
            "--asymmetry",
            "T",
            \.asymmetry,
            .time(in: -minute...minute),
            "what the way there takes longer"
        )
        Option.value("--rounds", "N", \.rounds, .whole(in: 1...200), "exchanges")
        Option.value("--interval", "T", \.interval, .time(in: 1...day), "from one to the next")
        Option.value("--svg", "FILE", \.svg, .path, "draw errors and bounds into this file")
        Option.flag("--json", \.isJSON, "print one JSON object instead of the report")
    } run: { options in
        let setting = try options.setting
        let symmetric = NtpSimulation(setting, isSymmetric: true, seed: options.seed)
        let asymmetric = NtpSimulation(setting, isSymmetric: false, seed: options.seed)
        if let path = options.svg {
            let picture = NtpPicture(symmetric: symmetric, asymmetric: asymmetric).svg
            try WrittenFile.write(Array(picture.utf8), to: path, as: "picture", option: "--svg")
        }
        if options.isJSON {
            try JSONOutput.write(
                NtpRecord(symmetric: symmetric, asymmetric: asymmetric, seed: options.seed)
            )
        } else {
            let report = NtpReport(
                symmetric: symmetric,
                asymmetric: asymmetric,
                seed: options.seed
            )
            try OutputFile.standardOutput.write(report.text)
        }
        let isRight = (symmetric.rounds + asymmetric.rounds).allSatisfy(\.isWithinBound)
        return isRight ? .ok : .wrong
    }

    static let minute = 60_000_000_000
    static let day = 86_400_000_000_000
}

/// What `ntp` can be told.
struct NtpOptions {
    var seed: UInt64 = 1
    var driftPPM = 1.0
    var offset = -128_500_000
    var delays = 1_000_000...10_000_000
    var asymmetry = 0
    var rounds = 8
    var interval = 64_000_000_000
    var svg: Argument?
    var isJSON = false

    /// The exchanges that are asked for.
    ///
    /// - Throws: `UsageError` if one exchange may take longer than the time to the next.
    var setting: NtpSimulation.Setting {
        get throws {
            var setting = NtpSimulation.Setting()
            setting.driftPPB = Int((driftPPM * 1000).rounded())
            setting.offset = offset
            setting.delays = delays
            setting.asymmetry = asymmetry
            setting.rounds = rounds
            setting.interval = interval
            let longest = 2 * delays.upperBound + abs(asymmetry) + setting.service
            guard longest <= interval else {
                let time = TimeText.milliseconds(longest)
                throw UsageError("--interval is shorter than an exchange may take, \(time)")
            }
            return setting
        }
    }
}

extension ValueKind where Value == Int {
    /// A time such as `-128.5ms`, in nanoseconds.
    static func time(in range: ClosedRange<Int>) -> Self {
        let ends = "\(text(range.lowerBound)) to \(text(range.upperBound))"
        return .custom("a time such as 1.5ms, from \(ends)", hint: ends, show: text) { argument in
            let word = argument.text
            let isNegative = word.hasPrefix("-")
            guard let size = TimeText.nanoseconds(String(word.dropFirst(isNegative ? 1 : 0)))
            else { return nil }
            let time = isNegative ? -size : size
            return range.contains(time) ? time : nil
        }
    }

    /// In the largest unit that makes it whole, or milliseconds.
    @Sendable fileprivate static func text(_ nanoseconds: Int) -> String {
        if nanoseconds == NtpCommand.day || nanoseconds == -NtpCommand.day {
            return nanoseconds < 0 ? "-1d" : "1d"
        }
        if nanoseconds != 0, nanoseconds % 1_000_000_000 == 0 {
            return "\(nanoseconds / 1_000_000_000)s"
        }
        return nanoseconds != 0 && nanoseconds % 1000 != 0
            ? "\(nanoseconds)ns" : TimeText.decimal(nanoseconds, of: 1_000_000, digits: 3) + "ms"
    }
}

extension ValueKind where Value == ClosedRange<Int> {
    /// Two times such as `1ms..10ms`, the second not before the first, of a minute at most.
    static var times: Self {
        .custom(
            "two times such as 1ms..10ms, from 0ms to 60s",
            hint: "0ms to 60s",
            show: { "\(ValueKind<Int>.text($0.lowerBound))..\(ValueKind<Int>.text($0.upperBound))" }
        ) { argument in
            let text = argument.text
            guard let dots = text.firstRange(of: ".."),
                let first = TimeText.nanoseconds(String(text[..<dots.lowerBound])),
                let last = TimeText.nanoseconds(String(text[dots.upperBound...])),
                first <= last, last <= NtpCommand.minute
            else { return nil }
            return first...last
        }
    }
}
