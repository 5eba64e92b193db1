import Processes
import Redis

/// The workers of a job: which there are, which are still to come, and what became of the others.
struct Crew {
    /// Bounds on what is started.
    enum Limit {
        /// How many successors a worker may have, one after the other.
        static let successorsMax = 100
    }

    /// Those to be started, the faulty ones first.
    private var waiting: [WorkerSetup]
    private var present: [WorkerProcess] = []
    /// What was asked for, by the node's name.
    private var faultsByName: [(name: String, fault: JobResult.Fault)] = []
    private let setup: WorkerSetup

    private(set) var claims = 0
    private(set) var refused = 0
    private(set) var retries = 0
    private(set) var peakMemoryBytes = 0

    init(_ options: JobOptions, setup: WorkerSetup) {
        self.setup = setup
        waiting = (0..<options.workers).map { index in
            var worker = setup
            worker.name = "Worker_\(index)"
            if index < options.crashing {
                worker.fault = .crash(at: options.crashPoint)
            } else if index < options.crashing + options.slow {
                worker.fault = .slow(for: options.slowFor)
            }
            // A faulty worker takes no more than one file with it.
            if worker.fault != nil { worker.batchFilesMax = 1 }
            return worker
        }
        faultsByName = waiting.compactMap { worker in
            worker.fault.map { (worker.name, .init(name: "\(worker.name) \($0)", landed: nil)) }
        }
    }

    /// Starts the faulty workers first, and the healthy ones when each of those has had its fault
    /// (or is gone): else, on a fast machine, the healthy ones would leave them nothing to do.
    ///
    /// `isOver` says that nothing is left to do, so that there is no use in waiting. The result are
    /// those that were started now.
    mutating func startIfDue(isOver: Bool) throws(JobFailure) -> [WorkerProcess] {
        var started: [WorkerProcess] = []
        while let next = waiting.first {
            let faultsAreOut = present.allSatisfy { $0.setup.fault == nil || $0.faultsLanded > 0 }
            guard next.fault != nil || faultsAreOut || isOver else { break }
            waiting.removeFirst()
            started.append(try start(next))
        }
        return started
    }

    /// Starts a healthy successor of a worker that is gone.
    mutating func replace(_ worker: WorkerProcess) throws(JobFailure) -> WorkerProcess {
        var successor = worker.setup
        successor.incarnation += 1
        successor.fault = nil
        successor.batchFilesMax = setup.batchFilesMax
        guard successor.incarnation <= Limit.successorsMax else {
            throw .workers(reason: "\(successor.name) died \(Limit.successorsMax) times")
        }
        return try start(successor)
    }

    private mutating func start(_ setup: WorkerSetup) throws(JobFailure) -> WorkerProcess {
        do throws(ProcessFailure) {
            let worker = try WorkerProcess(setup)
            present.append(worker)
            return worker
        } catch {
            throw .workers(reason: "\(setup.name) cannot be started: \(error)")
        }
    }

    var isAnybodyThere: Bool { !present.isEmpty }
    /// Whether nobody is left, and nobody to come.
    var isExtinct: Bool { present.isEmpty && waiting.isEmpty }
    var descriptors: [Int32] { present.flatMap(\.descriptors) }

    /// What the workers have told since the last call.
    func hear() -> [(WorkerProcess, WorkerEvent)] {
        present.flatMap { worker in worker.events().map { (worker, $0) } }
    }

    /// The workers that have ended, once everything they had to say was heard.
    mutating func reap() -> [(WorkerProcess, ChildProcess.Ending)] {
        var ended: [(WorkerProcess, ChildProcess.Ending)] = []
        for worker in present where worker.hasNothingMoreToSay {
            guard let ending = worker.process.poll() else { continue }
            ended.append((worker, ending))
            account(for: worker, ending)
        }
        present.removeAll { $0.process.ending != nil }
        return ended
    }

    /// Kills those that are still there, and says how many they were.
    mutating func endAll() -> Int {
        defer { present = [] }
        waiting = []
        for worker in present {
            worker.process.kill().map { account(for: worker, $0) }
        }
        return present.count
    }

    private mutating func account(for worker: WorkerProcess, _ ending: ChildProcess.Ending) {
        claims += worker.claims
        refused += worker.refused
        retries += worker.retries
        peakMemoryBytes = max(peakMemoryBytes, ending.peakMemoryBytes)
    }

    // MARK: Faults

    /// Notes that a worker's fault has come over it.
    mutating func faultLanded(_ worker: WorkerProcess, isOpen: Bool, text: String) {
        let index = faultsByName.firstIndex {
            $0.name == worker.setup.name && $0.fault.landed == nil
        }
        if let index, isOpen { faultsByName[index].fault.landed = text }
    }

    var faults: [JobResult.Fault] { faultsByName.map(\.fault) }
}

extension WorkerFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .crash(let point): "crashes \(point.rawValue)"
        case .slow: "is slow"
        }
    }
}
