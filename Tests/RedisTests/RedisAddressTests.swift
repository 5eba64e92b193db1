import Testing

@testable import Redis

@Suite struct `The address of a server` {
    @Test(arguments: [
        ("127.0.0.1:6379", RedisAddress.tcp(host: "127.0.0.1", port: 6379)),
        ("localhost:1", .tcp(host: "localhost", port: 1)),
        ("redis.example.org:65535", .tcp(host: "redis.example.org", port: 65535)),
        ("[::1]:6379", .tcp(host: "::1", port: 6379)),
        ("[fe80::1%eth0]:6379", .tcp(host: "fe80::1%eth0", port: 6379)),
        ("unix:/tmp/redis.sock", .unix(path: "/tmp/redis.sock")),
        ("unix:redis.sock", .unix(path: "redis.sock")),
        ("unix:6379", .unix(path: "6379")),
        ("unix:/a b:c", .unix(path: "/a b:c")),
    ])
    func `is read as it is written`(text: String, address: RedisAddress) {
        #expect(RedisAddress(text) == address)
        #expect("\(address)" == text)
    }

    @Test(arguments: [
        "", ":", "host", "6379", "host:", ":6379", "host:0", "host:65536", "host:-1", "host:+80",
        "host:8o", "host: 80", "host:80 ", " host:80", "ho st:80", "host\0:80", "ho\tst:80",
        "host:６３７９", "::1:6379", "1:2:3", "[]:6379", "[::1]", "[::1]:", "[::1:6379", "::1]:6379",
        "[[::1]]:6379", "[:80", "]:80", "unix:", "unix:/a\0b", "redis://host:80", "unix",
        "UNIX:/tmp/redis.sock", "host:99999999999999999999",
    ])
    func `is refused if it is none`(text: String) { #expect(RedisAddress(text) == nil) }

    @Test func `has no path that the kernel would cut`() {
        let longest = "/" + String(repeating: "x", count: 106)
        #expect(RedisAddress("unix:\(longest)") == .unix(path: longest))
        #expect(RedisAddress("unix:\(longest)y") == nil)
        // In bytes, not in letters.
        #expect(RedisAddress("unix:/" + String(repeating: "ä", count: 54)) == nil)
    }

    @Test(arguments: [
        (RedisAddress.tcp(host: "::1", port: 7), "redis-cli -h ::1 -p 7"),
        (.tcp(host: "a.b-c", port: 80), "redis-cli -h a.b-c -p 80"),
        (.unix(path: "/tmp/x_1.Y/redis.sock"), "redis-cli -s /tmp/x_1.Y/redis.sock"),
        (.unix(path: "/a b/it's"), #"redis-cli -s '/a b/it'\''s'"#),
        (.unix(path: "/$(x)"), "redis-cli -s '/$(x)'"),
    ])
    func `can be pasted into a shell`(address: RedisAddress, line: String) {
        #expect(address.redisCLI == line)
    }
}
