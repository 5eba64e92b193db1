import Nodes
import Testing

@testable import CheckpointingSolution

/// How many lives a worker of a classic run is given.
@Suite struct ClassicLivesTests {
    private let worker = NodeID(1)

    /// Lives until there is a verdict, but no more than 100.
    private func livesUntilVerdict(_ life: (inout ClassicLives) -> Void) -> (Int, String?) {
        var lives = ClassicLives()
        while lives.verdict(on: worker) == nil, lives.count(of: worker) < 100 {
            lives.begin(worker)
            life(&lives)
        }
        return (lives.count(of: worker), lives.verdict(on: worker))
    }

    @Test func `lives without a word are counted, whoever ended them`() {
        let (count, verdict) = livesUntilVerdict { $0.end(worker, "was killed") }
        #expect(count == ClassicLives.Limit.silentLivesMax)
        #expect(verdict == "has ended 5 times without a word: it was killed")
    }

    @Test func `a word alone does not make a life worth while`() {
        let (count, verdict) = livesUntilVerdict { lives in
            lives.hear(worker)
            lives.end(worker, "left with status 1")
        }
        #expect(count == ClassicLives.Limit.fruitlessLivesMax)
        let said = "has ended 10 times, and nothing more was read meanwhile: it left with status 1"
        #expect(verdict == said)
    }

    @Test func `who reads something in each life may die as often as it likes`() {
        let (_, verdict) = livesUntilVerdict { lives in
            lives.hear(worker)
            lives.noteProgress()
        }
        #expect(verdict == nil)
    }

    @Test func `nobody answers for a fault of the plan`() {
        let (_, verdict) = livesUntilVerdict { $0.excuse(worker) }
        #expect(verdict == nil)
    }

    @Test func `what one worker does is not counted against another`() {
        var lives = ClassicLives()
        for _ in 0..<100 { lives.begin(worker) }
        #expect(lives.verdict(on: NodeID(2)) == nil)
    }

    @Test func `a worker is silent from the beginning of a life to its first word`() {
        var lives = ClassicLives()
        lives.begin(worker)
        #expect(lives.isSilent(worker))
        lives.hear(worker)
        #expect(!lives.isSilent(worker))
        lives.begin(worker)
        #expect(lives.isSilent(worker))
    }
}
