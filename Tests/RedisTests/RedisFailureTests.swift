import Testing

@testable import Redis

@Suite struct `A failure of Redis` {
    @Test(arguments: [
        (RedisFailure.server(code: "ERR", message: "no"), true, false),
        (.server(code: "LOADING", message: ""), true, true),
        (.server(code: "BUSY", message: ""), true, true),
        (.server(code: "WRONGPASS", message: ""), true, false),
        (.disconnected(reason: "", sent: false), true, true),
        (.disconnected(reason: "", sent: true), false, true),
        (.protocol(reason: ""), false, false),
        (.unsupported(version: "6.2"), true, false),
        (.notStarted(reason: ""), true, false),
    ])
    func `says whether it was done, and whether to try again`(
        failure: RedisFailure,
        isNotDone: Bool,
        isPassing: Bool
    ) {
        #expect(failure.definitelyNotDone == isNotDone)
        #expect(failure.isPassing == isPassing)
        #expect(!"\(failure)".contains("\n"))
    }

    @Test func `is not taken for the value that was asked for`() throws {
        let refused = RedisReply.error(code: "ERR", message: "no")
        let failure = RedisFailure.server(code: "ERR", message: "no")
        #expect(throws: failure) { try refused.integer() }
        #expect(throws: failure) { try refused.bytes() }
        #expect(throws: failure) { try refused.array() }
        for reply in [RedisReply.null, .status("OK"), .array([]), .bulk(bytes("1x"))] {
            let failure = RedisFailure.protocol(reason: "expected a number, got \(reply)")
            #expect(throws: failure) { try reply.integer() }
        }
        #expect(throws: RedisFailure.self) { try RedisReply.array([]).bytes() }
        #expect(throws: RedisFailure.self) { try RedisReply.integer(1).array() }
        #expect(try RedisReply.null.array().isEmpty)
        #expect(try RedisReply.null.bytes() == nil)
        #expect(try RedisReply.bulk(bytes("-12")).integer() == -12)
        #expect(try RedisReply.bulk([0xff]).text() == "\u{fffd}")
    }
}
