import LabInput
import Nodes
import Simulation
import Testing
import Text

@testable import CheckpointingSolution

/// The pipeline in the simulated world: whatever goes wrong, the counts are those of a serial count.
@Suite struct SimulatedTests {
    private func expectExact(
        _ result: CampaignResult,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(result.failed == 0, "\(String(describing: result.first))", sourceLocation: location)
        // Of what is drawn at random, some finds nothing to hit; but not in most runs.
        #expect(result.passed * 4 > result.runs, sourceLocation: location)
    }

    // MARK: By chance

    @Test(arguments: [(1, 1), (2, 2), (3, 2), (1, 4), (4, 1)])
    func `any shape survives what chance brings`(mappers: Int, reducers: Int) throws {
        let faults = "random kills=3 stops=1 slows=1 partitions=1 lose=20% duplicate=20%"
        let result = try Job(mappers, reducers).campaign(random: faults)
        expectExact(result)
        #expect(result.neverReached.isEmpty)
    }

    @Test func `it survives many deaths`() throws {
        expectExact(try Job().campaign(random: "random kills=6 partitions=0"))
    }

    @Test(arguments: ["corruptions=2", "fills=2"])
    func `it survives disks that forget or are full, also while workers die`(faults: String) throws
    {
        let result = try Job().campaign(random: "random kills=2 partitions=0 \(faults)")
        #expect(result.failed == 0, "\(String(describing: result.first))")
    }

    @Test func `a network that loses, doubles and delays a third of all costs time, and no more`()
        throws
    {
        let result = try Job().campaign(
            random: "random kills=2 stops=1 partitions=1 lose=0% duplicate=0%",
            "lose 30% *; duplicate 30% *; delay 0ms..15ms *"
        )
        expectExact(result)
    }

    // MARK: Inputs

    @Test func `there may be no files at all`() throws {
        for mappers in 1...3 {
            let outcome = try Job(mappers, 2, files: 0).run()
            #expect(outcome.verdict == .passed && outcome.completed.last == Pipeline.last)
        }
        let faults = "kill Mapper_*,Reducer_*; kill Mapper_0 after 9 effects"
        #expect(try Job(2, 2, files: 0).campaign(faults, seeds: 1...30).failed == 0)
    }

    @Test func `files may be empty, and hold no words`() throws {
        let job = try Job(2, 2, reading: [[], Array(" \n \n".utf8), [], Array("a".utf8), []])
        expectExact(try job.campaign(random: "random kills=2 partitions=0"))
    }

    @Test(arguments: [1, 7, 100, 1 << 20])
    func `one long file is read in steps of any length, and gone back into`(step: Int) throws {
        let words = (0..<60).map { "word\($0 % 7)" }.joined(separator: " ")
        let job = try Job(2, 2, reading: [Array(words.utf8)]) { $0.stepBytes = step }
        let result = try job.campaign(random: "random kills=3 partitions=0", seeds: 1...10)
        expectExact(result)
        guard step < 100 else { return }
        // Not in vain: recoveries lead into the file.
        let outcome = try job.run("kill Reducer_0 after 4 saves restart after 1ms")
        #expect(outcome.verdict == .passed && outcome.recoveries > 0)
        let cursors = outcome.places[1].saved.values.filter {
            if case .cursor(let cursor, _) = $0 { cursor.place.offset > 0 } else { false }
        }
        #expect(!cursors.isEmpty)
    }

    @Test(arguments: [1, 10, 1 << 20])
    func `tables with quotes and line ends in fields are gone back into`(step: Int) throws {
        let table =
            "id,text,more\n1,\"to be, \"\"or\"\"\nnot\",x\n2,\"\",y\r\n3,\"to \"\"be\"\" \"\"\",z\n"
        let rows = "4,a b c,d\n,,\n" + (0..<10).map { "\($0),\"w\($0)\nx \"\"q\"\"\",e\n" }.joined()
        let job = try Job(2, 2, reading: [Array((table + rows).utf8)]) {
            $0.stepBytes = step
            $0.input.fileFormat = .csv
        }
        let outcome = try job.run()
        guard outcome.verdict == .passed else {
            Issue.record("\(outcome.verdict)")
            return
        }
        expectExact(
            try job.campaign(random: "random kills=3 stops=1 partitions=0", seeds: 1...10)
        )
    }

    @Test func `input that is bad ends the job, without a result and without an end of waiting`()
        throws
    {
        let job = try Job(2, 2, reading: [Array("a".utf8), Array("x,y\n1\n".utf8)]) {
            $0.input.fileFormat = .csv
        }
        let outcome = try job.run()
        guard case .failed(let failure) = outcome.verdict else {
            Issue.record("\(outcome.verdict)")
            return
        }
        #expect(failure.kind == .notReached)
        guard case .failed(let reason)? = outcome.told.last else {
            Issue.record("\(outcome.told)")
            return
        }
        #expect(reason.contains("/0") && outcome.places.allSatisfy { $0.status == .halted })
    }

    // MARK: Faults with an aim

