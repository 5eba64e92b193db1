import LabKit
import Nodes
import Simulation

/// What `--faults` asks for, and how a run of one seed gets its plan from it.
struct FaultRequest<N: Node>: Sendable {
    /// A plan is not longer than this.
    static var bytesMax: Int { 1 << 20 }

    let request: FaultPlan.Request
    /// The file that the plan was read from, if it was.
    let file: Argument?
    private let names: [String]
    private let reference: RandomFaults.Reference

    /// Reads the argument: a plan, or the name of a file that holds one.
    ///
    /// A plan has several words; one word, unless it is `random`, is a file.
    ///
    /// - Throws: `CommandFailure`: 64 for a plan that is none, 66 for a file that is not there.
    init(_ argument: Argument?, for system: System<N>, _ options: SimulationOptions) throws {
        names = system.members.map(\.name)
        file = argument.flatMap(Self.file)
        request = try argument.map { try Self.read($0, for: system) } ?? .scripted(FaultPlan())
        guard case .random = request else {
            reference = RandomFaults.Reference(duration: .zero, effects: [])
            return
        }
        // What is drawn at random shall land in a run as it is when nothing goes wrong.
        var quiet = options
        quiet.faults = FaultPlan()
        var simulation = Simulation(system, quiet)
        let statistics = simulation.run().statistics
        reference = RandomFaults.Reference(
            duration: .nanoseconds(statistics.nanoseconds),
            effects: statistics.effects,
            spared: Set(system.members.indices.filter { system.members[$0].isSpared })
        )
    }

    /// Whether each run has the same plan, written by a person.
    var isScripted: Bool {
        switch request {
        case .scripted: true
        case .random: false
        }
    }

    /// What goes wrong in the run of a seed.
    func plan(seed: UInt64) -> FaultPlan {
        switch request {
        case .scripted(let plan): plan
        case .random(let faults): faults.plan(nodes: names, reference: reference, seed: seed)
        }
    }

    /// The argument, if it names a file.
    private static func file(_ argument: Argument) -> Argument? {
        let isOneWord = !argument.bytes.contains { $0 <= UInt8(ascii: " ") }
        return isOneWord && argument != "random" ? argument : nil
    }

    private static func read(
        _ argument: Argument,
        for system: System<N>
    ) throws -> FaultPlan.Request {
        var text = argument.text
        let file = file(argument)
        if let file {
            let bytes = try NamedFile.read(file, as: "fault plan", bytesMax: bytesMax)
            text = String(decoding: bytes, as: UTF8.self)
        }
        do {
            return try FaultPlan.Request(
                parsing: text,
                nodes: system.members.map(\.name),
                progress: system.progress
            )
        } catch {
            throw CommandFailure("\(error)", at: file.map { "\($0)" }, status: .usage)
        }
    }
}
