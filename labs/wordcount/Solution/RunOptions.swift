import Glibc
import LabInput
import LabKit
import Redis
import Text

/// What `wordcount run` was asked for.
struct RunOptions: TakesInput {
    var input = InputOptions()
    var job = JobOptions()
    var redis = ServerChoice.ofOurOwn
    var passwordVariable: String?
    var verify = false
    var json = false
    var output: Argument?
    var log: Argument?

    /// Which Redis to use.
    enum ServerChoice: Hashable, CustomStringConvertible {
        case ofOurOwn
        case given(RedisAddress)

        var description: String {
            switch self {
            case .ofOurOwn: "private"
            case .given(let address): "\(address)"
            }
        }
    }

    @OptionBuilder<RunOptions> static var options: [Option<RunOptions>] {
        inputOptions
        Option.value("--workers", "N", \.job.workers, .whole(in: 1...64), "worker processes")
        Option.value("--top", "K", \.job.top, .whole(in: 0...1_000_000), "how many words to show")
        Option.flag("--verify", \.verify, "compare all counts with a serial count")
        Option.flag("--json", \.json, "one JSON object on standard output, nothing else there")
        Option.value("--output", "FILE.tsv", \.output, .path, "where to write all counts")
        Option.value("--log", "FILE", \.log, .path, "where to write the event log (JSON Lines)")
        Option.value(
            "--commit",
            "combined|simple",
            \.job.commit,
            .choice,
            "how counts get into Redis: several files at once, or word by word"
        )
        Option.value(
            "--claim-after",
            "S",
            \.job.claimAfter,
            .seconds(in: .milliseconds(50) ... .seconds(3600)),
            "how long a worker may be silent before others take over its files"
        )
        Option.value(
            "--redis",
            "WHERE",
            \.redis,
            .server,
            "private, HOST:PORT or unix:PATH"
        )
        Option.value(
            "--password-env",
            "NAME",
            \.passwordVariable,
            .text,
            "the environment variable that holds the given server's password"
        ).needs("--redis")
        Option.value(
            "--checkpoint-interval",
            "S",
            \.job.checkpointInterval,
            .seconds(in: .milliseconds(20) ... .seconds(3600)),
            "how often Redis is saved"
        )
        Option.value(
            "--crash",
            "N",
            \.job.crashing,
            .whole(in: 0...64),
            "workers that die on their first file"
        )
        Option.value(
            "--crash-at",
            "POINT",
            \.job.crashPoint,
            .choice,
            "where: after-read, after-count, before-commit, after-commit"
        ).needs("--crash")
        Option.value(
            "--slow",
            "N",
            \.job.slow,
            .whole(in: 0...64),
            "workers that sleep after each read"
        )
        Option.value(
            "--slow-for",
            "S",
            \.job.slowFor,
            .seconds(in: .zero ... .seconds(3600)),
            "how long"
        ).needs("--slow")
        Option.flag("--respawn", \.job.respawns, "replace a worker that dies")
        Option.values(
            "--kill-redis",
            "WHEN",
            \.job.kills,
            .killTime,
            "kill Redis and start it again: 30% (of the files acknowledged), 2s, every:2s, "
                + "checkpoint:2 (while the second is being written); several may be named"
        )
        Option.value(
            "--downtime",
            "S",
            \.job.downtime,
            .seconds(in: .zero ... .seconds(60)),
            "how long a killed Redis stays away"
        ).needs("--kill-redis")
    }

    /// Contradictions that a rule about two names cannot say.
    func check(given: Set<String>) throws(UsageError) {
        try input.check(given: given)
        guard job.crashing + job.slow <= job.workers else {
            throw UsageError(
                "--crash \(job.crashing) and --slow \(job.slow) are more than "
                    + "--workers \(job.workers)"
            )
        }
        if redis != .ofOurOwn, !job.kills.isEmpty {
            throw UsageError(
                "--kill-redis and --redis \(redis) exclude each other: "
                    + "only a private server is killed"
            )
        }
        if redis == .ofOurOwn, passwordVariable != nil {
            throw UsageError("--password-env is for a given server, not for --redis private")
        }
        for case .period(let period) in job.kills
        where period <= job.checkpointInterval + job.downtime {
            throw UsageError(
                "--kill-redis \(KillTime.period(period)) leaves no time for progress: it must be "
                    + "longer than --checkpoint-interval and --downtime together"
            )
        }
    }

    /// The job, complete but for what only a look at the disk can tell.
    func completedJob(files: [InputFile]) throws(UsageError) -> JobOptions {
        var job = job
        job.files = files
        job.format = input.format
        job.tokenizer = input.tokenizer
        if case .given(let address) = redis { job.server = address }
        if let passwordVariable {
            guard let password = getenv(passwordVariable).map({ String(cString: $0) }) else {
                throw UsageError("--password-env: there is no variable \(passwordVariable)")
            }
            job.password = password
        }
        job.wantsAll = verify || output != nil
        return job
    }
}

extension ValueKind where Value == RunOptions.ServerChoice {
    static var server: Self {
        .custom("private, HOST:PORT or unix:PATH") { argument in
            if argument.text == "private" { return .ofOurOwn }
            return argument.validText.flatMap(RedisAddress.init).map { .given($0) }
        }
    }
}

extension ValueKind where Value == KillTime {
    static var killTime: Self {
        .custom("a share (30%), a time (2s), a period (every:2s) or checkpoint:N") {
            KillTime($0.text)
        }
    }
}
