import Failpoints
import Glibc
import Nodes
import ParityScripts
import Testing

@testable import Deployment

/// Processes that somebody stops by hand, so that nobody is told, and nodes that are late.
@Suite struct StopTests {
    /// Stops a process for good.
    private func stop(_ process: Int32) { kill(process, SIGSTOP) }

    @Test(arguments: [["Node_0"], ["Node_0", "Node_2"]])
    func `who is stopped by hand is not waited for if a node kills it`(stopped: [String]) throws {
        // The one that lives replaces the others, in one call.
        let victims = [0, 2].prefix(stopped.count)
        var run = ScriptedRun(nodes: [
            Scripted(first: [.say(1)], again: [.say(2)]),
            Scripted(
                first: [.arm(1, milliseconds: 300)],
                onTimer: [1: victims.map { .kill($0) } + victims.map { .launch($0) } + [.say(3)]]
            ),
            Scripted(first: [.say(1)], again: [.say(2)]),
        ])
        // Whoever waits for it waits for longer than the run may take.
        run.timeMax = .seconds(DeploymentOptions.Limit.flushSecondsMax)
        var processes: [String: Int32] = [:]
        var hooks = DeploymentHooks()
        hooks.started = { processes[$0] = $2 }
        hooks.told = { node, output in
            guard output == "said(1)", stopped.contains(node) else { return }
            processes[node].map(stop)
        }
        let outcome = try run.run(hooks)
        #expect(outcome.ending == .rest)
        for victim in victims {
            let begun = "began(incarnation: 1, saved: nil)"
            #expect(outcome.outputs[victim].suffix(2) == [begun, "said(2)"])
        }
        #expect(outcome.outputs[1].last == "said(3)")
    }

    @Test func `who is stopped by hand before it begins again is not waited for either`() throws {
        // It is launched, stopped before it has said a word, and replaced.
        var run = ScriptedRun(nodes: [
            Scripted(again: [.say(2)]),
            Scripted(
                first: [.kill(0), .launch(0), .arm(1, milliseconds: 300)],
                onTimer: [1: [.kill(0), .launch(0)]]
            ),
        ])
        run.timeMax = .seconds(DeploymentOptions.Limit.flushSecondsMax)
        var hooks = DeploymentHooks()
        hooks.started = { node, incarnation, process in
            if node == "Node_0", incarnation == 1 { stop(process) }
        }
        let outcome = try run.run(hooks)
        #expect(outcome.ending == .rest)
        #expect(
            outcome.outputs[0].suffix(2) == ["began(incarnation: 2, saved: nil)", "said(2)"]
        )
    }

    @Test(arguments: [true, false])
    func `who was found alive by the call that kills it ends its own call first`(isLaunched: Bool)
        throws
    {
        // It is inside a call for long when it is killed: by a call that has tried to launch it, or that takes
        // what its stream has brought. No order would be possible if it died inside.
        let victim = Scripted(onNumber: [9: [.send(8, to: 1, over: .stream)], 10: [.save(1)]])
        let killer = Scripted(
            first: [
                .pause(0), .send(9, to: 0, over: .stream), .arm(1, milliseconds: 50),
                .arm(2, milliseconds: 200),
            ],
            onNumber: [8: isLaunched ? [] : [.kill(0)]],
            onTimer: [
                1: [.send(10, to: 0, over: .stream)],
                2: isLaunched ? [.launch(0), .kill(0)] : [.resume(0)],
            ]
        )
        var run = ScriptedRun(nodes: [victim, killer])
        run.failpoints = [
            FailpointRequest(.beforeSave, .sleep(nanoseconds: 600_000_000), process: "Node_0")
        ]
        let outcome = try run.run()
        #expect(outcome.ending == .rest)
        #expect(outcome.outputs[0].last == "got(10, from: Node_1)")
        #expect(ScriptedRun.ends(in: outcome) == ["Node_0 crash "])
    }

    @Test func `a run of which a process is stopped before it is ready ends with a line`() throws {
        var run = ScriptedRun(nodes: [Scripted(), Scripted()])
        run.beginningMax = .milliseconds(500)
        var hooks = DeploymentHooks()
        hooks.started = { node, _, process in if node == "Node_1" { stop(process) } }
        expectLate(try run.failure(hooks))
    }

    @Test func `a run of which a process is stopped in its first call ends with a line`() throws {
        var run = ScriptedRun(nodes: [Scripted(), Scripted(first: [.save(1)])])
        run.beginningMax = .milliseconds(500)
        run.failpoints = [FailpointRequest(.beforeSave, .hold, process: "Node_1")]
        var process: Int32?
        var hooks = DeploymentHooks()
        hooks.started = { if $0 == "Node_1" { process = $2 } }
        hooks.held = { _, _, release in
            process.map(stop)
            release()
        }
        expectLate(try run.failure(hooks))
    }

    private func expectLate(_ failure: DeploymentFailure?) {
        let line =
            "Node_1 did not begin within 0.5 seconds; see whether somebody has stopped its process, "
            + "and run again"
        #expect(failure?.description == line)
        #expect(failure?.status == EX_UNAVAILABLE)
    }

    @Test func `a node that was held up takes what has come before a timer that is due`() throws {
        // It is busy for so long that both wait for it: the timer, which was due first, and the message.
        var run = ScriptedRun(nodes: [
            Scripted(first: [.arm(1, milliseconds: 1)], onMessage: [.disarm(1)]),
            Scripted(
                first: [.arm(2, milliseconds: 50)],
                onTimer: [2: [.send(9, to: 0, over: .datagram)]]
            ),
        ])
        run.faults = [
            Fault(.slow(nodes: [NodePattern("Node_0")], by: .milliseconds(400)))
        ]
        let outcome = try run.run()
        #expect(
            outcome.outputs[0] == ["began(incarnation: 0, saved: nil)", "got(9, from: Node_1)"]
        )
    }
}
