import Testing
@Test func `the room Text builds`() { #expect(Bool(true)) }
