import Nodes
import Testing

/// What the words mean, and that what is written can be read.
@Suite struct FaultPlanTextTests {
    private static let names = PlanSource.names

    private func plan(_ text: String) throws -> FaultPlan {
        try FaultPlan(parsing: text, nodes: Self.names, progress: .inputs)
    }

    private func fault(_ text: String) throws -> Fault {
        let faults = try plan(text).faults
        try #require(faults.count == 1)
        return faults[0]
    }

    private static let client = [NodePattern("Client")]
    private static let server = [NodePattern("Server")]
    private static let mappers = [NodePattern("Mapper_*")]
    private static let there = LinkPattern(from: client, to: server)
    private static let thereAndBack = LinkPattern(from: client, to: server, isBothWays: true)

    private static let meanings: [(text: String, fault: Fault)] = [
        ("kill Client", Fault(.kill(nodes: client, restartAfter: nil))),
        (
            "kill Client after 3 saves restart after 200ms",
            Fault(
                .kill(nodes: client, restartAfter: .milliseconds(200)),
                .after(count: 3, of: .saves)
            )
        ),
        (
            "kill Client at 0s restart after 0s",
            Fault(.kill(nodes: client, restartAfter: .zero), .at(.zero))
        ),
        (
            "stop Client,Mapper_* at 30% for 2s",
            Fault(.stop(nodes: client + mappers), .progress(percent: 30), lasting: .seconds(2))
        ),
        ("slow Client by 5ms", Fault(.slow(nodes: client, by: .milliseconds(5)))),
        ("drift Client by -0.5%", Fault(.drift(nodes: client, percent: -0.5))),
        (
            "drift Client by +5% for 1m",
            Fault(.drift(nodes: client, percent: 5), lasting: .seconds(60))
        ),
        (
            "skew Client by 1.5s at 10ms",
            Fault(.skew(nodes: client, by: .milliseconds(1500)), .at(.milliseconds(10)))
        ),
        ("corrupt Client", Fault(.corrupt(nodes: client, name: nil))),
        (
            "corrupt Client as log after 1 save",
            Fault(.corrupt(nodes: client, name: "log"), .after(count: 1, of: .saves))
        ),
        (
            "corrupt Client as \"a; \\\"b\\\" \\\\\"",
            Fault(.corrupt(nodes: client, name: "a; \"b\" \\"))
        ),
        ("fill Client", Fault(.fill(nodes: client))),
        (
            "fill Client,Mapper_* after 2 saves for 100ms",
            Fault(
                .fill(nodes: client + mappers),
                .after(count: 2, of: .saves),
                lasting: .milliseconds(100)
            )
        ),
        ("lose 20% *", Fault(.lose(probability: 0.2, links: .all))),
        ("lose 7% Client→Server", Fault(.lose(probability: 0.07, links: there))),
        (
            "duplicate 0.1% Client↔Server for 2s",
            Fault(.duplicate(probability: 0.001, links: thereAndBack), lasting: .seconds(2))
        ),
        (
            "delay 1ms..5ms Client→Server",
            Fault(.delay(by: .milliseconds(1)...(.milliseconds(5)), links: there))
        ),
        (
            "delay 0s..10ns *",
            Fault(.delay(by: .zero...(.nanoseconds(10)), links: .all))
        ),
        (
            "delay 50us * at 1s",
            Fault(
                .delay(by: .microseconds(50)...(.microseconds(50)), links: .all),
                .at(.seconds(1))
            )
        ),
        ("partition Client|Server", Fault(.partition(links: thereAndBack))),
        ("partition Client→Server", Fault(.partition(links: there))),
    ]

    @Test(arguments: meanings.indices)
    func `a text means a fault, and the fault prints as the text`(index: Int) throws {
        let (text, expected) = Self.meanings[index]
        #expect(try fault(text) == expected)
        #expect("\(expected)" == text)
    }

    @Test(
        arguments: [
            ("lose 20% Client->Server", "lose 20% Client→Server"),
            ("lose 20% Client<->Server", "lose 20% Client↔Server"),
            ("partition Client<->Server", "partition Client|Server"),
            ("partition Client↔Server", "partition Client|Server"),
            ("partition Client->Server", "partition Client→Server"),
            ("lose 20% *→*", "lose 20% *"),
            ("delay 50µs *", "delay 50us *"),
            ("delay 50\u{3BC}s *", "delay 50us *"),
            ("delay 5ms..5ms *", "delay 5ms *"),
            ("drift Client by 5%", "drift Client by +5%"),
            ("drift Client by -0%", "drift Client by +0%"),
            ("stop Client for 0.5m", "stop Client for 30s"),
            ("stop Client for 1500ms", "stop Client for 1.5s"),
            ("stop Client for 00.000000000000000001s", "stop Client for 0.000000001ns"),
            ("stop Client for 31536000s", "stop Client for 525600m"),
            ("lose 020.50% *", "lose 20.5% *"),
            ("corrupt Client as \"log\"", "corrupt Client as log"),
            ("kill Client after 3 save", "kill Client after 3 saves"),
            ("kill Client after 1 effects", "kill Client after 1 effect"),
        ]
    )
    func `other ways to write it mean the same`(text: String, same: String) throws {
        #expect("\(try plan(text))" == same)
    }

    @Test(
        arguments: [
            "kill Client at 1s restart after 2s", "kill Client restart after 2s at 1s",
        ]
    )
    func `clauses stand in any order`(text: String) throws {
        #expect("\(try plan(text))" == "kill Client at 1s restart after 2s")
    }

    @Test func `lines, semicolons, comments and blanks part faults`() throws {
        let text = """
            # The server is lost,

            kill Server; # and soon after
              ;;lose 20% * # with half of the words; stop Client
            \tstop Client for 1s;\r\nkill Client#!
            """
        let expected = "kill Server; lose 20% *; stop Client for 1s; kill Client"
        #expect("\(try plan(text))" == expected)
        for nothing in ["", " ", ";", "\n\n", "# nothing", "\r\n;\t"] {
            #expect(try plan(nothing) == FaultPlan())
        }
    }

    @Test func `every milestone can be waited for, in both numbers`() throws {
        for milestone in Fault.Milestone.allCases {
            let many = try fault("kill Client after 2 \(milestone.rawValue)")
            #expect(many.trigger == .after(count: 2, of: milestone))
            let one = try fault("kill Client after 1 \(milestone.rawValue.dropLast())")
            #expect(one.trigger == .after(count: 1, of: milestone))
        }
    }

    @Test(arguments: [UInt64](0..<50))
    func `what a plan prints reads back as an equal plan`(seed: UInt64) throws {
        var source = PlanSource(seed: seed)
        for _ in 0..<100 {
            let written = source.plan()
            let read = try plan("\(written)")
            #expect(read == written, "seed \(seed): \(written)")
            #expect("\(read)" == "\(written)", "seed \(seed)")
        }
    }

    @Test func `a request is a plan or a budget, and prints what it was`() throws {
        let names = Self.names
        let scripted = try FaultPlan.Request(parsing: "kill Client at 1s", nodes: names)
        #expect(scripted == .scripted(try plan("kill Client at 1s")))
        #expect("\(scripted)" == "kill Client at 1s")
        let random = try FaultPlan.Request(parsing: "# why\nrandom kills=3 # all\n", nodes: names)
        #expect(random == .random(RandomFaults(kills: 3)))
        #expect(try FaultPlan.Request(parsing: "\(random)", nodes: names) == random)
        #expect(try FaultPlan.Request(parsing: "", nodes: names) == .scripted(FaultPlan()))
    }
}