    @Test(arguments: [
        // All workers of a kind, and all there are, at once.
        "kill Mapper_* at 30%", "kill Reducer_* at 50%", "kill Mapper_*,Reducer_* at 40%",
        "kill Mapper_*,Reducer_* at 20%; kill Mapper_*,Reducer_* at 90%",
        // In the first moment of a life, and in the first moments of those that follow: while it recovers.
        "kill Mapper_*,Reducer_*", "kill Mapper_0 after 0 effects",
        "kill Reducer_1 after 0 effects",
        "kill Mapper_0 after 9 effects; kill Mapper_0 after 10 effects; kill Mapper_0 after 11 effects",
        """
        kill Reducer_0 after 12 effects; kill Reducer_0 after 13 effects; kill Reducer_0 after 14 effects
        kill Reducer_1 after 12 effects; kill Mapper_0 after 40 effects; kill Mapper_0 after 41 effects
        """,
        // When all is read: before, in and after the last checkpoint.
        "kill Mapper_0 at 100%", "kill Reducer_0 at 100%", "kill Mapper_*,Reducer_* at 100%",
        // Begun again by somebody else, while the coordinator does the same.
        "kill Mapper_1 at 30% restart after 0s", "kill Reducer_* at 60% restart after 5ms",
    ])
    func `whoever dies, and whenever, the job is exact`(faults: String) throws {
        let result = try Job().campaign(faults, seeds: 1...10)
        #expect(result.failed == 0, "\(String(describing: result.first))")
        #expect(result.passed == 10)
        #expect(try Job().run(faults).recoveries > 0)
    }

    @Test(arguments: 0...40)
    func `so it is for a death right before and after each step of the end`(effects: Int) throws {
        // From the last file on: what a reducer does in alignment, save, answer and exit.
        let job = try Job(2, 2, files: 1) { $0.isWithoutCheckpoints = true }
        for node in ["Mapper_1", "Reducer_0"] {
            let outcome = try job.run("kill \(node) after \(effects) effects")
            if case .failed(let failure) = outcome.verdict { Issue.record("\(node): \(failure)") }
        }
    }

    @Test(arguments: [
        "stop Mapper_0 at 30% for 300ms", "stop Reducer_1 at 30% for 300ms",
        "stop Mapper_*,Reducer_* at 50% for 1s", "stop Reducer_0 at 100% for 200ms",
        "stop Mapper_0 at 40%", "stop Reducer_* at 40%", "stop Mapper_0 at 0s for 500ms",
    ])
    func `one that is silent for too long is replaced, and does not come back`(faults: String)
        throws
    {
        let result = try Job().campaign(faults, seeds: 1...10)
        #expect(result.failed == 0, "\(String(describing: result.first))")
        #expect(result.passed == 10)
        let outcome = try Job().run(faults)
        let silent = outcome.told.contains {
            if case .recoveryBegan(_, _, _, .silent) = $0 { true } else { false }
        }
        #expect(silent)
    }

    @Test(arguments: [
        "stop Coordinator at 20% for 500ms", "stop Coordinator at 100% for 200ms",
        "stop Coordinator at 0s for 100ms; kill Mapper_0 at 10%",
        "slow Coordinator by 2ms; kill Reducer_0 at 50%",
    ])
    func `a coordinator that stands still for a while takes nobody's result away`(
        faults: String
    ) throws {
        let result = try Job().campaign(faults, seeds: 1...10)
        #expect(result.failed == 0, "\(String(describing: result.first))")
    }

    @Test func `parts that cannot be read lead to the next older checkpoint, or to the beginning`()
        throws
    {
        // A mapper saves before a reducer does: at its fifth save, the fourth checkpoint is complete.
        let one = try Job().run("corrupt Reducer_0 as 4 after 4 saves; kill Mapper_0 after 5 saves")
        #expect(one.verdict == .passed)
        let targets = one.told.compactMap {
            if case .recoveryBegan(_, let target, _, let reason) = $0 {
                (target, reason)
            } else {
                nil
            }
        }
        #expect(targets.map(\.0) == [4, 3] && targets.last?.1 == .damagedPart, "\(targets)")
        let all = try Job().run("corrupt Mapper_1 after 4 saves; kill Mapper_0 after 4 saves")
        #expect(all.verdict == .passed)
        let last = all.told.compactMap {
            if case .recoveryBegan(_, let target, _, _) = $0 { target } else { nil }
        }
        #expect(last == [3, 2, 1, Pipeline.beginning])
    }

    @Test(arguments: ["Mapper_0", "Reducer_*", "Coordinator", "*"])
    func `a disk that is full costs checkpoints, and a job only time`(nodes: String) throws {
        let faults = "fill \(nodes) after 2 saves for 40ms"
        let result = try Job().campaign(faults, seeds: 1...10)
        #expect(result.failed == 0, "\(String(describing: result.first))")
        let outcome = try Job().run(faults)
        let aborted = outcome.told.contains {
            if case .checkpointAborted(_, _, .notSaved) = $0 { true } else { false }
        }
        #expect(aborted && outcome.completed.contains { $0 > 2 })
        let atTheEnd = try Job().run("fill \(nodes) at 100% for 300ms")
        #expect(atTheEnd.failure == nil && atTheEnd.completed.last == Pipeline.last)
    }

    // MARK: What is shown

    @Test func `checkpoints follow each other, and the last one ends the job`() throws {
        let outcome = try Job().run()
        #expect(outcome.verdict == .passed && outcome.recoveries == 0)
        let ids = outcome.completed
        #expect(ids.count > 3 && ids == Array(1..<ids.count) + [Pipeline.last])
        #expect(outcome.told.last == .finished)
        #expect(outcome.reached == ["a checkpoint is complete before the last one"])
        #expect(outcome.places.allSatisfy { $0.status == .halted })
    }

    @Test func `without checkpoints there is the last one alone, and that a job took none is seen`()
        throws
    {
        let job = try Job { $0.isWithoutCheckpoints = true }
        #expect(try job.run().completed == [Pipeline.last])
        let result = try job.campaign(random: "random kills=2", seeds: 1...10)
        #expect(result.failed == 0)
        #expect(result.neverReached == ["a checkpoint is complete before the last one"])
    }
}
