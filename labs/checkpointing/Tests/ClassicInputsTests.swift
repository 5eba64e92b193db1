import Nodes
import Redis
import Testing

@testable import CheckpointingSolution

/// Streams that lie in a Redis server.
@Suite struct ClassicInputsTests {
    @Test func `every cursor finds the entry after it, whatever was fetched ahead`() throws {
        let server = try RedisServer()
        let connection = try RedisConnection(server.address, password: server.password)
        let long = (1...(RedisInputs.Limit.entriesAheadMax * 2 + 1)).map { "file \($0)" }
        try RedisInputs.fill(connection, ["stream_0": long, "stream_1": ["other"], "none": []])
        let inputs = RedisInputs(server.address, password: server.password)

        for cursor in 0..<long.count {
            let entry = try inputs.entry(of: "stream_0", after: cursor)
            #expect(entry == Inputs.Entry(cursor: cursor + 1, text: long[cursor]))
        }
        #expect(try inputs.entry(of: "stream_0", after: long.count) == nil)
        // Back again, as after a recovery; and another stream in between.
        #expect(try inputs.entry(of: "stream_1", after: 0)?.text == "other")
        #expect(try inputs.entry(of: "stream_0", after: 2)?.text == "file 3")
        #expect(try inputs.entry(of: "stream_0", after: 1)?.text == "file 2")
        #expect(try inputs.entry(of: "none", after: 0) == nil)
    }

    @Test func `an entry that is not as agreed is refused by its id`() throws {
        let server = try RedisServer()
        let connection = try RedisConnection(server.address, password: server.password)
        try connection.send(RedisCommand("XADD", "gap", "2-0", "fname", "x"))
        try connection.send(RedisCommand("XADD", "field", "1-0", "name", "x"))
        let inputs = RedisInputs(server.address, password: server.password)

        #expect(reason { _ = try inputs.entry(of: "gap", after: 0) }.contains("comes 2-0, not 1-0"))
        #expect(reason { _ = try inputs.entry(of: "field", after: 0) }.contains("1-0 has no field"))
    }

    @Test func `a server that is away is named as the reason`() throws {
        var patience = RedisSession.Patience()
        patience.total = .milliseconds(20)
        let inputs = RedisInputs(
            .unix(path: "/nowhere/redis.sock"),
            password: nil,
            patience: patience
        )
        let text = reason { _ = try inputs.entry(of: "stream_0", after: 0) }
        #expect(text.hasPrefix("stream_0 cannot be read: no connection"))
    }

    private func reason(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing was refused"
        } catch {
            return "\(error)"
        }
    }
}
