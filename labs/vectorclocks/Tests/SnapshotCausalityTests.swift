import Causality
import Nodes
import Simulation
import Testing

@testable import vectorclocks

/// The verdict on a snapshot is that of the message graph, which knows neither clocks nor epochs.
@Suite struct SnapshotCausalityTests {
    /// The cut of a run: of each process what it had done when it took its state.
    ///
    /// The part is saved inside a handler call, and holds the state from before it: the cut lies before the call.
    private static func cut(_ log: EventLog, _ execution: Execution) -> Cut? {
        var counts: [Int] = []
        for name in log.header.nodes ?? [] {
            let place = log.events.firstIndex { event in
                event.node == name && event.kind == .save && event.text?.hasPrefix("1:") == true
            }
            guard let place else {
                // The coordinator saves nothing, and none of its messages counts.
                guard name == "Coordinator" else { return nil }
                counts.append(0)
                continue
            }
            let call = log.events[...place].lastIndex { event in
                event.node == name && [.start, .receive, .timer, .idle].contains(event.kind)
            }
            counts.append(call.flatMap { execution.point(logIndex: $0)?.index } ?? 0)
        }
        return Cut(counts: counts)
    }

    @Test(arguments: Algorithm.allCases.filter { $0 != .barrier }, [true, false])
    func
        `clocks, epochs and the message graph agree on what is in a cut, in flight, and ahead of it`(
            algorithm: Algorithm,
            fifo: Bool
        ) throws
    {
        var inconsistent = 0
        for seed in 1...40 as ClosedRange<UInt64> {
            var options = SnapshotOptions()
            options.processes = 4
            options.algorithm = algorithm
            options.isFIFO = fifo
            options.tweets = 10
            options.interval = .milliseconds(5)
            let clocks = ClockModel.drift(partsPerMillion: 1)
            let experiment = try SnapshotExperiment(options, clocks: clocks, setAgo: .seconds(3600))
            let job = SnapshotJob(setup: experiment.setup, inputs: try options.inputs())
            var log = EventLog(header: EventLogHeader(system: "vectorclocks", command: []))
            log.header.nodes = experiment.setup.names
            let outcome = try job.run(experiment.faults(seed: seed), seed: seed) {
                log.events.append($0)
            }
            let judge = SnapshotJudge(job.setup, job.inputs)
            let parts = try #require(judge.parts(of: 1, in: outcome.places))
            let verdict = judge.verdict(on: parts)
            let execution = try Execution(log)
            let cut = try #require(Self.cut(log, execution))
            #expect(execution.isConsistent(cut) == verdict.isCut, "seed \(seed)")
            #expect(
                execution.inFlight(at: cut).count == verdict.saved + verdict.lost,
                "seed \(seed)"
            )
            let ahead = execution.messages.count { message in
                message.receives.contains(where: cut.contains)
                    && !(message.send.map(cut.contains) ?? false)
            }
            #expect(ahead == verdict.doubled, "seed \(seed)")
            #expect(verdict.isExact == (verdict.lost == 0 && verdict.doubled == 0), "seed \(seed)")
            if !verdict.isCut { inconsistent += 1 }
        }
        #expect(algorithm.goesByClock == (inconsistent > 0))
    }
}
