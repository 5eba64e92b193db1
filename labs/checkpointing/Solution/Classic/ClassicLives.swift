import Nodes

/// How the workers of a run have lived so far: it tells one that dies now and then from one that cannot work.
///
/// A life is in vain if it ends before anything more has been read, by whomever. Streams have an end, so that
/// workers that die by themselves, however they do it, bring the run to an end too.
struct ClassicLives {
    /// Bounds on lives of one worker in vain, one after another.
    enum Limit {
        /// Lives of which nothing was heard.
        static let silentLivesMax = 5
        /// Lives in which nothing more was read than before.
        static let fruitlessLivesMax = 10
    }

    private var begun: [NodeID: Int] = [:]
    private var silent: [NodeID: Int] = [:]
    private var fruitless: [NodeID: Int] = [:]
    private var endings: [NodeID: String] = [:]

    /// How many lives a worker has begun.
    func count(of worker: NodeID) -> Int { begun[worker, default: 0] }

    /// Whether nothing was heard since the present life began.
    func isSilent(_ worker: NodeID) -> Bool { silent[worker, default: 0] > 0 }

    /// Notes that a life begins.
    mutating func begin(_ worker: NodeID) {
        begun[worker, default: 0] += 1
        silent[worker, default: 0] += 1
        fruitless[worker, default: 0] += 1
    }

    /// Notes that a worker was heard.
    mutating func hear(_ worker: NodeID) { silent[worker] = 0 }

    /// Notes that more has been read than ever before: nobody's lives so far were in vain.
    mutating func noteProgress() { fruitless = [:] }

    /// Notes how a life has ended, in words that follow "it".
    mutating func end(_ worker: NodeID, _ ending: String) { endings[worker] = ending }

    /// Notes that a life was ended by a fault of the plan, for which the worker cannot answer.
    mutating func excuse(_ worker: NodeID) {
        silent[worker] = max(0, silent[worker, default: 0] - 1)
        fruitless[worker] = max(0, fruitless[worker, default: 0] - 1)
    }

    /// Why a worker is not given another life; nil if it is.
    func verdict(on worker: NodeID) -> String? {
        let ending = endings[worker] ?? "has left"
        let (silent, fruitless) = (silent[worker, default: 0], fruitless[worker, default: 0])
        if silent >= Limit.silentLivesMax {
            return "has ended \(silent) times without a word: it \(ending)"
        }
        if fruitless >= Limit.fruitlessLivesMax {
            return "has ended \(fruitless) times, and nothing more was read meanwhile: it \(ending)"
        }
        return nil
    }
}
