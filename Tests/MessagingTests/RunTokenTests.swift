import Chance
import Foundation
import Testing

@testable import Messaging

/// Numbers from a seed, as the standard library wants them.
private struct Dice: RandomNumberGenerator {
    var chance: SplitMix64
    mutating func next() -> UInt64 { chance.next() }
}

@Suite struct RunTokenTests {
    private let text = "00ff0123456789abcdef0fedcba98765"

    @Test func `a token is its text, and the text its token`() throws {
        let token = try #require(RunToken(text: text))
        #expect(token.text == text)
        #expect(RunToken(text: text.uppercased()) == token)
        #expect(token.high == 0x00FF_0123_4567_89AB && token.low == 0xCDEF_0FED_CBA9_8765)
        var dice = Dice(chance: SplitMix64(seed: 1))
        for _ in 0..<100 {
            let token = RunToken(using: &dice)
            #expect(RunToken(text: token.text) == token)
        }
    }

    @Test(arguments: [
        "", "0", "00ff0123456789abcdef0fedcba9876", "00ff0123456789abcdef0fedcba987650",
        "0xff0123456789abcdef0fedcba98765", "+0ff0123456789abcdef0fedcba98765",
        " 0ff0123456789abcdef0fedcba98765", "g0ff0123456789abcdef0fedcba98765",
        "00ff0123456789abcdef0fedcba987é", "０ff0123456789abcdef0fedcba98765",
        "00ff0123456789abcdef0fedcba9876\n",
    ])
    func `no other text is a token`(text: String) {
        #expect(RunToken(text: text) == nil)
    }

    @Test func `two tokens are never the same`() {
        #expect(Set((0..<1000).map { _ in RunToken.random() }).count == 1000)
    }

    @Test func `tokens that differ in one bit differ`() {
        let token = RunToken(high: 5, low: 9)
        #expect(token == RunToken(high: 5, low: 9))
        for bit in 0..<64 {
            #expect(token != RunToken(high: 5 ^ 1 << UInt64(bit), low: 9))
            #expect(token != RunToken(high: 5, low: 9 ^ 1 << UInt64(bit)))
        }
    }

    @Test func `a token gets into a log by its name only`() throws {
        struct Setup { let token: RunToken }
        let token = try #require(RunToken(text: text))
        var dumped = ""
        dump(Setup(token: token), to: &dumped)
        let shown = [
            "\(token)", String(reflecting: token), "\(Setup(token: token))", "\([token])", dumped,
            "\(FrameCodec(token: token))",
        ]
        for line in shown {
            #expect(line.contains("RunToken(…)"))
            #expect(!line.contains("ff01") && !line.contains("\(token.low)"), "\(line)")
        }
    }

    @Test func `in JSON a token is its text, and anything else is refused without showing it`()
        throws
    {
        let token = try #require(RunToken(text: text))
        let json = try JSONEncoder().encode([token])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([RunToken].self, from: json) == [token])
        let slip = Data("[\"\(text)0\"]".utf8)
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([RunToken].self, from: slip)
        }
        #expect(!String(describing: error).contains("ff01"))
    }
}
