import FoundationEssentials
import Glibc
import LabInput
import LabKit
import Messaging
import Processes
import Text

/// The commands of the classic form of the lab.
enum ClassicCommands {
    /// What a worker of ours is called with.
    static let workerName = "classic-worker"

    /// What `classic` lets one choose.
    struct Options: Sendable {
        var pipeline = PipelineOptions()
        var classic = ClassicOptions()
        var faults: [ClassicFault] = []

        @OptionBuilder<Options> static var declaration: [Option<Options>] {
            PipelineOptions.declaration.map { $0.part(of: \Options.pipeline) }
            ClassicOptions.declaration.map { $0.part(of: \Options.classic) }
            Option.values(
                "--kill",
                "WHEN:WORKER,…",
                \.faults,
                .fault,
                "kill workers after so many seconds, or entries: 3:Mapper_0, 20e:Reducer_0,Mapper_1"
            )
        }
    }

    /// A run in the words of the classic course.
    static var run: Command {
        Command(
            "classic",
            summary: "count with processes that speak the classic course's messages",
            examples: [
                "checkpointing classic --data tweets --verify",
                "checkpointing classic --data tweets --external-mapper 'python3 mapper.py {index} {port}'",
            ],
            defaults: Options()
        ) {
            Options.declaration
        } run: { options in
            var options = options
            options.pipeline.input.classic = true
            return try run(options)
        }
    }

    /// The hidden role: one of our own workers.
    static var worker: Command {
        Command(workerName, summary: "be a worker of a classic run", defaults: NoOptions()) {
        } run: { _ in
            guard let line = readLine(),
                let order = try? JSONDecoder().decode(
                    ClassicWorker.Order.self,
                    from: Data(line.utf8)
                )
            else {
                throw CommandFailure(
                    "a worker is started by 'checkpointing run --classic', which tells it what to do",
                    remedy: "use that",
                    status: .usage
                )
            }
            ClassicWorker.run(order)
        }
    }

    private struct NoOptions {}

    /// Runs it, and tells what came of it.
    ///
    /// - Parameters:
    ///   - options: What was asked for.
    ///   - mayMiss: Whether the job may be over before all faults have come, if one has.
    /// - Returns: What the process exits with.
    /// - Throws: `CommandFailure` if there could be no run, or no result.
    static func run(_ options: Options, mayMiss: Bool = false) throws -> ExitStatus {
        let setup = try options.pipeline.setup()
        guard !options.pipeline.input.data.isEmpty else {
            throw UsageError("--data is needed: the files whose words are counted")
        }
        var result = try count(options, setup)
        if mayMiss, !result.hits.isEmpty { result.missed = [] }
        // Whoever has sent a signal sees that it has ended us, and nothing of ours is left by now.
        if case .interrupted(let signal) = result.ending { Interruption.dieOf(signal) }
        Interruption.uninstall()
        if options.classic.isJSON {
            try JSONOutput.write(result.summary)
        } else if result.ending == .finished {
            try OutputFile.standardOutput.write(result.text)
        }
        if case .failed(let reason, let status) = result.ending {
            throw CommandFailure(reason, status: status)
        }
        return result.status
    }

    private static func count(_ options: Options, _ setup: PipelineSetup) throws -> ClassicResult {
        do throws(ProcessFailure) { try Interruption.install() } catch {
            throw CommandFailure("\(error)", status: .osError)
        }
        let run = try ClassicRun(
            options.classic,
            setup: setup,
            streams: try options.pipeline.streamsOfFiles(),
            faults: options.faults
        )
        return try run.run()
    }
}

extension ValueKind where Value == ClassicFault {
    /// `3:Mapper_0`, `20e:Reducer_0,Mapper_1`.
    static var fault: Self {
        .custom("a moment and workers, as 3:Mapper_0 or 20e:Mapper_0,Reducer_1") { argument in
            guard let text = argument.validText, let colon = text.firstIndex(of: ":") else {
                return nil
            }
            let workers = text[text.index(after: colon)...].split(separator: ",").map(String.init)
            let moment = text[..<colon]
            guard !workers.isEmpty else { return nil }
            if moment.hasSuffix("e") {
                guard let count = Int(moment.dropLast()), count >= 0 else { return nil }
                return ClassicFault(.entriesRead(count), workers)
            }
            guard let seconds = Double(moment), (0...86_400).contains(seconds) else { return nil }
            return ClassicFault(.after(.seconds(seconds)), workers)
        }
    }
}

extension PipelineOptions {
    /// A stream of file names for each mapper, by absolute paths: workers have folders of their own.
    func streamsOfFiles() throws -> [String: [String]] {
        let paths = try input.files().map { file in
            guard String(validating: file.path.bytes, as: UTF8.self) != nil else {
                throw CommandFailure("the name of \(file.path) is not UTF-8", status: .data)
            }
            let path = String(decoding: file.path.bytes, as: UTF8.self)
            guard let real = realpath(path, nil) else {
                throw CommandFailure("\(path) cannot be found any more", status: .noInput)
            }
            defer { free(real) }
            return String(cString: real)
        }
        return streams(paths)
    }
}
