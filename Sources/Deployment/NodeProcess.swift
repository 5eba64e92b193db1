public import Failpoints
import Glibc
public import Nodes
import Messaging
import Processes

/// The process of one node, as its supervisor has started it: the hidden role of a lab's program.
public enum NodeProcess {
    /// Why a process could not be what it was started for; one line, and a status of `sysexits.h`.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// What a person is told.
        public let description: String
        /// What the process ends with.
        public let status: Int32
    }

    /// Runs a node until the run is over, and ends the process.
    ///
    /// Descriptors 3, 4 and 5 are the control channel, the socket for datagrams, and the one that listens
    /// for streams.
    ///
    /// - Parameters:
    ///   - codec: How messages become bytes.
    ///   - stores: Where nodes put to rest what they save; the supervisor's must be the same. Asked for once
    ///     the system is made.
    ///   - catalogue: The failpoints that the program has: the framework's, and the lab's own.
    ///   - system: Makes the system from the lab's options, as they were typed.
    /// - Throws: `Failure` if the process was not started by a supervisor.
    public static func run<N: Node>(
        codec: MessageCodec<N.Words>,
        stores: () -> Stores<N.Words.Saved> = { .files },
        catalogue: FailpointCatalogue,
        system: ([String]) throws -> System<N>
    ) throws(Failure) -> Never {
        let passed = [controlDescriptor, datagramDescriptor, listenerDescriptor]
        guard passed.allSatisfy(isSocket) else {
            let line = "this role is for processes that a run starts"
            throw Failure(description: line, status: EX_USAGE)
        }
        let control = ControlLine(controlDescriptor)
        var orders = control.orders(waits: true)
        guard case .setup(let setup) = orders.removeFirst(),
            setup.version == NodeSetup.currentVersion
        else {
            throw Failure(description: "the supervisor is another program", status: EX_PROTOCOL)
        }
        dieWithParent(setup.parent ?? getppid())
        // A file that may not grow further is a disk that is full: an error of the write, and no death.
        signal(SIGXFSZ, SIG_IGN)
        do {
            let system = try system(setup.words)
            guard system.name == setup.system, system.members.count == setup.lives.count else {
                throw Failure(description: "this is another system", status: EX_CONFIG)
            }
            let name = system.members[setup.node].name
            let writer = SaveWriter()
            let host = try NodeHost(
                system,
                setup,
                codec: codec,
                store: try stores().open(name, in: "."),
                writer: writer,
                control: control,
                orders: orders,
                failpoints: try failpoints(
                    setup,
                    name,
                    catalogue,
                    control,
                    writer
                ),
                datagramDescriptor: datagramDescriptor,
                listenerDescriptor: listenerDescriptor
            )
            try host.run()
        } catch {
            let name = "\(setup.system) node \(setup.node)"
            let status = (error as? StoreFailure).map { _ in EX_IOERR } ?? EX_OSERR
            control.append(.refused("\(name): \(error)", status: status))
            control.flush()
            // The supervisor ends us: until it has read why, nobody must think that we have crashed.
            while true {
                if control.orders(waits: true).contains(where: isLeave) { exit(status) }
            }
        }
    }

    /// A shell may have files of its own under these numbers.
    private static func isSocket(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    private static func isLeave(_ order: Order) -> Bool {
        if case .leave = order { true } else { false }
    }

    static let controlDescriptor: Int32 = 3
    static let datagramDescriptor: Int32 = 4
    static let listenerDescriptor: Int32 = 5

    private static func failpoints(
        _ setup: NodeSetup,
        _ name: String,
        _ catalogue: FailpointCatalogue,
        _ control: ControlLine,
        _ writer: SaveWriter
    ) throws -> Failpoints {
        let requests = try catalogue.requests(setup.failpoints)
        return Failpoints(requests, process: name) { request in
            control.append(.failpoint("\(request)", isBeside: writer.isBesideTheNode))
            control.flush()
        } waitForRelease: { request in
            guard !writer.isHere else { return writer.waitForRelease(of: "\(request)") }
            control.waitForRelease(of: "\(request)") { writer.release($0) }
        }
    }
}
