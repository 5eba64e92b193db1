import LabKit
import Text

/// The result of a job for people and for machines.
struct RunReport: Encodable {
    struct Word: Encodable {
        let word: String
        let count: UInt64
    }
    struct Failed: Encodable {
        let file: String
        let reason: String
    }
    struct Fault: Encodable {
        let fault: String
        /// Where it hit the job; absent if it never did.
        let landed: String?
    }

    let files: Int
    let bytes: Int
    let words: Int
    let distinct: Int
    let top: [Word]
    let seconds: Double
    let workers: Int
    let crashes: Int
    let respawns: Int
    let claims: Int
    let refused: Int
    let retries: Int
    let redisRestarts: Int
    let checkpoints: Int
    let peakMemoryBytes: Int
    let failed: [Failed]
    let faults: [Fault]
    /// Whether all counts are those of a serial count.
    var verified = Verdict.notAsked

    /// The outcome of a check, or that nobody asked for it: true, false or null.
    enum Verdict: Encodable {
        case notAsked, right, wrong

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .notAsked: try container.encodeNil()
            case .right: try container.encode(true)
            case .wrong: try container.encode(false)
            }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case files, bytes, words, distinct, top, seconds, workers, crashes, respawns, claims
        case refused, retries, redisRestarts, checkpoints, peakMemoryBytes, failed, faults, verified
    }

    private let keptAt: String?

    init(_ result: JobResult, files: [InputFile], _ options: RunOptions) {
        self.files = result.files
        bytes = result.bytes
        words = result.words
        distinct = result.distinct
        top = result.top.map { Word(word: $0.text, count: $0.count) }
        seconds = (result.seconds * 1000).rounded() / 1000
        workers = result.workers
        crashes = result.crashes
        respawns = result.respawns
        claims = result.claims
        refused = result.refused
        retries = result.retries
        redisRestarts = result.redisRestarts
        checkpoints = result.checkpoints
        peakMemoryBytes = result.peakMemoryBytes
        failed = result.failed.map { failed in
            let path = files.indices.contains(failed.file) ? "\(files[failed.file].path)" : "?"
            return Failed(file: path, reason: failed.reason)
        }
        faults = result.faults.map { Fault(fault: $0.name, landed: $0.landed) }
        keptAt = result.keptAt
    }

    /// What the process exits with: the worst that there is to say.
    func status(of result: JobResult) -> ExitStatus {
        if verified == .wrong { return .wrong }
        if !result.failed.isEmpty {
            // A file that is not there outweighs one that is not well formed.
            return result.failed.contains { $0.status == ExitStatus.noInput.code }
                ? .noInput : .data
        }
        return faults.contains { $0.landed == nil } ? .temporary : .ok
    }

    /// For people: what happened, then the answer.
    var text: String {
        var lines = [
            "\(files) files, \(decimal(bytes)) bytes, \(decimal(words)) words, "
                + "\(decimal(distinct)) of them different, in \(seconds) s with \(workers) workers",
            "crashes \(crashes), claims \(claims), late commits refused \(refused), "
                + "Redis restarts \(redisRestarts), retries \(retries), checkpoints \(checkpoints)",
        ]
        for fault in faults {
            lines.append(
                fault.landed.map { "fault: \(fault.fault): landed (\($0))" }
                    ?? "fault: \(fault.fault): DID NOT LAND, so this run says nothing about it"
            )
        }
        for failed in failed { lines.append("not counted: \(failed.reason)") }
        lines.append("")
        var table = TextTable("count", "word")
        for word in top { table.add("\(word.count)", word.word) }
        if !top.isEmpty { lines.append(table.text) }
        switch verified {
        case .right: lines.append("verified: all counts equal those of a serial count")
        case .wrong: lines.append("WRONG: the counts differ from those of a serial count")
        case .notAsked: break
        }
        if let keptAt { lines.append(keptAt) }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// `1,234,567`.
private func decimal(_ number: Int) -> String {
    var groups: [Substring] = []
    var rest = String(number)[...]
    while rest.count > 3 {
        groups.insert(rest.suffix(3), at: 0)
        rest = rest.dropLast(3)
    }
    return ([rest] + groups).joined(separator: ",")
}
