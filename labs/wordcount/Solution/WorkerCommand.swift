import FoundationEssentials
import Glibc
import LabKit
import Processes
import Redis

/// The hidden role: one worker, started by the client of a job.
func workerCommand() -> Command {
    Command("worker", summary: "be a worker of a job (started by run)", defaults: NoOptions()) {
    } run: { _ in
        guard let line = readLine(), let setup = decode(line) else {
            throw CommandFailure(
                "a worker is started by `wordcount run`, which tells it what to do",
                remedy: "use `wordcount run`",
                status: .usage
            )
        }
        dieWithParent(setup.parent)
        var worker = Worker(setup) { event in
            guard let line = try? JSONEncoder().encode(event) else { return }
            // A client that is gone takes us along; there is nobody else to tell.
            try? OutputFile.standardOutput.write(bytes: Array(line) + [UInt8(ascii: "\n")])
        }
        do throws(RedisFailure) {
            try worker.run()
        } catch {
            throw CommandFailure("\(setup.consumer): \(error)", status: error.status)
        }
        return .ok
    }
}

private struct NoOptions {}

private func decode(_ line: String) -> WorkerSetup? {
    try? JSONDecoder().decode(WorkerSetup.self, from: Data(line.utf8))
}

extension RedisFailure {
    /// What a process exits with because of it.
    var status: ExitStatus {
        switch self {
        case .server(let code, _):
            ["WRONGPASS", "NOAUTH", "NOPERM"].contains(code) ? .noPermission : .unavailable
        case .disconnected, .unsupported, .notStarted: .unavailable
        case .protocol: .protocol
        }
    }
}
