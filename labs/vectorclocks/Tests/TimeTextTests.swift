import Testing

@testable import vectorclocks

@Suite struct TimeTextTests {
    @Test(arguments: [
        ("4ms", 4_000_000), ("1.5s", 1_500_000_000), ("0ms", 0), ("1h", 3_600_000_000_000),
        ("2min", 120_000_000_000), ("7us", 7000), ("1.000001ms", 1_000_001),
        ("365d", 31_536_000_000_000_000),
    ])
    func `a time is read to the nanosecond`(_ text: String, _ nanoseconds: Int) {
        #expect(TimeText.nanoseconds(text) == nanoseconds)
    }

    @Test(arguments: [
        "", "4", "ms", ".5s", "1.s", "1.2.3s", "-1s", "+1s", "1e3s", "1.5ns", "366d", "0x1s", "1 s",
        "٣s",
        "99999999999999999999s", "9223372036854775807d", "1.0000001us",
    ])
    func `what is no time, too long or too fine is refused`(_ text: String) {
        #expect(TimeText.nanoseconds(text) == nil)
    }

    @Test func `decimals are rounded, half away from zero, and have no zeros at their end`() {
        #expect(TimeText.milliseconds(13_500_000) == "13.5 ms")
        #expect(TimeText.milliseconds(-1_600_000) == "-1.6 ms")
        #expect(TimeText.milliseconds(0) == "0 ms")
        #expect(TimeText.milliseconds(100_000_000) == "100 ms")
        #expect(TimeText.fixed(500, of: 1000, digits: 0) == "1")
        #expect(TimeText.fixed(-500, of: 1000, digits: 0) == "-1")
        #expect(TimeText.fixed(-4, of: 1000, digits: 2) == "0.00")
        #expect(TimeText.fixed(1_999_999, of: 1_000_000, digits: 3) == "2.000")
    }
}
