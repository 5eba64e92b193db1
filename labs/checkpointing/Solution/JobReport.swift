import LabKit
import Text
import Worlds

/// What is told of a job: its counts, what it went through, and whether they are right.
struct JobReport: Encodable {
    /// How often and how long something was, in milliseconds.
    struct Times: Encodable {
        let count: Int
        let medianMilliseconds: Double
        let maximumMilliseconds: Double

        init?(_ durations: [Duration]) {
            let sorted = durations.map { $0 / .milliseconds(1) }.sorted()
            guard let last = sorted.last else { return nil }
            count = sorted.count
            medianMilliseconds = sorted[sorted.count / 2]
            maximumMilliseconds = last
        }

        var text: String {
            "\(count) times, \(Self.short(medianMilliseconds)) ms at the median, "
                + "\(Self.short(maximumMilliseconds)) ms at most"
        }

        static func short(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
    }

    /// A recovery.
    struct Recovery: Encodable {
        let id: Int
        let checkpoint: Int
        let worker: String
        let reason: String
        /// From its beginning until counts came again; nil if none did.
        let untilFirstCountMilliseconds: Double?
    }

    enum Result: String, Encodable {
        case counted, failed, inconclusive
    }

    let result: Result
    /// Why there are no counts, or wrong ones.
    let reasons: [String]
    let words: UInt64
    let distinct: Int
    let top: [String: UInt64]
    /// Whether the counts are those of a serial count; nil if nobody asked.
    let verified: Bool?
    let nanoseconds: Int
    let checkpointsCompleted: Int
    let checkpointsAborted: [String]
    let checkpointsAbortedCount: Int
    let recoveries: [Recovery]
    let alignment: Times?
    let saving: Times?
    let checkpoints: String?
    let run: DeployedReport
    private let hasResult: Bool
    private let topWords: [WordCount]
    /// What a job that has ended itself without a result ends with.
    private let failureStatus: ExitStatus?

    private enum CodingKeys: String, CodingKey {
        case result, reasons, words, distinct, top, verified, nanoseconds, checkpointsCompleted
        case checkpointsAborted, checkpointsAbortedCount, recoveries, alignment, saving,
            checkpoints, run
    }

    init(
        deployed: DeployedReport,
        watch: JobWatch.State,
        serverIsGone: Bool,
        counts parts: [WordCounts]?,
        serial: WordCounts?,
        top: Int,
        checkpoints: String?
    ) {
        run = deployed
        hasResult = parts != nil
        self.checkpoints = checkpoints
        let counts = (parts ?? []).reduce(into: WordCounts()) { $0.merge($1) }
        words = counts.words
        distinct = counts.distinct
        topWords = counts.top(top)
        self.top = Dictionary(topWords.map { ($0.text, $0.count) }) { first, _ in first }
        nanoseconds = deployed.nanoseconds
        checkpointsCompleted = watch.checkpointsCompleted
        checkpointsAborted = watch.checkpointsAborted
        checkpointsAbortedCount = watch.aborts.count
        recoveries = watch.recoveries.map { recovery in
            Recovery(
                id: recovery.id,
                checkpoint: recovery.checkpoint,
                worker: recovery.worker,
                reason: recovery.reason,
                untilFirstCountMilliseconds: recovery.untilFirstCount.map { $0 / .milliseconds(1) }
            )
        }
        alignment = Times(watch.alignments)
        saving = Times(watch.saves)
        var reasons: [String] = []
        if serverIsGone, parts == nil {
            reasons.append("the job's own Redis server has ended, and with it the streams")
            failureStatus = .unavailable
        } else {
            if let reason = watch.reason { reasons.append(reason) }
            failureStatus = watch.failure.map { _ in
                watch.neverSavedBy == nil ? .data : .ioError
            }
        }
        verified = serial.flatMap { serial in parts == nil ? nil : serial == counts }
        if verified == false {
            reasons.append("the counts are not those of a serial count")
        }
        if let parts, parts.reduce(0, { $0 + $1.distinct }) != counts.distinct {
            reasons.append("a word is counted by two reducers")
        }
        let isOver = parts != nil || watch.failure != nil
        if !isOver || deployed.status == .wrong || deployed.status == .data {
            reasons += deployed.reasons
        }
        if reasons.isEmpty, !isOver, deployed.isPassed {
            reasons.append(
                "there is no result: the coordinator is gone, and nobody looks after its job"
            )
        }
        self.reasons = reasons
        if !reasons.isEmpty {
            result = .failed
        } else if !deployed.isPassed || parts == nil {
            result = .inconclusive
        } else {
            result = .counted
        }
    }

    var status: ExitStatus {
        switch result {
        case .counted: .ok
        case .inconclusive: .temporary
        case .failed: failureStatus ?? (run.status == .ok ? .wrong : run.status)
        }
    }

    /// Writes it, for people or for machines.
    func tell(to output: OutputFile, isJSON: Bool) throws {
        if isJSON { return try JSONOutput.write(self, to: output) }
        try output.write(text)
    }

    private var text: String {
        let seconds = Times.short(Double(nanoseconds) / 1e9)
        var lines: [String]
        switch result {
        case .inconclusive where !hasResult: lines = ["inconclusive: no result, after \(seconds) s"]
        case .counted, .inconclusive:
            lines = ["\(result.rawValue): \(words) words, \(distinct) different, in \(seconds) s"]
        case .failed: lines = ["failed: \(reasons.joined(separator: "; "))"]
        }
        let digits = topWords.first.map { "\($0.count)".count } ?? 0
        for word in topWords {
            let count = "\(word.count)"
            lines.append(
                "  \(String(repeating: " ", count: digits - count.count))\(count)  \(word.text)"
            )
        }
        if verified == true { lines.append("  the counts are those of a serial count") }
        lines.append(
            "  checkpoints: \(checkpointsCompleted) complete"
                + (checkpointsAborted.isEmpty ? "" : ", \(checkpointsAbortedCount) given up")
        )
        lines += checkpointsAborted.map { "    \($0)" }
        if let alignment { lines.append("  alignment: \(alignment.text)") }
        if let saving { lines.append("  saving a part: \(saving.text)") }
        for recovery in recoveries {
            let place =
                recovery.checkpoint == Pipeline.beginning
                ? "the beginning" : "checkpoint \(recovery.checkpoint)"
            let until =
                recovery.untilFirstCountMilliseconds
                .map { "; counting again after \(Times.short($0)) ms" } ?? ""
            lines.append(
                "  recovery \(recovery.id) to \(place): \(recovery.worker), \(recovery.reason)\(until)"
            )
        }
        let landed = run.landed
        if landed.of > 0 { lines.append("  faults: \(landed.count) of \(landed.of) landed") }
        if let checkpoints { lines.append("  checkpoints are in \(checkpoints)") }
        let report = lines.map { Terminal.escaped($0) }.joined(separator: "\n") + "\n"
        // What the world has to say is of use where it is not content.
        return run.isPassed ? report : report + run.text
    }
}
