import Chance
import Testing

@testable import vectorclocks

/// A scenario with a mistake is refused, with the place of the mistake.
@Suite struct BadScenarioTests {
    struct Mistake: CustomTestStringConvertible {
        let testDescription: String
        let lines: [String]
        let told: String

        /// - Parameters:
        ///   - name: The mistake.
        ///   - lines: The text, but for the processes: M takes "ab" and "aa", P and Q count.
        ///   - told: Line, column and what is wrong; the first line of `lines` is line 4.
        init(_ name: String, _ lines: [String], _ told: String) {
            testDescription = name
            self.lines = ["mapper M reads \"ab\" \"aa\"", "reducer P", "reducer Q"] + lines
            self.told = told
        }
    }

    private static let ab = "at 1 ms M takes \"ab\", sends a:1 to P, b:1 to Q"
    private static let aa = "at 3 ms M takes \"aa\", sends a:2 to P"

    static let order = [
        Mistake(
            "a receive before its send",
            ["at 1 ms P receives a:1 from M", "at 2 ms M takes \"ab\", sends a:1 to P, b:1 to Q"],
            "4:20: received before its send, at 2 ms in line 5"
        ),
        Mistake(
            "a receive at the moment of its send",
            [ab, "at 1 ms P receives a:1 from M"],
            "5:20: received before its send, at 1 ms in line 4"
        ),
        Mistake(
            "a message that nobody sends",
            [ab, "at 2 ms P receives b:1 from M"],
            "5:20: M never sends b:1 to P"
        ),
        Mistake(
            "a name that no message has",
            [ab, "at 2 ms P receives late"],
            "5:20: nobody sends P a message called late"
        ),
        Mistake(
            "a message that is received twice on fifo links",
            [ab, "at 2 ms P receives a:1 from M", "at 3 ms P receives a:1 from M"],
            "6:20: received a second time; links are fifo, where each message arrives once"
        ),
        Mistake(
            "a message that overtakes on fifo links",
            [ab, aa, "at 4 ms P receives a:2 from M"],
            "6:20: it overtakes a:1 of line 4; links are fifo"
        ),
        Mistake(
            "a time that goes back at one process",
            [ab, "at 3 ms P does \"x\"", "at 2 ms P receives a:1 from M"],
            "6:4: time does not go on: P has got to 3 ms already"
        ),
        Mistake(
            "two events of a process at one time",
            ["at 3 ms P does \"x\"", "at 3 ms P does \"y\""],
            "5:4: time does not go on: P has got to 3 ms already"
        ),
    ]

    static let words = [
        Mistake("an unknown process", ["at 1 ms X does \"x\""], "4:9: no process is called 'X'"),
        Mistake(
            "an unknown receiver",
            ["at 1 ms M takes \"ab\", sends a:1 to P, b:1 to R"],
            "4:46: no process is called 'R'"
        ),
        Mistake("an unknown word", ["when 1 ms P does \"x\""], "4:1: 'when' begins no line"),
        Mistake("an unknown action", ["at 1 ms P dies"], "4:11: 'dies' is nothing that happens"),
        Mistake("a bad number", ["at one ms P does \"x\""], "4:4: 'one' begins no time"),
        Mistake("a number below zero", ["at -1 ms P does \"x\""], "4:4: '-1' begins no time"),
        Mistake("a unit that is none", ["at 1 mm P does \"x\""], "4:4: '1' begins no time"),
        Mistake(
            "a time of more than a year",
            ["at 366 d P does \"x\""],
            "4:4: '366' begins no time"
        ),
        Mistake(
            "a time that no number holds",
            ["at 99999999999999999999 s P does \"x\""],
            "4:4: '99999999999999999999' begins no time"
        ),
        Mistake(
            "a count that is none",
            ["at 1 ms M takes \"ab\", sends a:x to P"],
            "4:29: 'a:x' is no count of a letter"
        ),
        Mistake(
            "a letter twice",
            ["at 1 ms M takes \"ab\", sends a:1 a:1 to P"],
            "4:33: a second count of a"
        ),
        Mistake("a line that ends too early", ["at 1 ms P"], "4:10: the line ends too early"),
        Mistake("a line with too much", [ab + " now"], "4:48: 'now' is too much here"),
        Mistake("a quote without an end", ["at 1 ms P does \"x"], "4:16: a quote without an end"),
        Mistake("no quotes", ["at 1 ms P does x"], "4:16: 'x' has no quotes"),
        Mistake(
            "a drift that is none",
            ["clock P drifts fast ppm, set 1 h ago"],
            "4:16: 'fast' is no drift"
        ),
        Mistake("a kind of link that is none", ["links tcp"], "4:7: 'tcp' is no kind of link"),
        Mistake("links twice", ["links fifo", "links fifo"], "5:1: a second line about links"),
        Mistake(
            "a name of a process that is none",
            ["process P-1"],
            "4:9: 'P-1' is no name of a process"
        ),
        Mistake("a process twice", ["process p"], "4:9: a second process p"),
        Mistake(
            "a second clock",
            ["clock P 1 ms ahead", "clock P 2 ms behind"],
            "5:7: a second clock of P"
        ),
        Mistake("nothing that happens", ["links fifo"], "4:1: nothing happens in this scenario"),
        Mistake("a second title", ["title \"x\"", "title \"y\""], "5:1: a second title"),
        Mistake(
            "a control character",
            ["at 1 ms P does \"\u{1B}[2J\""],
            "4:17: a control character"
        ),
    ]

