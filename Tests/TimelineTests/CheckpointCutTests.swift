import Causality
import Testing
import Timeline

@Suite struct CheckpointCutTests {
    @Test(arguments: ["checkpoints.jsonl", "deployed.jsonl"], ["0", "1"])
    func `a checkpoint of lab 2 is a consistent cut, simulated and deployed`(
        log: String,
        checkpoint: String
    ) throws {
        let linked = try Logs.read(log)
        let found = try CheckpointCut(checkpoint, of: linked)
        let cut = found.cut
        #expect(found.doubts.isEmpty)
        #expect(linked.execution.violation(of: cut) == nil)
        // Of mappers and reducers, no message with counts crosses it: none was saved.
        for message in CutVerdict(cut, of: linked).crossing {
            #expect(!linked.execution.messages[message].name.hasPrefix("Mapper"))
        }
    }

    @Test func `a node is cut behind its save, and behind the markers it sends in that call`()
        throws
    {
        var log = Logs.log("M:idle M:save M>marker>R R<marker<M R:save M:idle")
        for place in [1, 4] { log.events[place].text = "7: state" }
        let linked = try LinkedLog(log)
        #expect(try CheckpointCut("7", of: linked).cut.counts == [3, 2])
    }

    @Test func `what is written beside the work was taken when the node said so`() throws {
        var log = Logs.log("M>a>R R=saving(checkpoint:_3) R<a<M R:written", nodes: ["M", "R"])
        log.events[1].text = "saving(checkpoint: 3)"
        log.events[3].text = "3: counts"
        #expect(try CheckpointCut("3", of: LinkedLog(log)).cut.counts == [1, 1])
    }

    @Test func `what is saved again under the name adds to a part, and is not its moment`() throws {
        var log = Logs.log("R:save R:idle R<a<M R:save", nodes: ["R", "M"])
        log.events[0].text = "1: state"
        log.events[3].text = "1: state, and a in flight"
        #expect(try CheckpointCut("1", of: LinkedLog(log)).cut.counts == [1, 0])
    }

    @Test func `who handles the first message of a new epoch is taken to have saved before it`()
        throws
    {
        var log = Logs.log("M:save M:idle M>new>R R:idle R<new<M R:save", nodes: ["M", "R"])
        for place in [0, 5] { log.events[place].text = "1: state" }
        let linked = try LinkedLog(log)
        let found = try CheckpointCut("1", of: linked)
        #expect(found.cut.counts == [1, 1])
        #expect(found.doubts == [0])
        let drawn = DrawnCut(found, name: "checkpoint 1", of: linked)
        #expect(drawn.remark == "R is taken to have saved before it took in new")
    }

    @Test func `what was taken in before that is in the part, and breaks the cut`() throws {
        var log = Logs.log("M:save M:idle M>new>R R<new<M R:idle R:save", nodes: ["M", "R"])
        for place in [0, 5] { log.events[place].text = "1: state" }
        let linked = try LinkedLog(log)
        let found = try CheckpointCut("1", of: linked)
        #expect(found.doubts.isEmpty)
        #expect(linked.execution.violation(of: found.cut) != nil)
    }

    @Test func `what a node said before it died is not of the life after it`() throws {
        var log = Logs.log("R=saying R:crash R:recover R:idle R:written")
        log.events[0].text = "saving(checkpoint: 3)"
        log.events[4].text = "3: counts"
        #expect(try CheckpointCut("3", of: LinkedLog(log)).cut.counts == [5])
    }

    @Test func `of a checkpoint that was taken in two recoveries the newer one counts`() throws {
        var log = Logs.log("A:save A:idle A:save B:save", nodes: ["A", "B"])
        log.events[0].text = "0: x(recovery: 0)"
        log.events[2].text = "0: x(recovery: 2)"
        log.events[3].text = "0: x(recovery: 1)"
        let counts = try CheckpointCut("0", of: LinkedLog(log)).cut.counts
        #expect(counts == [3, 1])
    }

    @Test func `who says that the others are done has no part, and is cut where it fits`() throws {
        var log = Logs.log(
            "R:save R>ack>C C<ack<R C:save R:idle R>late>C C<late<R",
            nodes: ["R", "C"]
        )
        log.events[0].text = "1: counts"
        log.events[3].text = "1: complete"
        #expect(try CheckpointCut("1", of: LinkedLog(log)).cut.counts == [2, 2])
    }

    /// A checkpoint that R never took its part of: it died, and told C of its second life.
    private static var unfinished: EventLog {
        var log = Logs.log(
            "C=began M:save M>m>R R:start R<m<M R:crash R:recover R>back>C C<back<R",
            nodes: ["C", "M", "R"]
        )
        log.events[0].text = "began(snapshot: 1)"
        log.events[1].text = "1: cursor"
        return log
    }

    @Test func `a node that died before its part is cut before its crash, and named`() throws {
        let linked = try LinkedLog(Self.unfinished)
        let found = try CheckpointCut("1", of: linked)
        // M's part is behind what it sent in that call; R is cut behind its receipt, C before R's news.
        #expect(found.cut.counts == [1, 2, 2])
        #expect(found.absent.map(\.isMissed) == [false, true])
        #expect(
            DrawnCut(found, name: "checkpoint 1", of: linked).remark
                == "no part of R: it is cut before its crash, as late as the others allow; "
                + "the log never tells that it was complete; "
                + "C takes no part, and is cut as late as the others allow"
        )
    }

    @Test func `a life that a part knows of is in the cut, and the next crash is not`() throws {
        var log = Logs.log(
            "R:start R:crash R:recover R>m>M M<m<R R:idle R:crash R:recover M:save",
            nodes: ["M", "R"]
        )
        log.events[8].text = "1: counts"
        #expect(try CheckpointCut("1", of: LinkedLog(log)).cut.counts == [2, 5])
    }

    @Test(arguments: [
        ("completed(snapshot: 1)", CheckpointCut.Completion.told),
        ("checkpointCompleted(id: 1, recovery: 0)", .told),
        ("checkpointCompleted(id: 1, recovery: 1)", .untold), ("completed(snapshot: 2)", .untold),
        ("checkpointBegan(id: 1, recovery: 0)", .untold), ("recoveryBegan(recovery: 1)", .unknown),
    ])
    func `a log may tell that a checkpoint was complete`(
        words: String,
        completion: CheckpointCut.Completion
    ) throws {
        var log = Logs.log("R:save C=words", nodes: ["R", "C"])
        log.events[0].text = "1: counts"
        log.events[1].text = words
        #expect(try CheckpointCut("1", of: LinkedLog(log)).completion == completion)
    }

    @Test func `a checkpoint that nobody took is refused, with those that there are`() throws {
        let linked = try Logs.read("checkpoints.jsonl")
        #expect(throws: CutMistake.noSuchCheckpoint("9", known: ["1", "0"])) {
            try CheckpointCut("9", of: linked)
        }
    }
}
