import Exploration
import Glibc
import LabKit
import Nodes
import Worlds

/// A small lab: a caller and whom it calls, and what one can get wrong about them.
struct Sample: Sendable {
    /// What its author got wrong.
    enum Mistake: String, CaseIterable {
        case none, sameName, toNobody, neverReached, impure
    }

    var mistake = Mistake.none
    var calls = 1

    enum Words: Vocabulary {
        enum Message: Hashable, Codable { case call }
        enum Output: Hashable, Codable { case called(Int) }
    }

    struct Phone: Node {
        let peer: NodeID
        let calls: Int
        let isImpure: Bool
        /// What walks of a set come upon in an order that is up to chance.
        private(set) var numbers: Set<Int> = []
        private(set) var called = 0

        init(peer: NodeID, calls: Int, isImpure: Bool) {
            self.peer = peer
            self.calls = calls
            self.isImpure = isImpure
            numbers = isImpure ? Set(0..<8) : []
        }

        mutating func start(_ effects: inout Effects<Words>) {
            for _ in 0..<calls { effects.send(.call, to: peer, over: .stream) }
        }

        mutating func receive(
            _ message: Words.Message,
            from sender: NodeID,
            _ effects: inout Effects<Words>
        ) {
            called += 1
            for number in isImpure ? Array(numbers) : [called] { effects.emit(.called(number)) }
        }
    }

    func system() throws -> System<Phone> {
        if calls > 50 { throw UsageError("--calls are too many to count") }
        let (calls, mistake) = (calls, mistake)
        return try System(
            "sample",
            members: [
                .init("A") {
                    Phone(
                        peer: NodeID(mistake == .toNobody ? 7 : 1),
                        calls: calls,
                        isImpure: false
                    )
                },
                .init(mistake == .sameName ? "A" : "B") {
                    Phone(peer: NodeID(0), calls: 0, isImpure: mistake == .impure)
                },
            ],
            properties: [
                .sometimes("all calls are taken") {
                    $0.outputs(of: NodeID(1)).count >= (mistake == .neverReached ? 99 : calls)
                }
            ]
        )
    }
}

/// What a command of the sample said, and how it ended.
struct Said: Equatable {
    let status: ExitStatus
    let output: String
    let errors: String

    init(
        exploring: ExplorationOptions = ExplorationOptions(),
        _ arguments: Argument...
    ) throws {
        let (output, errors) = (try Self.capture(), try Self.capture())
        defer {
            close(output.descriptor)
            close(errors.descriptor)
        }
        let worlds = SystemCommands(
            "sample",
            defaults: Sample(),
            output: output,
            exploring: exploring
        ) {
            Option.value("--mistake", "NAME", \.mistake, .choice, "what its author got wrong")
            Option.value("--calls", "N", \.calls, .whole(in: 1...99), "how many calls")
        } system: {
            try $0.system()
        }
        let program = Program(
            "sample",
            summary: "call and be called",
            version: "0",
            commands: [worlds.run, worlds.simulate, worlds.explore]
        )
        status = program.run(arguments, output: output, errors: errors)
        self.output = Self.text(output)
        self.errors = Self.text(errors)
    }

    private static func capture() throws -> OutputFile {
        var template = Array("/tmp/worlds-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw OutputFailure(name: "a capture", code: errno) }
        unlink(template)
        return OutputFile(descriptor: descriptor, name: "a capture")
    }

    private static func text(_ file: OutputFile) -> String {
        var bytes = [UInt8](repeating: 0, count: Int(lseek(file.descriptor, 0, SEEK_END)))
        _ = pread(file.descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes, as: UTF8.self)
    }
}
