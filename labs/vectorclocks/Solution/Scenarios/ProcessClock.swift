/// The clock that a process has: set some while ago, right or wrong, and since then fast or slow.
struct ProcessClock: Hashable {
    /// More is no clock but a fault.
    static let driftPPMMax = 100_000

    /// How far it is ahead when the scenario begins, but for the drift; negative is behind.
    var aheadNanoseconds = 0
    /// How many microseconds it gains a second; negative loses.
    var driftPPM = 0
    /// How long before the scenario it was set, and was right but for what it is ahead.
    var setAgoNanoseconds = 0

    /// Shows real time.
    static let perfect = ProcessClock()

    /// What it shows at a real time, to the nanosecond; it never stands still and never goes back.
    func reading(at time: Int) -> Int {
        let gained = Int128(driftPPM) * Int128(time + setAgoNanoseconds) / 1_000_000
        return time + aheadNanoseconds + Int(gained)
    }

    /// The first real time, from the beginning on, at which it shows no less than a reading.
    func time(of reading: Int) -> Int {
        // It grows with time by a tenth more or less, so that this is near the place.
        var low = 0
        var high = max(0, (reading - self.reading(at: 0)) * 2 + 2)
        while low < high {
            let middle = low + (high - low) / 2
            if self.reading(at: middle) >= reading { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
