import Chance
import Testing

@testable import Failpoints
@testable import Nodes

extension Failpoint {
    static let afterSave = Failpoint("store.after-save", "the save is durable")
    static let beforeSave = Failpoint("store.before-save", "nothing is written yet")
    static let accepted = Failpoint("socket.accepted", "a stranger may be at the other end")
}

@Suite struct FailpointRequestTests {
    private let catalogue = FailpointCatalogue([.afterSave, .beforeSave, .accepted])
    private let processes = ["Server", "Client_0"]

    private func read(_ texts: String...) throws(FailpointMistake) -> [FailpointRequest] {
        try catalogue.requests(texts, processes: processes)
    }

    @Test(arguments: [
        ("store.after-save=exit", FailpointRequest(.afterSave, .exit(status: 1))),
        ("store.after-save=exit:0", FailpointRequest(.afterSave, .exit(status: 0))),
        ("store.after-save=exit:255@7", FailpointRequest(.afterSave, .exit(status: 255), pass: 7)),
        ("Server:store.after-save=kill@2", .init(.afterSave, .kill, pass: 2, process: "Server")),
        ("store.before-save=stall@1000000000", .init(.beforeSave, .stall, pass: 1_000_000_000)),
        ("store.after-save=sleep:200ms", .init(.afterSave, .sleep(nanoseconds: 200_000_000))),
        ("socket.accepted=error@3", FailpointRequest(.accepted, .error, pass: 3)),
        ("Client_0:socket.accepted=hold", .init(.accepted, .hold, process: "Client_0")),
    ])
    func `a request says what, where, when and in whom, and so does its description`(
        text: String,
        expected: FailpointRequest
    ) throws {
        #expect(try read(text) == [expected])
        #expect(try read("\(expected)") == [expected])
    }

    @Test(arguments: [
        ("", "'' asks for nothing; expected NAME=ACTION[@N], such as a.b=kill@2"),
        ("store.after-save", "'store.after-save' asks for nothing; "),
        (
            "store.after-sav=kill",
            "there is no failpoint 'store.after-sav' (did you mean 'store.after-save'?)"
        ),
        (
            "save=kill",
            "there is no failpoint 'save' (did you mean 'store.after-save' or 'store.before-save'?)"
        ),
        ("x=kill", "there is no failpoint 'x'"),
        (
            "Sever:store.after-save=kill",
            "there is no process 'Sever' that has failpoints (did you "
        ),
        (":store.after-save=kill", "there is no process '' that has failpoints"),
        ("store.after-save=", "'' is no action; expected exit[:STATUS], kill, stall, "),
        ("store.after-save=kil@2", "'kil' is no action (did you mean 'kill'?); expected exit"),
        ("store.after-save=kill:9", "'kill:9' is no action; expected "),
        ("store.after-save=kill@", "'@' is no pass; expected a whole number from 1 to 1000000000"),
        ("store.after-save=kill@0", "'@0' is no pass"),
        ("store.after-save=kill@-1", "'@-1' is no pass"),
        ("store.after-save=kill@+1", "'@+1' is no pass"),
        ("store.after-save=kill@1@2", "'@1@2' is no pass"),
        ("store.after-save=kill@1000000001", "'@1000000001' is no pass"),
        ("store.after-save=kill@99999999999999999999", "'@99999999999999999999' is no pass"),
        ("store.after-save=sleep", "'' is no time to sleep; expected a number with ns, us, ms, s"),
        ("store.after-save=sleep:200", "'200' is no time to sleep"),
        ("store.after-save=sleep:61m", "'61m' is no time to sleep"),
        ("store.after-save=sleep:0s", "'0s' is no time to sleep"),
        ("store.after-save=exit:256", "'256' is no exit status; expected a whole number from 0"),
        ("store.after-save=exit:-1", "'-1' is no exit status"),
        ("store.after-save=exit:", "'' is no exit status"),
        ("x\n\u{1B}y=kill", "there is no failpoint 'x\\u{a}\\u{1b}y'"),
        (
            String(repeating: "x", count: 1000) + "=kill",
            "there is no failpoint '\(String(repeating: "x", count: 40))…'"
        ),
    ])
    func `what is wrong is said in one line`(text: String, expected: String) {
        do {
            let requests = try catalogue.requests([text], processes: processes)
            Issue.record("read as \(requests)")
        } catch {
            #expect("\(error)".hasPrefix(expected), "\(error)")
            #expect(!"\(error)".contains { $0.isNewline })
        }
    }

