import Foundation
import Messaging
import Testing

@Suite struct `An address` {
    @Test(arguments: [
        "127.0.0.1:5000", "[::1]:5000", "0.0.0.0:0", "[fe80::1]:65535",
        "[2001:db8:1:2:3:4:5:6]:7", "255.255.255.255:1",
    ])
    func `is written as it is read, as text and as JSON`(text: String) throws {
        let address = try #require(Address(text))
        #expect(address.description == text)
        let data = try JSONEncoder().encode([address])
        #expect(try JSONDecoder().decode([Address].self, from: data) == [address])
        #expect(try JSONDecoder().decode([String].self, from: data) == [text])
    }

    @Test(arguments: [
        "", ":", "127.0.0.1", "127.0.0.1:", ":5000", "localhost:5000", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1: 1", " 127.0.0.1:1", "127.0.0.1:000001",
        "127.0.0.256:1", "127.1:1", "127.0.0.1\0:1", "::1:5000", "[::1]", "[127.0.0.1]:1",
        "[::1:5000", "[]:1", "[fe80::1%lo]:1", "127.0.0.1:１",
    ])
    func `is nothing but a numeric host and a port`(text: String) {
        #expect(Address(text) == nil)
    }

    @Test func `is equal to another text of the same`() {
        #expect(address("[0:0:0::0:1]:7") == address("[::1]:7"))
        #expect(address("[::1]:7") != address("0.0.0.1:7"))
        #expect(address("127.0.0.1:7") != address("127.0.0.1:8"))
    }

    @Test func `that is not one is refused when decoded, by name`() {
        #expect {
            try JSONDecoder().decode([Address].self, from: Data(#"["localhost:1"]"#.utf8))
        } throws: {
            "\($0)".contains("'localhost:1' is no address")
        }
    }

    @Test func `has a host, a port, and neighbours`() {
        let address = address("[::1]:5000")
        #expect(address.host == "::1")
        #expect(address.port == 5000)
        #expect(address.with(port: 1).description == "[::1]:1")
    }

    @Test(arguments: [
        ("127.0.0.1:1", true), ("127.255.0.1:1", true), ("[::1]:1", true),
        ("[::ffff:127.0.0.1]:1", true), ("126.0.0.1:1", false), ("0.0.0.0:1", false),
        ("[::]:1", false), ("[::2]:1", false), ("[1::1]:1", false), ("[::ffff:10.0.0.1]:1", false),
    ])
    func `is of the loopback or is not`(text: String, isLoopback: Bool) {
        #expect(address(text).isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("127.0.0.1:1", true), ("10.0.0.1:1", true), ("223.1.1.1:1", true), ("[::1]:1", true),
        ("[fe80::1]:1", true), ("0.0.0.0:1", false), ("224.0.0.1:1", false),
        ("239.1.1.1:1", false), ("255.255.255.255:1", false), ("[::]:1", false),
        ("[ff02::1]:1", false),
    ])
    func `is of one machine, or of all or many`(text: String, isOfOneMachine: Bool) {
        #expect(address(text).isOfOneMachine == isOfOneMachine)
    }
}
