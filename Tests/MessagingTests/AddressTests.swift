import Messaging
import Testing

@Suite struct `An address` {
    @Test(arguments: ["127.0.0.1:5000", "[::1]:5000", "0.0.0.0:0", "[fe80::1]:65535"])
    func `is written as it is read`(text: String) throws {
        #expect(try #require(Address(text)).description == text)
    }
}
