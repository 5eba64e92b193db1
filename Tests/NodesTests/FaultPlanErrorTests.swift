import Nodes
import Testing

/// Every text that is refused is refused at the wrong word, with what was expected.
@Suite struct FaultPlanErrorTests {
    private static let verbs =
        "kill, stop, slow, drift, skew, corrupt, fill, lose, duplicate, delay, partition"
    private static let units = "expected a number with ns, us, ms, s or m, such as 200ms or 1.5s"
    private static let percentages = "expected 0% to 100%, such as 20%"
    private static let milestones =
        "saves, sends, receives, timers, idles, reads, outputs, effects"

    private func message(
        _ text: String,
        nodes: [String] = ["Client", "Server"],
        progress: Progress = .inputs
    ) -> String {
        do throws(FaultPlan.Malformed) {
            let request = try FaultPlan.Request(parsing: text, nodes: nodes, progress: progress)
            return "no error: \(request)"
        } catch {
            return "\(error)"
        }
    }

    private func check(_ text: String, _ column: Int, _ reason: String) {
        #expect(message(text) == "fault plan, column \(column): \(reason)", "\(text)")
    }

    @Test func `the first word must be a fault`() {
        check("crash Client", 1, "'crash' is no fault; expected \(Self.verbs)")
        check("  Kill Client", 3, "'Kill' is no fault; expected \(Self.verbs)")
        check("\u{1B}[1m", 1, "'\\u{1b}[1m' is no fault; expected \(Self.verbs)")
        let long = String(repeating: "x", count: 1000)
        check(long, 1, "'\(long.prefix(40))…' is no fault; expected \(Self.verbs)")
        let alone = "'random' stands for a whole plan"
        check("kill Client; random", 14, "\(alone); expected nothing beside it")
        check("random; kill Client", 9, "\(alone); expected nothing after it")
    }

