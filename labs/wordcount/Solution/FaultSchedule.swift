/// Which kills of Redis are due, and how much input the workers may see until they are.
///
/// A pure value: it is told how far the job is, and says what to do.
struct FaultSchedule {
    /// How far a job is, as far as faults are concerned.
    struct Progress {
        var elapsed: Duration
        /// Files acknowledged.
        var acknowledged: Int
        /// Whether Redis has saved more acknowledged files than it came back with.
        var hasSavedMore = true
        /// The number of the checkpoint that is being written, if one is.
        var checkpointRunning: Int?
    }

    /// A kill that was asked for.
    struct Kill {
        let time: KillTime
        /// How often it was done.
        fileprivate(set) var done = 0
        /// The number of acknowledged files that a share stands for.
        fileprivate let threshold: Int
        /// When it is due, by the clock.
        fileprivate var next: Duration
    }

    private(set) var kills: [Kill]
    private let files: Int

    init(_ times: [KillTime], files: Int) {
        self.files = files
        kills = times.map { time in
            switch time {
            case .share(let share):
                // Below the whole, work must be left for the kill to disturb.
                let count = Int((share * Double(files)).rounded(.up))
                let threshold = share < 1 ? max(0, min(count, files - 1)) : files
                return Kill(time: time, threshold: threshold, next: .zero)
            case .time(let next), .period(let next):
                return Kill(time: time, threshold: 0, next: next)
            case .checkpoint: return Kill(time: time, threshold: 0, next: .zero)
            }
        }
    }

    /// The kill that is due now, if any; it then counts as done.
    mutating func takeDue(_ progress: Progress) -> KillTime? {
        for index in kills.indices where isDue(kills[index], progress) {
            kills[index].done += 1
            if case .period(let period) = kills[index].time {
                kills[index].next = progress.elapsed + period
            }
            return kills[index].time
        }
        return nil
    }

    private func isDue(_ kill: Kill, _ progress: Progress) -> Bool {
        switch kill.time {
        case .share: kill.done == 0 && progress.acknowledged >= kill.threshold
        case .time: kill.done == 0 && progress.elapsed >= kill.next
        // Each life must bring the job a step forward, or it would never end.
        case .period: progress.elapsed >= kill.next && progress.hasSavedMore
        // A later one will do if that one could not be started.
        case .checkpoint(let number): kill.done == 0 && progress.checkpointRunning ?? 0 >= number
        }
    }

    /// How many files the workers may be given now.
    ///
    /// All, unless a kill waits for a share of them: then the rest is held back, so that the kill
    /// finds the job open on a fast machine too. `inHands` files are let out beyond the share, so
    /// that workers are at work when it comes.
    func filesAllowed(inHands: Int) -> Int {
        let waiting = kills.filter { kill in
            if case .share = kill.time { return kill.done == 0 && kill.threshold < files }
            return false
        }
        guard let nearest = waiting.map(\.threshold).min() else { return files }
        return min(nearest + inHands, files - 1)
    }

    /// Whether a kill waits for the checkpoint of this number.
    func awaitsCheckpoint(_ number: Int) -> Bool {
        kills.contains { kill in
            if case .checkpoint(let awaited) = kill.time {
                return kill.done == 0 && number >= awaited
            }
            return false
        }
    }

    /// The kills that were never done.
    var missed: [KillTime] { kills.filter { $0.done == 0 }.map(\.time) }
}
