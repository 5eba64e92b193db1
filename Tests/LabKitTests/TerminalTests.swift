import LabKit
import Testing

@Suite struct `Outside text` {
    @Test func `is shown as it is while it is harmless`() {
        for text in ["", "plain", "Größe", "日本語", "👩‍👩‍👧", "می‌خواهم", "e\u{301}", "a\\b"] {
            #expect(Terminal.escaped(text) == text)
        }
    }

    @Test func `cannot steer a terminal`() {
        for value in Array(0...0x1F) + Array(0x7F...0x9F) as [UInt32] {
            let text = Unicode.Scalar(value).map { String($0) } ?? ""
            let shown = Terminal.escaped("a\(text)b")
            #expect(shown.hasPrefix("a\\") && shown.hasSuffix("b") && !shown.contains(text))
        }
        #expect(Terminal.escaped("\n\t\r\u{1B}[2J\u{7F}") == "\\n\\t\\r\\u{1B}[2J\\u{7F}")
    }

    @Test func `cannot turn or hide text`() {
        for text in ["\u{202E}", "\u{2066}", "\u{200F}", "\u{2028}", "\u{FEFF}", "\u{E0041}"] {
            #expect(Terminal.escaped(text).utf8.allSatisfy { $0 < 0x80 })
        }
    }

    @Test func `can be escaped twice without harm`() {
        let once = Terminal.escaped("a\n\u{202E}\\")
        #expect(Terminal.escaped(once) == once)
    }

    @Test func `that is not UTF-8 shows its bytes`() {
        #expect(Terminal.escaped(bytes: [0x61, 0xFF, 0xC3, 0x62, 0x0A]) == "a\\xFF\\xC3b\\n")
        #expect(Terminal.escaped(bytes: Array("é🙂".utf8)) == "é🙂")
        #expect(Terminal.escaped(bytes: [0xF0, 0x9F]) == "\\xF0\\x9F")
    }
}

@Suite struct `The columns of text` {
    @Test func `are two for wide characters and none for combining marks`() {
        #expect(Terminal.columns(of: "abc") == 3)
        #expect(Terminal.columns(of: "日本") == 4)
        #expect(Terminal.columns(of: "e\u{301}") == 1)
        #expect(Terminal.columns(of: "🙂") == 2)
        #expect(Terminal.columns(of: "ｆ") == 2)
    }

    @Test(arguments: ["plain text", "日本語の文章", "e\u{301}e\u{301}e\u{301}", "👩‍👩‍👧👩‍👩‍👧", ""])
    func `never exceed the width that text is fitted to`(text: String) {
        for width in 0...20 {
            let fitted = Terminal.fitted(text, width: width)
            #expect(Terminal.columns(of: fitted) <= width)
            if Terminal.columns(of: text) <= width { #expect(fitted == text) }
        }
        #expect(Terminal.fitted("abcdef", width: 4) == "abc…")
    }
}