    static let meaning = [
        Mistake("a tweet that is not the next", [aa], "4:17: this is not the next tweet of M"),
        Mistake(
            "a reducer that takes a tweet",
            ["at 1 ms P takes \"ab\""],
            "4:17: P is no mapper and takes no tweets"
        ),
        Mistake(
            "counts that are not those of the tweet",
            ["at 1 ms M takes \"ab\", sends a:1 to P"],
            "4:17: \"ab\" holds a:1 b:1, and what is sent holds a:1"
        ),
        Mistake(
            "counts without a tweet",
            ["at 1 ms M sends a:1 to P"],
            "4:24: counts that come from no tweet"
        ),
        Mistake(
            "counts for a mapper",
            ["mapper N reads \"a\"", "at 1 ms N takes \"a\", sends a:1 to M"],
            "5:35: M is no reducer and counts nothing"
        ),
        Mistake("a message to itself", ["at 1 ms P sends \"x\" to P"], "4:24: P sends to itself"),
        Mistake(
            "a name of a message twice",
            ["at 1 ms P sends \"x\" to Q as y", "at 2 ms P sends \"x\" to Q as y"],
            "5:24: a second message called y"
        ),
        Mistake(
            "a snapshot without a coordinator",
            ["at 1 ms P begins a snapshot"],
            "4:11: P is no coordinator and begins no snapshot"
        ),
        Mistake(
            "a coordinator that works",
            ["coordinator C", "at 1 ms C does \"x\""],
            "5:16: the coordinator C only begins snapshots"
        ),
        Mistake(
            "a process behind the coordinator",
            ["coordinator C", "process D"],
            "5:9: a process behind the coordinator"
        ),
        Mistake(
            "a cut that leaves out a process",
            [ab, "cut \"c\" m1 p0"],
            "5:1: the cut names no event of Q"
        ),
        Mistake(
            "a cut of what does not happen",
            [ab, "cut \"c\" m2 p0 q0"],
            "5:9: 'm2' does not happen"
        ),
        Mistake(
            "a cut of what is no event",
            [ab, "cut \"c\" m1 x0 q0"],
            "5:12: 'x0' is no event"
        ),
        Mistake(
            "a cut with two events of one process",
            [ab, "cut \"c\" m1 m0 q0"],
            "5:12: a second event of M"
        ),
        Mistake(
            "a cut twice",
            [ab, "cut \"c\" m1 p0 q0", "cut \"c\" m0 p0 q0"],
            "6:1: a second cut of this name"
        ),
        Mistake(
            "a checkpoint of some",
            [ab, "at 2 ms M checkpoints"],
            "5:1: P never checkpoints, and others do"
        ),
        Mistake(
            "two checkpoints of one",
            [ab, "at 2 ms M checkpoints", "at 3 ms M checkpoints"],
            "6:11: a second checkpoint of M"
        ),
    ]

    private func mistake(_ bytes: [UInt8]) -> ScenarioMistake? {
        do throws(ScenarioMistake) {
            _ = try Scenario(parsing: bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: order + words + meaning)
    func `a mistake is refused with its line and column`(_ mistake: Mistake) {
        let text = mistake.lines.map { $0 + "\n" }.joined()
        let found = self.mistake(Array(text.utf8))
        let told = found.map { "\($0.place.line):\($0.place.column): \($0.what)" }
        #expect(told == mistake.told)
        #expect(found?.remedy.isEmpty == false)
    }

    @Test func `an empty text is refused`() {
        #expect(mistake([])?.description.hasPrefix("1:1: the scenario is empty; ") == true)
        #expect(mistake(Array("# only a remark\n".utf8))?.what == "the scenario is empty")
    }

    @Test func `bytes that are no text are refused where they begin`() {
        let bytes = Array("title \"x\"\nat ".utf8) + [0xFF, 0xFE]
        #expect(mistake(bytes)?.description.hasPrefix("2:4: this is no text in UTF-8") == true)
    }

    @Test func `a text that is too large is refused`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: ScenarioWord.bytesMax + 1)
        #expect(mistake(bytes)?.what == "the scenario is larger than 1048576 bytes")
    }

    @Test func `more events than a picture holds are refused`() {
        let lines = (1...(Scenario.eventsMax + 1)).map { "at \($0) ms P does \"x\"\n" }
        let found = mistake(Array(("process P\n" + lines.joined()).utf8))
        #expect(found?.what == "more than 500 events")
        #expect(found?.place.line == Scenario.eventsMax + 2)
    }

    @Test func `more processes than a picture holds are refused`() {
        let letters = "ABCDEFGHIJKLM"
        let found = mistake(Array(letters.map { "process \($0)\n" }.joined().utf8))
        #expect(found?.what == "more than 12 processes")
    }

    @Test func `any damage to a scenario gives a scenario, or a place within its text`() throws {
        var chance = SplitMix64(seed: 1)
        for round in 0..<3000 {
            let shipped = ShippedScenario.all[round % ShippedScenario.all.count]
            var bytes = shipped.bytes
            for _ in 0...chance.next(below: 3) {
                let place = Int(chance.next(below: UInt64(bytes.count)))
                switch chance.next(below: 3) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(bytes[Int(chance.next(below: UInt64(bytes.count)))], at: place)
                default: bytes[place] = UInt8(truncatingIfNeeded: chance.next())
                }
            }
            let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
            guard let found = mistake(bytes) else {
                _ = try ScenarioRun(Scenario(parsing: bytes))
                continue
            }
            let line = try #require(
                lines.indices.contains(found.place.line - 1) ? found.place.line : nil
            )
            #expect(
                (1...(lines[line - 1].count + 1)).contains(found.place.column),
                "round \(round), \(found)"
            )
        }
    }
}
