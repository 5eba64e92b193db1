import Testing

@testable import vectorclocks

@Suite struct ProgramTests {
    @Test func `x`() { #expect(NtpOptions().seed == 1) }
}
