import Testing
@Test func `the room Processes builds`() { #expect(Bool(true)) }
