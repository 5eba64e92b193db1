import Causality
import Failpoints
import Glibc
import Processes
import Testing

@testable import Deployment
@testable import ledger

/// What can be asked for at a failpoint, and what comes of it in a run.
@Suite struct FailpointTests {
    private let lab: Lab

    init() throws { lab = try Lab() }

    private func run(_ failpoint: String, seconds: String = "2") throws -> Lab.Outcome {
        let outcome = try lab.run("--failpoint", failpoint, "--time-limit", seconds)
        #expect(!outcome.output.contains("cannot be stepped again"), "\(outcome.output)")
        _ = eventually { lab.leftovers.isEmpty }
        #expect(lab.leftovers == [])
        return outcome
    }

    @Test func `the list names the places, and nothing else is done`() throws {
        let outcome = try lab.run("--failpoints")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ")[0] }
        #expect(lines == deploymentFailpoints.map(\.name)[...].map { $0[...] })
    }

    @Test(arguments: ["kill", "exit", "exit:0", "exit:3"])
    func `after a save, a process that ends has saved, and has told nobody`(action: String) throws {
        let outcome = try run("Clerk:store.after-save=\(action)@2")
        // Nobody restarts it.
        #expect(outcome.status == 1 && outcome.output.contains("the run does not end"))
        #expect(outcome.output.contains("\n    Clerk: crashed"))
        #expect(
            outcome.output.contains(
                "\n    Clerk.0: Clerk:store.after-save=\(action == "exit" ? "exit:1" : action)@2\n"
            )
        )
        #expect(
            outcome.output.contains("\n  outputs of Teller:\n    booked(1)\n  outputs of Clerk:")
        )
        // It was asked for.
        #expect(!outcome.output.contains("deaths"))
    }

    @Test func `stall keeps a process where it is until the run is over`() throws {
        let outcome = try run("Clerk:store.after-save=stall@2")
        #expect(outcome.status == 1 && outcome.output.contains("\n    Clerk: running"))
        #expect(
            outcome.output.contains("\n  outputs of Teller:\n    booked(1)\n  outputs of Clerk:")
        )
    }

    @Test func `sleep delays a run, and no more`() throws {
        let outcome = try run("store.before-save=sleep:30ms@3", seconds: "60")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("\n    Clerk.0: store.before-save=sleep:30ms@3\n"))
    }

    @Test func `a trap of a process that was delayed at a failpoint is still a mistake`() throws {
        let outcome = try lab.run(
            "--mistake",
            "trap",
            "--failpoint",
            "store.after-save=sleep:1ms"
        )
        #expect(outcome.status == 1 && outcome.output.contains("a process died: Clerk killed by"))
    }

    @Test(arguments: ["store.before-save", "store.after-save"])
    func `error is a disk that refuses, and ends the run`(place: String) throws {
        let outcome = try run("\(place)=error")
        #expect(outcome.status == 74 && outcome.output.isEmpty)
        let line = "ledger: Clerk cannot save: the failpoint \(place) was asked for an error\n"
        #expect(outcome.errors == line)
    }

    @Test(arguments: ["Teller:store.after-save=kill", "store.after-save=kill@6"])
    func `a failpoint that nobody comes to makes a run inconclusive`(failpoint: String) throws {
        let outcome = try run(failpoint, seconds: "60")
        #expect(outcome.status == 75 && outcome.output.hasPrefix("inconclusive: "))
    }

    @Test func `a life that begins again does not come to the same end`() throws {
        let outcome = try lab.run(
            "--faults",
            "kill Clerk after 1 save restart after 5ms",
            "--failpoint",
            "Clerk:store.after-save=sleep:1ms@2",
            "--time-limit",
            "60"
        )
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("\n    Clerk.1: Clerk:store.after-save=sleep:1ms@2\n"))
    }

    private func deployed(
        _ failpoint: FailpointRequest,
        timeMax: Duration,
        _ hooks: DeploymentHooks
    ) throws -> DeployedRun {
        try Deployment(
            Ledger(goal: 3).system(),
            DeploymentOptions(timeMax: timeMax, failpoints: [failpoint]),
            command: ChildProcess.Command(Lab.program("ledger"), ["node"]),
            words: ["--goal", "3"],
            hooks: hooks
        ).run()
    }

    @Test func `hold keeps a process at the place until it is let go`() throws {
        var told: [String] = []
        var toldWhenHeld: [String]?
        var hooks = DeploymentHooks()
        hooks.told = { told.append("\($0) \($1)") }
        hooks.held = { node, failpoint, release in
            #expect(node == "Clerk" && failpoint == "store.after-save")
            toldWhenHeld = told
            release()
        }
        let run = try deployed(
            FailpointRequest(.afterSave, .hold, pass: 2, process: "Clerk"),
            timeMax: .seconds(60),
            hooks
        )
        #expect(run.ending == .rest && run.failpoints.count == 1)
        // What the two have told is read in any order.
        let first = try #require(toldWhenHeld)
        #expect(first.filter { $0.hasPrefix("Clerk") } == ["Clerk took(1)", "Clerk took(2)"])
        #expect(!first.contains("Teller booked(2)"))
        #expect(
            run.outputs == [
                ["booked(1)", "booked(2)", "booked(3)"], ["took(1)", "took(2)", "took(3)"],
            ]
        )
    }

    @Test func `who is never let go is there at the end of the time`() throws {
        var releases: [() -> Void] = []
        var process: Int32?
        var hooks = DeploymentHooks()
        hooks.started = { node, _, pid in if node == "Clerk" { process = pid } }
        hooks.held = { releases.append($2) }
        let run = try deployed(
            FailpointRequest(.afterSave, .hold, pass: 2, process: "Clerk"),
            timeMax: .seconds(2),
            hooks
        )
        guard case .unfinished(let standings) = run.ending else {
            Issue.record("\(run.ending)")
            return
        }
        #expect(standings.last?.hasPrefix("Clerk: running") == true)
        #expect(releases.count == 1 && run.outputs[0] == ["booked(1)"])
        // Too late, and without effect.
        releases[0]()
        let pid = try #require(process)
        #expect(state(of: pid) == nil)
    }

    @Test func `who is killed while it is held has saved, and told nobody`() throws {
        var hooks = DeploymentHooks()
        var lives: [Int] = []
        var process: Int32?
        hooks.started = { node, incarnation, pid in
            guard node == "Clerk" else { return }
            lives.append(incarnation)
            process = pid
        }
        hooks.held = { _, _, _ in if let process { kill(process, SIGKILL) } }
        let run = try deployed(
            FailpointRequest(.afterSave, .hold, pass: 3, process: "Clerk"),
            timeMax: .seconds(2),
            hooks
        )
        #expect(lives == [0])
        #expect(run.deaths == ["Clerk killed by signal 9"])
        // The third was taken and is durable, and nobody was told.
        #expect(run.outputs[1].count == 3 && run.outputs[0].count == 2)
        #expect(run.events?.contains { $0.kind == .save && $0.text == "last: 3" } == true)
    }
}
