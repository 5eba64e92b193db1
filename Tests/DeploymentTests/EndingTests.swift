import Glibc
import Processes
import Testing

/// However a run ends: it says why, and leaves no process and no folder.
@Suite struct EndingTests {
    private let lab: Lab

    init() throws { lab = try Lab() }

    private let endless = ["run", "--goal", "1000000"]

    private func expectNothingLeft(_ location: SourceLocation = #_sourceLocation) {
        // What was killed is gone a moment later.
        _ = eventually { lab.leftovers.isEmpty }
        #expect(lab.leftovers == [], sourceLocation: location)
    }

    @Test func `a run that passes leaves nothing`() throws {
        let outcome = try lab.run("--goal", "3")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.hasPrefix("passed: ledger, deployed, seed 1\n"))
        #expect(lab.leftovers == [])
    }

    @Test func `a run that is refuted leaves nothing`() throws {
        let forgets = "kill Clerk after 2 saves restart after 10ms"
        let outcome = try lab.run("--mistake", "forgetful", "--faults", forgets)
        // It may take an entry twice in two lives: the second time is what is refuted.
        #expect(outcome.status == 0 || outcome.output.contains("no entry is taken twice"))
        let hasty = try lab.run(
            "--mistake",
            "hasty",
            "--failpoint",
            "Clerk:store.before-save=exit",
            "--time-limit",
            "2"
        )
        #expect(hasty.status == 1 && hasty.output.hasPrefix("failed: "))
        #expect(lab.leftovers == [])
    }

    @Test func `a run that does not end says how each node stood, and leaves nothing`() throws {
        let outcome = try lab.run("--goal", "1000000", "--time-limit", "0.3", "--no-record")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("\n  the run does not end: 0.3 seconds are over\n"))
        #expect(outcome.output.contains("\n    Teller: running"))
        #expect(outcome.output.contains("\n    Clerk: running"))
        #expect(outcome.output.contains(" --time-limit 0.3 --no-record\n"))
        #expect(lab.leftovers == [])
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal to the supervisor ends it by this signal, and leaves nothing`(signal: Int32)
        throws
    {
        let run = try lab.start(endless)
        _ = try lab.process(of: "Clerk")
        run.process.signal(signal)
        let outcome = try lab.outcome(of: run)
        #expect(outcome.ending == .killed(signal: signal))
        #expect(outcome.output.hasPrefix("inconclusive: ledger, deployed, seed 1\n  interrupted"))
        #expect(outcome.errors.isEmpty)
        #expect(lab.leftovers == [])
    }

    @Test func `the nodes of a supervisor that is killed die with it, also one that is stopped`()
        throws
    {
        let run = try lab.start(endless)
        kill(try lab.process(of: "Teller"), SIGSTOP)
        run.process.signal(SIGKILL)
        #expect(try lab.outcome(of: run).ending == .killed(signal: SIGKILL))
        expectNothingLeft()
    }

    @Test func `a node that somebody kills is reported, and the run goes on without it`() throws {
        let run = try lab.start(endless + ["--time-limit", "3"])
        kill(try lab.process(of: "Clerk"), SIGKILL)
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("\n  the run does not end: 3.0 seconds are over\n"))
        #expect(outcome.output.contains("\n    Clerk: crashed"))
        let death = "\n  deaths that nobody here asked for:\n    Clerk killed by signal 9\n"
        #expect(outcome.output.contains(death))
        #expect(!outcome.output.contains("cannot be stepped again"))
        expectNothingLeft()
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func `a run in which nobody is left to wait is over when somebody is killed`(
        signal: Int32
    ) throws {
        let run = try lab.start(endless)
        kill(try lab.process(of: "Teller"), signal)
        let outcome = try lab.outcome(of: run)
        let death = "\n    Teller killed by signal \(signal)\n"
        #expect(outcome.status == 0 && outcome.output.contains(death), "\(outcome)")
        expectNothingLeft()
    }

    @Test(arguments: ["Teller", "Clerk"])
    func `a node that somebody stops and lets go on delays the run, no more`(node: String) throws {
        let run = try lab.start(["run", "--goal", "100"])
        let process = try lab.process(of: node)
        kill(process, SIGSTOP)
        #expect(eventually { state(of: process) == "T" })
        kill(process, SIGCONT)
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == 0, "\(outcome.output)")
        expectNothingLeft()
    }

    @Test func `a node that stays stopped does not keep a run from ending in time`() throws {
        let run = try lab.start(endless + ["--time-limit", "2"])
        kill(try lab.process(of: "Clerk"), SIGSTOP)
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == 1 && outcome.output.contains("the run does not end"))
        #expect(!outcome.output.contains("cannot be stepped again"))
        expectNothingLeft()
    }

    @Test func `a supervisor that is stopped for a while goes on where it was`() throws {
        let run = try lab.start(["run", "--goal", "100"])
        _ = try lab.process(of: "Clerk")
        run.process.signal(SIGSTOP)
        #expect(eventually { state(of: run.pid) == "T" })
        run.process.signal(SIGCONT)
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == 0, "\(outcome.output)")
        expectNothingLeft()
    }

    @Test func `a node that traps fails the run, and its last words say where`() throws {
        let outcome = try lab.run("--mistake", "trap")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("\n  a process died: Clerk killed by signal "))
        #expect(outcome.output.contains("the clerk cannot count to 3\n"))
        #expect(!outcome.output.contains("cannot be stepped again"))
        expectNothingLeft()
    }

    @Test func `a node that ends of a signal that nobody sends by hand fails the run`() throws {
        let run = try lab.start(endless)
        kill(try lab.process(of: "Clerk"), SIGALRM)
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("a process died: Clerk killed by signal 14\n"))
        #expect(!outcome.output.contains("cannot be stepped again"))
        expectNothingLeft()
    }

    @Test func `a report is one JSON object`() throws {
        let outcome = try lab.run("--goal", "2", "--json", "--log", "run.jsonl")
        #expect(outcome.status == 0)
        let report = try Report(parsing: outcome.output)
        #expect(report.result == "passed" && report.processes == 2 && report.strangers == 0)
        #expect(report.outputs.map(\.node) == ["Teller", "Clerk"])
        #expect(report.log == "run.jsonl")
    }
}
