import Testing
@Test func `the room LabKit builds`() { #expect(Bool(true)) }
