import Testing
@Test func `tidy`() {}
