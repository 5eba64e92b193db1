import LabKit
import Nodes
import Synchronization

/// Watches a job while it runs: what its nodes tell, as far as somebody looks, and in sums for the report.
final class JobWatch: Sendable {
    /// What is known of a worker.
    struct Worker: Sendable {
        var phase = "reading"
        var checkpoint = 0
        var recovery = 0
        var words = 0
        var began: ContinuousClock.Instant?
    }

    /// What is known of the job.
    struct State: Sendable {
        var workers: [String: Worker] = [:]
        var checkpointsCompleted = 0
        var aborts: [Abort] = []
        /// Why parts were not saved, by worker and checkpoint, as the system has said it.
        var refusals: [String: String] = [:]
        var recoveries: [Recovery] = []
        var hasFinished = false
        var failure: String?
        /// Who could not save its part of the result, if that is why there is none.
        var neverSavedBy: String?
        /// How long reducers held channels back, and how long parts took to come to rest.
        var alignments: [Duration] = []
        var saves: [Duration] = []
    }

    /// A checkpoint that was given up.
    struct Abort: Sendable {
        let checkpoint: Int
        let worker: String
        let reason: String
    }

    /// A recovery, and how long it took until counts came again.
    struct Recovery: Sendable {
        let id: Int
        let checkpoint: Int
        let worker: String
        let reason: String
        let began: ContinuousClock.Instant
        var untilFirstCount: Duration?
    }

    private let nodes: [String]
    private let table: ProgressTable
    private let kept: Mutex<State>

    init(nodes: [String], isQuiet: Bool) {
        self.nodes = nodes
        table = ProgressTable(isQuiet: isQuiet)
        var state = State()
        for node in nodes.dropFirst() { state.workers[node] = Worker() }
        kept = Mutex(state)
    }

    var state: State { kept.withLock { $0 } }

    /// Takes note of what a node has told.
    func note(_ output: Pipeline.Output, of node: String) {
        let now = ContinuousClock.now
        let lines: [String] = kept.withLock { state in
            note(output, of: node, at: now, &state)
            return table.isShown ? rows(of: state) : []
        }
        if table.isShown { table.show(lines) }
    }

    /// Takes note of why a node could not save its part of a checkpoint.
    func note(unwritten name: String, of node: String, _ reason: String) {
        kept.withLock { $0.refusals["\(node) \(name)"] = reason }
    }

    /// Leaves the last rows standing.
    func finish() { table.finish() }

    private func note(
        _ output: Pipeline.Output,
        of node: String,
        at now: ContinuousClock.Instant,
        _ state: inout State
    ) {
        var worker = state.workers[node] ?? Worker()
        switch output {
        case .read(let words):
            worker.words += words
            worker.phase = "reading"
        case .aligning(let id):
            worker.phase = "aligning"
            worker.checkpoint = id
            worker.began = now
        case .saving(let id):
            if worker.phase == "aligning", let began = worker.began {
                state.alignments.append(now - began)
            }
            worker.phase = "saving"
            worker.checkpoint = id
            worker.began = now
        case .saved(let id):
            if let began = worker.began { state.saves.append(now - began) }
            worker.phase = "saved"
            worker.checkpoint = id
            worker.began = nil
        case .counting(let recovery):
            worker.phase = "counting"
            for place in state.recoveries.indices
            where state.recoveries[place].id == recovery
                && state.recoveries[place].untilFirstCount == nil
            {
                state.recoveries[place].untilFirstCount = now - state.recoveries[place].began
            }
        case .recovered(let checkpoint, let recovery):
            worker.phase = "recovered"
            worker.checkpoint = max(0, checkpoint)
            worker.recovery = recovery
            worker.began = nil
        case .checkpointCompleted: state.checkpointsCompleted += 1
        case .checkpointAborted(let id, let worker, let reason):
            let abort = Abort(checkpoint: id, worker: name(worker), reason: reason.rawValue)
            state.aborts.append(abort)
            if reason == .neverSaved { state.neverSavedBy = abort.worker }
        case .recoveryBegan(let recovery, let checkpoint, let lost, let reason):
            state.recoveries.append(
                Recovery(
                    id: recovery,
                    checkpoint: checkpoint,
                    worker: name(lost),
                    reason: reason.rawValue,
                    began: now
                )
            )
            state.workers[name(lost)]?.phase = reason.rawValue
        case .failed(let reason): state.failure = reason
        case .finished: state.hasFinished = true
        case .checkpointBegan, .recoveryEnded: break
        }
        if state.workers[node] != nil { state.workers[node] = worker }
    }

    private func name(_ node: NodeID) -> String {
        nodes.indices.contains(node.index) ? nodes[node.index] : "\(node)"
    }

    private func rows(of state: State) -> [String] {
        let width = nodes.map(\.count).max() ?? 0
        return nodes.dropFirst().map { node in
            let worker = state.workers[node] ?? Worker()
            let name = node + String(repeating: " ", count: width - node.count)
            let phase =
                worker.phase + String(repeating: " ", count: max(0, 10 - worker.phase.count))
            let words = worker.words > 0 ? "  \(worker.words) words" : ""
            return
                "\(name)  \(phase)  checkpoint \(worker.checkpoint)  recovery \(worker.recovery)\(words)"
        }
    }
}

extension JobWatch.State {
    /// The checkpoints that were given up: of whom, why, and what the system has said.
    ///
    /// Those that were given up one after the other for one reason share a line, which tells of the last.
    var checkpointsAborted: [String] {
        var lines: [String] = []
        var count = 0
        for (place, abort) in aborts.enumerated() {
            count += 1
            let next = place + 1 < aborts.count ? aborts[place + 1] : nil
            if let next, next.worker == abort.worker, next.reason == abort.reason { continue }
            lines.append(
                count == 1 ? line(of: abort) : "\(count) times, the last: \(line(of: abort))"
            )
            count = 0
        }
        return lines
    }

    /// Why there is no result, in the system's words if somebody could not save its part; nil if nobody has
    /// ended the job.
    var reason: String? {
        guard let failure, let worker = neverSavedBy else { return failure }
        return failure + ": \(worker)"
            + (said(by: worker, of: Pipeline.last).map { ", \($0)" } ?? "")
    }

    private func line(of abort: JobWatch.Abort) -> String {
        let line = "checkpoint \(abort.checkpoint): \(abort.worker), \(abort.reason)"
        return line + (said(by: abort.worker, of: abort.checkpoint).map { ": \($0)" } ?? "")
    }

    private func said(by worker: String, of checkpoint: Int) -> String? {
        refusals["\(worker) \(Pipeline.name(of: checkpoint))"]
    }
}
