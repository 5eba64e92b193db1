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
    ///   - catalogue: The failpoints that the program has: the framework's, and the lab's own.
    ///   - system: Makes the system from the lab's options, as they were typed.
    /// - Throws: `Failure` if the process was not started by a supervisor.
    public static func run<N: Node>(
        codec: MessageCodec<N.Words>,
        catalogue: FailpointCatalogue,
        system: ([String]) throws -> System<N>
    ) throws(Failure) -> Never {
        guard fcntl(controlDescriptor, F_GETFD) != -1, fcntl(listenerDescriptor, F_GETFD) != -1
        else {
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
        if let parent = setup.parent { dieWithParent(parent) }
        do {
            let system = try system(setup.words)
            guard system.name == setup.system, system.members.count == setup.lives.count else {
                throw Failure(description: "this is another system", status: EX_CONFIG)
            }
            let host = try NodeHost(
                system,
                setup,
                codec: codec,
                control: control,
                orders: orders,
                failpoints: try failpoints(
                    setup,
                    system.members[setup.node].name,
                    catalogue,
                    control
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
        _ control: ControlLine
    ) throws -> Failpoints {
        // One thread has all of it.
        nonisolated(unsafe) let control = control
        let requests = try catalogue.requests(setup.failpoints)
        return Failpoints(requests, process: name) { request in
            control.append(.failpoint("\(request)"))
            control.flush()
        } waitForRelease: { _ in
            control.waitForRelease()
        }
    }
}
