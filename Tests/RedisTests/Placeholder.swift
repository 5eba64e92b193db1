import Testing
@Test func `the room Redis builds`() { #expect(Bool(true)) }