    @Test func `nodes must be there`() {
        let there = "(there are Client, Server)"
        check("kill Maper_0", 6, "no node is called Maper_0 \(there)")
        check("kill Client,Maper_*", 13, "no node matches Maper_* \(there)")
        check("partition Client|Maper_0", 18, "no node is called Maper_0 \(there)")
        check("lose 1% Maper_0→Client", 9, "no node is called Maper_0 \(there)")
        let missing = "a name is missing; expected names with ',' between them, without spaces"
        check("kill Client,", 13, missing)
        check("kill ,Client", 6, missing)
        check("kill Client,,Server", 13, missing)
        check("partition |Server", 11, missing)
        check("partition Client→", 18, missing)
        let letters = "expected letters, digits, '_' and '.', and '*' for any of them"
        check("kill Cli-ent", 6, "'Cli-ent' names no nodes; \(letters)")
        check("kill \"Client\"", 6, "'\"Client\"' names no nodes; \(letters)")
        check("partition Client|Server|Client", 18, "'Server|Client' names no nodes; \(letters)")
        check(
            "kill",
            5,
            "something is missing; expected nodes, such as Client, or * for all"
        )
        let many = (0..<20).map { "N\($0)" }
        let eight = "N0, N1, N2, N3, N4, N5, N6, N7 and 12 more"
        #expect(
            message("stop M", nodes: many)
                == "fault plan, column 6: no node is called M (there are \(eight))"
        )
        #expect(
            message("stop *", nodes: [])
                == "fault plan, column 6: no node matches * (there are none)"
        )
    }

    @Test func `lines are counted however they end`() {
        let reason = "no node is called X (there are Client, Server)"
        for newline in ["\n", "\r\n", "\r", "\u{2028}"] {
            let text = "kill Client # é\(newline)\(newline)  stop X"
            #expect(message(text) == "fault plan, line 3, column 8: \(reason)")
        }
        check("lose 1% Client→Server; stop X", 29, reason)
        check("lose 1% 👨‍👩‍👧‍👦", 9, "'👨\\u{200d}👩\\u{200d}👧\\u{200d}👦' " + Self.noLinks)
        check("corrupt Client as 👨‍👩‍👧‍👦 x", 21, "'x' has no place here; expected 'at' or 'after'")
    }

    private static let noLinks =
        "names no links; expected A→B, A↔B without spaces, or * for every link"

    @Test func `durations have a unit, a length and a limit`() {
        for word in [
            "5", "ms", "5 ms", "1e3s", ".5s", "5.s", "1.2.3s", "5h", "+5ms", "nan", "∞s", "5S",
        ] {
            let shown = word.prefix { $0 != " " }
            check("stop Client for \(word)", 17, "'\(shown)' is no duration; \(Self.units)")
        }
        check("stop Client for -5ms", 17, "'-5ms' is less than nothing; \(Self.units)")
        for text in ["slow Client by 0ms", "stop Client for 0.00s"] {
            let word = text.split(separator: " ").last ?? ""
            check(
                text,
                text.count - word.count + 1,
                "'\(word)' takes no time; expected more than that"
            )
        }
        check("delay 0s *", 7, "'0s' takes no time; expected more than that")
        check("delay 0s..0s *", 11, "'0s' takes no time; expected more than that")
        let nines = String(repeating: "9", count: 60)
        for word in ["31536001s", "525600.1m", "\(nines)s", "31536000.000000001s"] {
            let shown = word.count > 40 ? word.prefix(40) + "…" : word
            check(
                "kill Client at \(word)",
                16,
                "'\(shown)' is too long; expected at most 31536000s, a year"
            )
        }
        let fine = "is too fine; expected at most 18 digits of a second"
        check("skew Client by 0.0000000000000000001s", 16, "'0.0000000000000000001s' \(fine)")
        check("skew Client by 0.0000000001ns", 16, "'0.0000000001ns' \(fine)")
    }

    @Test func `percentages lie where they must`() {
        for word in [
            "20", "%", "x%", "nan%", "inf%", "1e2%", "5.%", ".5%", "--5%", "1.2.3%", "0x5%",
        ] {
            check("lose \(word) *", 6, "'\(word)' is no percentage; \(Self.percentages)")
        }
        for word in ["100.1%", "-5%", "+5%", "-0%", String(repeating: "9", count: 400) + "%"] {
            let shown = word.count > 40 ? word.prefix(40) + "…" : word
            let reason = "'\(shown)' is no share of the whole; \(Self.percentages)"
            check("duplicate \(word) *", 11, reason)
            check("kill Client at \(word)", 16, reason)
        }
        let drift = "drift Client by"
        check("\(drift) 5", 17, "'5' is no percentage; expected such as +5% or -0.1%")
        let stands = "makes a clock stand or go back; expected more than -100%"
        check("\(drift) -100%", 17, "'-100%' \(stands)")
        check("\(drift) -100.5%", 17, "'-100.5%' \(stands)")
        check("\(drift) 10001%", 17, "'10001%' is too fast a clock; expected at most +10000%")
    }

    @Test func `a count is a whole number of something`() {
        for word in ["-1", "x", "1.5", "٣"] {
            let expected = "expected a whole number such as 3"
            check("kill Client after \(word) saves", 19, "'\(word)' is no count; \(expected)")
        }
        check(
            "kill Client after 9223372036854775808 saves",
            19,
            "'9223372036854775808' is too large; expected at most 9223372036854775807"
        )
        check(
            "kill Client after 3 saved",
            21,
            "'saved' cannot be counted; expected \(Self.milestones)"
        )
        check("kill Client after", 18, "something is missing; expected a count, as in '3 saves'")
        check(
            "kill Client after 3;",
            20,
            "something is missing; expected what is counted: \(Self.milestones)"
        )
    }

    @Test func `a fault begins once, ends once, and only if it can`() {
        let once = "a fault begins once; expected one 'at' or one 'after'"
        check("kill Client at 1s after 3 saves", 19, once)
        check("kill Client after 3 saves at 1s", 27, once)
        check("stop Client for 1s for 2s", 20, "'for' is there twice; expected it once")
        check(
            "kill Client restart after 1s restart after 1s",
            30,
            "'restart' is there twice; expected it once"
        )
        check("kill Client for 1s", 13, "'kill' takes no time; expected 'restart after'")
        check("skew Client by 1s for 1s", 19, "'skew' takes no time; expected no 'for'")
        check("corrupt Client for 1s", 16, "'corrupt' takes no time; expected no 'for'")
        let only = "only who was killed begins again"
        check("stop Client restart after 1s", 13, "\(only); expected 'for'")
        check("corrupt Client restart after 1s", 16, "\(only); expected no 'restart'")
        check("kill Client restart 1s", 21, "'1s' has no place here; expected 'after'")
        check("kill Client restart", 20, "something is missing; expected 'after' and a duration")
        check(
            "kill Client restart after",
            26,
            "something is missing; expected a duration such as 200ms"
        )
        check("stop Client for", 16, "something is missing; expected a duration such as 2s")
        let links = "what befalls links cannot wait for what a node does; expected 'at'"
        check("lose 1% * after 3 saves", 11, links)
        check("partition Client|Server after 3 saves", 25, links)
    }

    @Test func `what has no place is told what has`() {
        let no = "has no place here; expected"
        check("kill Client now", 13, "'now' \(no) 'at', 'after' or 'restart after'")
        check("stop Client now", 13, "'now' \(no) 'at', 'after' or 'for'")
        check("skew Client by 1s x", 19, "'x' \(no) 'at' or 'after'")
        check("lose 1% * x", 11, "'x' \(no) 'at' or 'for'")
        check("corrupt Client at 1s as x", 22, "'as' \(no) it, if at all, right after the nodes")
        check("slow Client 5ms", 13, "'5ms' \(no) 'by' and a duration such as 5ms")
        check(
            "drift Client",
            13,
            "something is missing; expected 'by' and a percentage such as +5%"
        )
        check(
            "drift Client by # 5%",
            16,
            "something is missing; expected a percentage such as +5% or -0.1%"
        )
        check("skew Client to 1s", 13, "'to' \(no) 'by' and a duration such as 1s")
        check("skew Client by", 15, "something is missing; expected a duration such as 1s")
        check("corrupt Client as", 18, "something is missing; expected the name of what was saved")
        check("corrupt Client as \"x y", 19, "a quote without an end; expected another '\"'")
        check("corrupt Client as \"x\\\"", 19, "a quote without an end; expected another '\"'")
        check("corrupt Client as \"x\"y", 22, "'y' \(no) 'at' or 'after'")
    }

    @Test func `a time has a unit, and a share of the run needs a measure`() {
        let forms = "a time such as 1s, or a share such as 30%"
        check("kill Client at 30", 16, "'30' has no unit; expected \(forms)")
        check("kill Client at", 15, "something is missing; expected \(forms)")
        check("kill Client at noon", 16, "'noon' is no duration; \(Self.units)")
        let unknown = "nobody can tell how far a run of this system has come; expected a time"
        #expect(
            message("kill Client at 30%", progress: .unknown)
                == "fault plan, column 16: \(unknown), or 'after'"
        )
        #expect(
            message("lose 1% * at 30%", progress: .unknown) == "fault plan, column 14: \(unknown)"
        )
    }

    @Test func `links lead from somebody to somebody`() {
        check("lose 1% Client", 9, "'Client' \(Self.noLinks)")
        check("lose 1% Client → Server", 9, "'Client' \(Self.noLinks)")
        check("lose 1% **", 9, "'**' \(Self.noLinks)")
        check("lose 1% Client|Server", 15, "'|' is for partitions; expected '→' or '↔'")
        check("lose", 5, "something is missing; expected a probability such as 20%")
        check(
            "lose 1% ",
            8,
            "something is missing; expected links: A→B, A↔B, or * for every link"
        )
        check(
            "delay",
            6,
            "something is missing; expected a duration such as 5ms, or a range such as 1ms..5ms"
        )
        let down = "the range is upside down; expected the shorter duration first"
        check("delay 5ms..1ms *", 7, down)
        check("delay 1..5ms *", 7, "'1' is no duration; \(Self.units)")
        check("delay 1ms.. *", 12, "'' is no duration; \(Self.units)")
        check("delay 1ms...5ms *", 12, "'.5ms' is no duration; \(Self.units)")
    }

    @Test func `nobody is parted from itself`() {
        let share = "expected two groups that share nobody"
        check("partition Client|Client", 11, "Client is on both sides of '|'; \(share)")
        check("partition Server->*", 11, "Server is on both sides of '->'; \(share)")
        let groups = "names no two groups; expected A|B, or A→B for one way only, without spaces"
        check("partition *", 11, "'*' \(groups)")
        check("partition Client Server", 11, "'Client' \(groups)")
        let missing = "something is missing; expected two groups, A|B, or A→B for one way only"
        check("partition", 10, missing)
    }

    @Test func `a budget names what it limits, once, and by how much`() {
        let keys =
            "kills, stops, slows, partitions, corruptions, fills, lose, duplicate, restart, within"
        check("random crashes=2", 8, "'crashes' is no budget; expected \(keys)")
        check("random =2", 8, "'' is no budget; expected \(keys)")
        check("random kills", 8, "'kills' has no value; expected such as kills=2")
        check("random lose", 8, "'lose' has no value; expected such as lose=20%")
        check("random within", 8, "'within' has no value; expected such as within=200ms")
        check("random kills=1 kills=1", 16, "'kills' is there twice; expected it once")
        let count = "is no count; expected a whole number such as 3"
        check("random kills=", 14, "'' \(count)")
        check("random stops=-1", 14, "'-1' \(count)")
        check("random slows=1001", 14, "'1001' is too many; expected at most 1000")
        check("random lose=20", 13, "'20' is no percentage; \(Self.percentages)")
        check("random restart=5", 16, "'5' is no duration; \(Self.units)")
        check("random within=0s", 15, "'0s' takes no time; expected more than that")
    }
}
