import Causality
import Failpoints
import Glibc
import Nodes
import ParityScripts
import Testing

@testable import Deployment
@testable import parity_node

/// What is put to rest beside a node's work.
@Suite struct WriteTests {
    @Test func `two writes are done one after the other, and what is saved meanwhile comes first`()
        throws
    {
        let node = Scripted(
            first: [
                .write(1, then: 1, otherwise: -1), .write(2, then: 2, otherwise: -2), .save(3),
            ],
            onTimer: [1: [.say(1)], 2: [.halt]]
        )
        let run = try ScriptedRun(nodes: [node]).run()
        #expect(run.ending == .rest)
        let told = ["began(incarnation: 0, saved: nil)", "fired(1)", "said(1)", "fired(2)"]
        #expect(run.outputs == [told])
        let kinds = try #require(run.events).filter { [.save, .written].contains($0.kind) }
        #expect(kinds.map(\.kind) == [.save, .written, .written])
        #expect(
            kinds.compactMap(\.text).map { $0.prefix(8) } == ["number: ", "number: ", "number: "]
        )
    }

    @Test func `a write that takes long holds up no timer and no message`() throws {
        let writer = Scripted(
            first: [
                .write(1, then: 1, otherwise: -1), .arm(5, milliseconds: 1),
                .send(9, to: 1, over: .stream),
            ],
            onMessage: [.send(9, to: 1, over: .stream)],
            onTimer: [5: [.arm(5, milliseconds: 1)], 1: [.halt]]
        )
        var run = ScriptedRun(nodes: [writer, Scripted(echoes: .stream)])
        run.failpoints = [FailpointRequest(.beforeSave, .hold, process: "Node_0")]
        var release: (() -> Void)?
        var (ticks, messages) = (0, 0)
        var hooks = DeploymentHooks()
        hooks.held = { release = $2 }
        hooks.told = { node, output in
            guard node == "Node_0" else { return }
            if output == "fired(5)", release != nil { ticks += 1 }
            if output.hasPrefix("got"), release != nil { messages += 1 }
            if ticks >= 20, messages >= 20 { release?() }
        }
        let outcome = try run.run(hooks)
        #expect(outcome.ending == .rest)
        #expect(outcome.outputs[0].last == "fired(1)")
    }

    @Test(arguments: ["files", "journals"])
    func `who dies before a write has taken place has written nothing`(form: String) throws {
        let run = try killed(at: .beforeSave, form)
        #expect(
            run.outputs[0] == [
                "began(incarnation: 0, saved: nil)", "began(incarnation: 1, saved: nil)",
            ]
        )
        #expect(!ScriptedRun.ends(in: run).contains { $0.contains("written") })
    }

    @Test(arguments: ["files", "journals"])
    func `who dies after a write has taken place has written, and does not know`(form: String)
        throws
    {
        let run = try killed(at: .afterSave, form)
        #expect(
            run.outputs[0] == [
                "began(incarnation: 0, saved: nil)", "began(incarnation: 1, saved: 7)",
            ]
        )
        let ends = ScriptedRun.ends(in: run)
        #expect(ends.count == 2 && ends[0].hasPrefix("Node_0 written number: "))
        #expect(ends.last == "Node_0 crash  after 0")
    }

    private func killed(at failpoint: Failpoint, _ form: String) throws -> DeployedRun {
        let isJournal = form == "journals"
        var run = ScriptedRun(nodes: [
            Scripted(first: [.write(7, then: 7, otherwise: -7)], onTimer: [7: [.say(7)]]),
            Scripted(first: [.watch(0, reminding: 100)], onTimer: [100: [.launch(0)]]),
        ])
        run.failpoints = [FailpointRequest(failpoint, .kill, process: "Node_0")]
        run.kind = isJournal ? "journal" : "scripted"
        run.stores = isJournal ? .journals : .files
        let outcome = try run.run()
        #expect(outcome.ending == .rest && outcome.failpoints.count == 1)
        return outcome
    }

    @Test func `a kill from outside finds a write that has taken place, or that has not`() throws {
        for failpoint in [Failpoint.beforeSave, .afterSave] {
            var run = ScriptedRun(nodes: [
                Scripted(first: [.write(7, then: 7, otherwise: -7)], onTimer: [7: [.say(7)]]),
                Scripted(first: [.watch(0, reminding: 100)], onTimer: [100: [.launch(0)]]),
            ])
            run.failpoints = [FailpointRequest(failpoint, .hold, process: "Node_0")]
            var processes: [Int32] = []
            var hooks = DeploymentHooks()
            hooks.started = { node, _, process in if node == "Node_0" { processes.append(process) }
            }
            hooks.held = { _, _, _ in if let process = processes.first { kill(process, SIGKILL) } }
            let outcome = try run.run(hooks)
            #expect(outcome.ending == .rest && outcome.deaths.count == 1)
            let saved = failpoint == .afterSave ? "7" : "nil"
            #expect(outcome.outputs[0].last == "began(incarnation: 1, saved: \(saved))")
        }
    }

    @Test func `on a full disk a write is refused, and what was there stays`() throws {
        let node = Scripted(
            first: [.write(7, then: 7, otherwise: -7), .arm(1, milliseconds: 1)],
            onTimer: [7: [.say(7)], -7: [.say(-7)]]
        )
        var run = ScriptedRun(nodes: [node])
        run.faults = [Fault(.fill(nodes: [NodePattern("Node_0")]))]
        var reasons: [String] = []
        var hooks = DeploymentHooks()
        hooks.unwritten = { reasons.append("\($0) \($1) \($2)") }
        let filled = try run.run(hooks)
        #expect(reasons == ["Node_0 number writing number: No space left on device"])
        #expect(filled.ending == .rest && filled.outputs[0].contains("fired(-7)"))
        #expect(filled.proofs.allSatisfy { $0.hits == 1 })
        // A disk that takes nothing, and not by our doing.
        run.faults = []
        run.script = "trap '' XFSZ; ulimit -f 0; exec \"$@\""
        reasons = []
        let full = try run.run(hooks)
        #expect(reasons.count == 1 && reasons[0].hasSuffix(": File too large"))
        #expect(full.ending == .rest && full.outputs[0].contains("fired(-7)"))
        #expect(ScriptedRun.ends(in: full).first?.hasPrefix("Node_0 refused number: ") == true)
    }

    @Test func `on a full disk a save ends the run with one line`() throws {
        var run = ScriptedRun(nodes: [Scripted(first: [.save(7)])])
        run.faults = [Fault(.fill(nodes: [NodePattern("Node_0")]))]
        guard case .failed(let failure) = try run.run().ending else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.status == EX_IOERR)
        let line = "Node_0 cannot save: writing number: No space left on device"
        #expect(failure.description == line)
    }

    @Test func `who halts leaves what it is writing`() throws {
        let node = Scripted(
            first: [.write(7, then: 7, otherwise: -7), .arm(1, milliseconds: 5)],
            onTimer: [1: [.halt]]
        )
        var run = ScriptedRun(nodes: [node])
        run.failpoints = [FailpointRequest(.beforeSave, .stall, process: "Node_0")]
        let outcome = try run.run()
        #expect(outcome.ending == .rest && ScriptedRun.ends(in: outcome).isEmpty)
    }
}
