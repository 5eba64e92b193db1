/// When Redis is to be killed, as written: `30%`, `2s`, `every:2s`, `checkpoint:2`.
enum KillTime: Hashable, CustomStringConvertible {
    /// When this share of the files is acknowledged, from 0 to 1. At 1: after the last commit,
    /// before the last checkpoint.
    case share(Double)
    /// This long after the job began.
    case time(Duration)
    /// Again and again, each time after Redis has saved something new.
    case period(Duration)
    /// While the checkpoint of this number is being written, the first being 1.
    case checkpoint(Int)

    /// Reads the written form; nil if the text is none.
    init?(_ text: String) {
        if text.hasSuffix("%"), let percent = number(text.dropLast(), in: 0...100) {
            self = .share(percent / 100)
        } else if text.hasPrefix("every:"), let period = seconds(text.dropFirst("every:".count)),
            period > .zero
        {
            self = .period(period)
        } else if text.hasPrefix("checkpoint:"),
            let number = Int(text.dropFirst("checkpoint:".count)), number > 0
        {
            self = .checkpoint(number)
        } else if let time = seconds(text[...]) {
            self = .time(time)
        } else {
            return nil
        }
    }

    var description: String {
        switch self {
        case .share(let share): "\(short(share * 100))%"
        case .time(let time): "\(short(time / .seconds(1)))s"
        case .period(let period): "every:\(short(period / .seconds(1)))s"
        case .checkpoint(let number): "checkpoint:\(number)"
        }
    }
}

private func seconds(_ text: Substring) -> Duration? {
    guard text.hasSuffix("s") else { return nil }
    return number(text.dropLast(), in: 0...86_400).map { .seconds($0) }
}

/// Digits and a point only: Swift would also read "inf" and "0x1p3".
private func number(_ text: Substring, in range: ClosedRange<Double>) -> Double? {
    guard text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(text),
        range.contains(number)
    else { return nil }
    return number
}

private func short(_ number: Double) -> String {
    let rounded = (number * 1000).rounded() / 1000
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
}
