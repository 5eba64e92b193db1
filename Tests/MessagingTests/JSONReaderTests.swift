import Testing

@testable import Messaging

@Suite struct JSONReaderTests {
    /// The members of an object, in order; or the failure.
    private func read(_ bytes: [UInt8]) -> Result<
        [(key: String, value: JSONReader.Value)], WireFailure
    > {
        bytes.withUnsafeBytes { buffer in
            Result { () throws(WireFailure) in
                var members: [(key: String, value: JSONReader.Value)] = []
                var reader = JSONReader(buffer)
                try reader.object { key, value throws(WireFailure) in members.append((key, value)) }
                return members
            }
        }
    }

    /// What the one member of `{"": …}` is; nil if it cannot be read.
    private func value(_ text: String) -> JSONReader.Value? {
        try? read(Array(#"{"": \#(text)}"#.utf8)).get().first?.value
    }

    @Test func `whole numbers are those that are written so and fit`() {
        let whole = ["0": 0, "-0": 0, "7": 7, "-12": -12, "\(Int.max)": .max, "\(Int.min)": .min]
        for (text, number) in whole { #expect(value(text) == .whole(number), "\(text)") }
        let others = [
            "9223372036854775808", "-9223372036854775809", "18446744073709551616",
            "99999999999999999999999999", "1.0", "0.5", "-0.0", "1e0", "0E+1", "12e-3",
        ]
        for text in others { #expect(value(text) == .other, "\(text)") }
    }

    @Test func `texts are unescaped, and must be texts`() {
        let texts = [
            #""""#: "", #""a\"\\\/\b\f\n\r\t""#: "a\"\\/\u{8}\u{C}\n\r\t", #""\u00e9\u20AC""#: "é€",
            #""\uD83D\uDE00!""#: "😀!", "\"é\u{7F}😀\"": "é\u{7F}😀", #""\u0000""#: "\0",
        ]
        for (text, meaning) in texts { #expect(value(text) == .text(meaning), "\(text)") }
    }

    static let malformed = [
        "", " ", "5", "[]", "\"\"", "{", "{}}", "{} {}", "{\"\"}", "{\"\":}", "{\"\":1,}", "{,}",
        "{1:1}",
        "{\"\":1 \"\":1}", "{\"\":01}", "{\"\":-}", "{\"\":+1}", "{\"\":.5}", "{\"\":1.}",
        "{\"\":1e}",
        "{\"\":1e+}", "{\"\":--1}", "{\"\":0x1}", "{\"\":NaN}", "{\"\":Infinity}", "{\"\":tru}",
        "{\"\":True}", "{\"\":truex}", "{\"\":\"}", "{\"\":\"\\", "{\"\":\"\\x\"}",
        "{\"\":\"\\u12\"}",
        "{\"\":\"\\u12G4\"}", "{\"\":\"\\ud800\"}", "{\"\":\"\\ud800x\"}", "{\"\":\"\\ud800\\n\"}",
        "{\"\":\"\\ud800\\ud800\"}", "{\"\":\"\\udc00\"}", "{\"\":\"\n\"}", "{\"\":\"\\\n\"}",
        "{\"\":[}", "{\"\":[1,]}", "{\"\":[,1]}", "{\"\":{]}", "{\"\":[1}", "\u{FEFF}{}",
        "{\u{A0}}", "{}\0",
        "{'a':1}", "{\"\":1}//", "{\"\\ud800\":1}",
    ]

    @Test(arguments: malformed) func `no other text is an object`(text: String) {
        #expect(throws: WireFailure.self) { try read(Array(text.utf8)).get() }
    }

    @Test func `bytes that are not UTF-8 are no text`() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0x80]] {
            for escape in ["", "\\n"] {
                let text = Array("{\"\":\"\(escape)".utf8) + bytes + Array("\"}".utf8)
                #expect(throws: WireFailure.notJSON(byte: 5)) { try read(text).get() }
            }
        }
    }

    @Test func `lists and objects lie in each other up to the limit`() {
        let levels = JSONReader.levelsMax - 1
        for (open, close) in [("[", "]"), ("{\"\":", "}")] {
            func nested(_ count: Int) -> String {
                String(repeating: open, count: count) + "0" + String(repeating: close, count: count)
            }
            #expect(value(nested(levels)) == .other)
            #expect(value(nested(levels + 1)) == nil)
            #expect(value(nested(100_000)) == nil)
        }
    }

    @Test func `members come in order, equal keys included`() throws {
        let members = try read(Array(#"{"b":1,"a":"x","b":[2]}"#.utf8)).get()
        #expect(members.map(\.key) == ["b", "a", "b"])
        #expect(members.map(\.value) == [.whole(1), .text("x"), .other])
    }
}
