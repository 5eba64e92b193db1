import Failpoints
import Files
import Glibc
import Testing

@testable import Checkpointing

/// A process is killed, as by `kill -9`, between any two steps: each checkpoint is complete or absent.
@Suite struct DeathTests {
    private let scratch: Scratch
    private var path: String { scratch.path + "/store" }

    init() throws { scratch = try Scratch() }

    /// Takes four checkpoints, unless it ends before.
    private static func live(_ path: String, _ place: Failpoint, pass: Int) throws {
        let failpoints = Failpoints(
            [FailpointRequest(place, .kill, pass: pass)],
            process: "",
            announce: { _ in },
            waitForRelease: { _ in }
        )
        let store = try wordStore(path, keptMax: 2, failpoints: failpoints)
        for id in 1...4 { try store.take(name(id), number: id) }
    }

    /// A kill, and what must be there after it.
    struct Kill: Sendable, CustomTestStringConvertible {
        let place: String
        let pass: Int
        /// The newest checkpoint that is complete.
        let complete: Int
        /// The last saves of A and of B that took place.
        let saves: [Int]

        var testDescription: String { "\(place) at pass \(pass)" }

        /// Four checkpoints of two parts: eight saves, four completions.
        static let all: [Kill] =
            (1...8).flatMap { pass in
                let complete = (pass - 1) / 2
                // B saves when A has.
                func saves(_ count: Int) -> [Int] { [(count + 1) / 2, count / 2] }
                return [
                    Kill("part-written", pass, complete, saves(pass - 1)),
                    Kill("part-renamed", pass, complete, saves(pass)),
                ]
            }
            + (1...4).flatMap { pass in
                [
                    Kill("manifest-written", pass, pass - 1, [pass, pass]),
                    Kill("renamed", pass, pass, [pass, pass]),
                ]
            }

        private init(_ place: String, _ pass: Int, _ complete: Int, _ saves: [Int]) {
            self.place = "checkpoint.\(place)"
            self.pass = pass
            self.complete = complete
            self.saves = saves
        }
    }

    @Test(arguments: Kill.all)
    func `after a kill every checkpoint is complete or absent, and the older ones load`(kill: Kill)
        async throws
    {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, place = kill.place as String, pass = kill.pass as Int] in
            let failpoint = try #require(checkpointingFailpoints.first { $0.name == place })
            try DeathTests.live(path, failpoint, pass: pass)
        }
        let store = try wordStore(path, keptMax: 2)
        let choice = try store.newestComplete()
        #expect(choice.checkpoint?.name == (kill.complete == 0 ? nil : name(kill.complete)))
        #expect(choice.skipped.isEmpty)
        for summary in try store.checkpoints() {
            switch summary.state {
            case .complete: #expect(try store.holds(summary.name))
            case .incomplete(let missing, let damaged):
                #expect(summary.name == name(kill.complete + 1) && damaged.isEmpty)
                #expect(missing.count + summary.parts.count == 2)
            case .damaged(let damages): Issue.record("\(damages)")
            }
        }
        #expect(try store.parts.map { try store.lastNumber(of: $0) } == kill.saves)
        // Life goes on, and nothing is left of the dead.
        let next = name((try store.names().first?.id ?? 0) + 1, 2)
        try store.take(next, number: 9)
        #expect(try store.holds(next))
        let left = scratch.names(in: "store")
        #expect(left.count == min(2, kill.complete + 1))
        #expect(!left.contains { $0.hasSuffix(".partial") })
        for folder in left {
            #expect(scratch.names(in: "store/\(folder)") == ["A.part", "B.part", "manifest"])
        }
    }

    @Test func `every failpoint of the room is one at which a process was killed`() {
        #expect(Set(Kill.all.map(\.place)) == Set(checkpointingFailpoints.map(\.name)))
    }

    @Test(arguments: checkpointingFailpoints.map(\.name))
    func `an error at a failpoint says whether it may be done`(place: String) throws {
        let failpoint = try #require(checkpointingFailpoints.first { $0.name == place })
        let failpoints = Failpoints(
            [FailpointRequest(failpoint, .error)],
            process: "",
            announce: { _ in },
            waitForRelease: { _ in }
        )
        let store = try wordStore(path, failpoints: failpoints)
        let failure = #expect(throws: CheckpointFailure.self) { try store.take(name(1)) }
        let isDone = place.hasSuffix("renamed")
        #expect(failure?.definitelyNotDone == !isDone)
        #expect(failure?.description == "the failpoint \(place) was asked for an error")
        #expect(try (store.lastNumber(of: "A") == 1) == (place != "checkpoint.part-written"))
        #expect(try (store.names() == [name(1)]))
        // Asked again, it takes place.
        if place == "checkpoint.renamed" {
            try store.complete(name(1))
        } else {
            try store.take(name(1))
        }
        #expect(try store.holds(name(1)))
    }
}
