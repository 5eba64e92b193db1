import Causality
import Failpoints
import Glibc
import Nodes
import ParityScripts
import Testing

@testable import Deployment

/// Nodes that are reminded when the life of another has ended.
@Suite struct WatchTests {
    @Test func `the end of a killed process is told at once`() throws {
        let run = ScriptedRun(nodes: [
            Scripted(
                first: [.watch(1, reminding: 101)],
                onTimer: [101: [.send(3, to: 2, over: .stream)]]
            ),
            Scripted(first: [.say(1), .arm(1, milliseconds: 15_000)]), Scripted(),
        ])
        let clock = ContinuousClock()
        var victim: Int32?
        var (killed, told): (ContinuousClock.Instant?, ContinuousClock.Instant?)
        var begun = 0
        var hooks = DeploymentHooks()
        hooks.started = { node, _, process in if node == "Node_1" { victim = process } }
        hooks.told = { node, output in
            if output.hasPrefix("began") { begun += 1 }
            if output == "fired(101)" { told = clock.now }
            guard begun == 3, killed == nil, let victim else { return }
            killed = clock.now
            kill(victim, SIGKILL)
        }
        let outcome = try run.run(hooks)
        #expect(outcome.ending == .rest && outcome.outputs[2].last == "got(3, from: Node_0)")
        let latency = try #require(told) - #require(killed)
        // Some milliseconds, and far from any time-out.
        #expect(latency < .seconds(2), "\(latency)")
    }

    @Test func `who is not there, has died or has halted is told of at once`() throws {
        var run = ScriptedRun(
            nodes: [
                Scripted(
                    first: [
                        .watch(1, reminding: 101), .watch(2, reminding: 102),
                        .watch(3, reminding: 103),
                    ],
                    onTimer: [103: [.send(1, to: 4, over: .stream)]]
                ), Scripted(), Scripted(first: [.halt]), Scripted(),
                // It asks only when it has heard of the death.
                Scripted(onMessage: [.watch(3, reminding: 103)]),
            ],
            launched: [1]
        )
        run.faults = [Fault(.kill(nodes: [NodePattern("Node_3")], restartAfter: nil))]
        let outcome = try run.run()
        #expect(outcome.ending == .rest)
        let told = outcome.outputs[0]
        for timer in [101, 102, 103] {
            #expect(told.count { $0 == "fired(\(timer))" } == 1, "\(told)")
        }
        #expect(outcome.outputs[4].suffix(2) == ["got(1, from: Node_0)", "fired(103)"])
    }

    @Test func `who is launched is watched in its new life, and not in the one before`() throws {
        let run = ScriptedRun(nodes: [
            Scripted(
                first: [.arm(1, milliseconds: 5)],
                onTimer: [
                    1: [.kill(1), .launch(1), .watch(1, reminding: 101)], 101: [.say(5)],
                ]
            ),
            Scripted(again: [.arm(2, milliseconds: 20)], onTimer: [2: [.halt]]),
        ])
        let outcome = try run.run()
        #expect(outcome.ending == .rest)
        #expect(
            outcome.outputs[0] == [
                "began(incarnation: 0, saved: nil)", "fired(1)", "fired(101)", "said(5)",
            ]
        )
        // The reminder stands after the end that it waited for.
        let kinds = try #require(outcome.events).filter { [.halt, .timer].contains($0.kind) }
        #expect(kinds.suffix(2).map(\.kind) == [.halt, .timer])
    }

    @Test func `a watch on a node that lives keeps no run going`() throws {
        let run = ScriptedRun(nodes: [
            Scripted(first: [.watch(1, reminding: 101)]),
            Scripted(first: [.watch(0, reminding: 100)]),
        ])
        let outcome = try run.run()
        #expect(outcome.ending == .rest)
        #expect(outcome.outputs.allSatisfy { $0.count == 1 })
    }

    @Test func `a watch that was disarmed, or armed anew, does not remind`() throws {
        let run = ScriptedRun(nodes: [
            Scripted(
                first: [
                    .watch(1, reminding: 101), .disarm(101), .watch(2, reminding: 102),
                    .arm(102, milliseconds: 30),
                ],
                onTimer: [102: [.say(2)]]
            ), Scripted(first: [.halt]), Scripted(first: [.arm(1, milliseconds: 200)]),
        ])
        let outcome = try run.run()
        #expect(outcome.ending == .rest)
        let told = ["began(incarnation: 0, saved: nil)", "fired(102)", "said(2)"]
        #expect(outcome.outputs[0] == told)
    }

    @Test func `nobody takes from a stream what its sender sent before an end that others know of`()
        throws
    {
        // Node_2 hears of the death from Node_0 over a quick link, while much of Node_1's waits for it.
        let flood = (1...40).map { Scripted.Order.send($0, to: 2, over: .stream) }
        var run = ScriptedRun(nodes: [
            Scripted(
                first: [.watch(1, reminding: 101)],
                onTimer: [101: [.send(99, to: 2, over: .stream)]]
            ),
            Scripted(first: [.arm(1, milliseconds: 5)], onTimer: [1: flood]),
            Scripted(),
        ])
        run.faults = [
            Fault(.slow(nodes: [NodePattern("Node_2")], by: .milliseconds(2)))
        ]
        var victim: Int32?
        var hooks = DeploymentHooks()
        hooks.started = { node, _, process in if node == "Node_1" { victim = process } }
        hooks.told = { node, output in
            guard node == "Node_2", output.hasPrefix("got"), let process = victim else { return }
            victim = nil
            kill(process, SIGKILL)
        }
        let outcome = try run.run(hooks)
        #expect(outcome.ending == .rest && outcome.outputs[2].count < 40)
        #expect(outcome.outputs[2].last == "got(99, from: Node_0)")
    }
}