    @Test func `one pass of one place in one process is asked for once`() throws {
        let taken = FailpointMistake.samePass(name: "store.after-save", pass: 2)
        let kill = "store.after-save=kill@2"
        #expect(throws: taken) { try read(kill, "store.after-save=stall@2") }
        #expect(throws: taken) { try read(kill, "Server:store.after-save=stall@2") }
        #expect(throws: taken) { try read("Server:" + kill, kill) }
        #expect(throws: taken) { try read("Server:" + kill, "Server:" + kill) }
        #expect(try read("Server:" + kill, "Client_0:" + kill).count == 2)
        #expect(try read(kill, "store.after-save=kill@3", "store.before-save=kill@2").count == 3)
    }

    @Test func `a process of any name can be asked for where names are not known`() throws {
        let requests = try catalogue.requests(["Whoever:socket.accepted=kill"])
        #expect(requests.map(\.process) == ["Whoever"])
    }

    @Test func `there are only so many requests`() {
        let many = (1...1001).map { "store.after-save=error@\($0)" }
        #expect(throws: FailpointMistake.tooMany(1001)) { try catalogue.requests(many) }
        #expect(throws: Never.self) { try catalogue.requests(Array(many.dropLast())) }
    }

    @Test(arguments: [
        "1ns", "999us", "200ms", "1.5s", "0.000000001s", ".5s", "5.s", "1.s", "60m", "60.1m",
        "0.5m", "1.25m", "0.1ns", "1.5ns", "1.0ns", "1.0000000001s", "0s", "-1s", "+1s", "1", "s",
        "", "1h", "1 s", "1e3s", "1..2s", "3600s", "3600.000000001s", "٣s", "99999999999999999999s",
        "00001s",
    ])
    func `a length means here what it means in a fault plan`(text: String) throws {
        let here = SleepText.nanoseconds(text[...])
        let there = try? DurationText.duration(text[...])
        // The system sleeps for whole nanoseconds.
        let isWhole = there?.components.attoseconds.isMultiple(of: 1_000_000_000) ?? false
        let isHere = there.map { isWhole && $0 <= .seconds(3600) } ?? false
        #expect((here != nil) == isHere)
        guard let here else { return }
        #expect(there == .nanoseconds(here))
        #expect(SleepText.nanoseconds(SleepText.text(nanoseconds: here)[...]) == here)
    }

    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func `any text gives requests or a mistake of one line`(seed: UInt64) throws {
        var chance = SplitMix64(seed: seed)
        let pieces = [
            "store.after-save", "Server", ":", "=", "@", "kill", "exit", "sleep", "200ms", "1", "0",
            "-", ".", "\n", "\u{0}", "é", "🙂", " ", "hold", "socket.accepted", "999999999999",
        ]
        for _ in 0..<50 {
            let count = chance.next(below: 9)
            let text = (0..<count).map { _ in
                pieces[Int(chance.next(below: UInt64(pieces.count)))]
            }.joined()
            do throws(FailpointMistake) {
                let requests = try read(text)
                #expect(try catalogue.requests(requests.map(\.description)) == requests)
            } catch {
                #expect(!"\(error)".contains { $0.isNewline }, "\(text)")
                #expect("\(error)".utf8.count < 400)
            }
        }
    }

    @Test func `a catalogue shows its places as a table`() {
        let lines = [
            "store.after-save   the save is durable",
            "store.before-save  nothing is written yet",
            "socket.accepted    a stranger may be at the other end",
        ]
        #expect(catalogue.lines == lines)
        #expect(FailpointCatalogue([]).lines.isEmpty)
    }

    @Test func `two places of one name are no catalogue`() async {
        await #expect(processExitsWith: .failure) {
            _ = FailpointCatalogue([.afterSave, Failpoint("store.after-save", "elsewhere")])
        }
    }

    @Test func `names have one form`() {
        for name in ["a.b", "store.after-save", "a-1.b-2-c"] { #expect(Failpoint.isName(name)) }
        let others = [
            "", "a", "a.", ".b", "a.b.c", "A.b", "a.-b", "a.b-", "a.b--c", "a b.c", "a.b=", "é.b",
        ]
        for name in others { #expect(!Failpoint.isName(name)) }
    }
}
