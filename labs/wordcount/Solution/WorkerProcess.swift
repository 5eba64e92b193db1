import FoundationEssentials
import Glibc
import Processes

/// A worker as its client sees it: a process, and the lines it writes.
final class WorkerProcess {
    let setup: WorkerSetup
    let process: ChildProcess
    private let output: Int32
    private var reader: LineReader
    /// Everything that the worker has told, counted.
    private(set) var claims = 0
    private(set) var refused = 0
    private(set) var retries = 0
    private(set) var faultsLanded = 0
    /// Whether it has left because all was done.
    private(set) var hasLeft = false

    /// Starts the worker: this program again, in a role of its own.
    init(_ setup: WorkerSetup) throws(ProcessFailure) {
        self.setup = setup
        let input = try Pipe()
        defer {
            close(input.reading)
            close(input.writing)
        }
        let pipe = try Pipe()
        defer { close(pipe.writing) }
        var command = ChildProcess.Command(ChildProcess.Command.ownProgram, ["worker"])
        command.input = input.reading
        command.output = pipe.writing
        output = pipe.reading
        reader = LineReader(pipe.reading)
        do throws(ProcessFailure) {
            process = try ChildProcess(command)
        } catch {
            close(pipe.reading)
            throw error
        }
        // A few hundred bytes: a pipe holds 64 KiB, so this does not wait for the worker.
        guard let line = try? JSONEncoder().encode(setup) else {
            preconditionFailure("cannot encode \(setup)")
        }
        _ = line.withUnsafeBytes { write(input.writing, $0.baseAddress, $0.count) }
    }

    deinit { close(output) }

    /// Becomes readable when there is something to hear or the worker has ended.
    var descriptors: [Int32] { reader.isAtEnd ? [process.exitDescriptor] : [output] }

    /// Whether all it wrote was heard, which is so only after its end.
    var hasNothingMoreToSay: Bool { reader.isAtEnd }

    /// What it has told since the last call.
    func events() -> [WorkerEvent] {
        let events = reader.lines().compactMap {
            try? JSONDecoder().decode(WorkerEvent.self, from: Data($0))
        }
        for event in events {
            retries = event.retries
            switch event.kind {
            case .claimed: claims += event.entries.count
            case .refused: refused += event.entries.count
            case .fault: faultsLanded += 1
            case .left: hasLeft = true
            case .started, .read, .staged, .committed, .lost, .putAside, .retried: break
            }
        }
        return events
    }
}
