import Glibc

/// What can go wrong between us and a peer, or between us and the system's sockets.
public enum MessagingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Somebody else has the port.
    case portInUse(Address)
    /// The address is not one of this machine.
    case addressNotOfThisMachine(Address)
    /// The system does not let this user have the address; ports below 1024 are the administrator's.
    case noPermission(Address)
    /// This process, or the whole system, has as many open files as it may.
    case tooManyOpenFiles
    /// Nobody listens there.
    case connectionRefused(by: Address)
    /// No way leads there.
    case unreachable(Address)
    /// No connection came about within the limit.
    case timedOut(connectingTo: Address, limit: Duration)
    /// A connection broke: the other side has reset it, or is gone. Nil: a peer on this machine
    /// without an address.
    case connectionLost(Address?, reason: String)
    /// The other side has sent more than may wait here without making sense to the receiver.
    case tooMuchHeld(from: Address?, bytes: Int)
    /// The system refused something else. `call` is the system call, `reason` its answer.
    case refused(call: String, reason: String)

    /// Whether nothing that was written after the call that failed can have reached the other side;
    /// if not, sending it again may deliver it twice.
    public var definitelyNotSent: Bool {
        switch self {
        case .portInUse, .addressNotOfThisMachine, .noPermission, .tooManyOpenFiles: true
        case .connectionRefused, .unreachable, .timedOut: true
        case .connectionLost, .tooMuchHeld, .refused: false
        }
    }

    /// Whether time alone may mend it: the peer may come, or come back.
    public var isPassing: Bool {
        switch self {
        case .connectionRefused, .unreachable, .timedOut, .connectionLost, .tooManyOpenFiles: true
        case .portInUse, .addressNotOfThisMachine, .noPermission, .tooMuchHeld, .refused: false
        }
    }

    /// One line: what happened, where, and what to do about it if it is the caller's to mend.
    public var description: String {
        switch self {
        case .portInUse(let address):
            "\(address) is in use by another socket; choose another port, or 0 for any"
        case .addressNotOfThisMachine(let address):
            "\(address.host) is not an address of this machine; choose one of its own"
        case .noPermission(let address):
            "no permission for \(address); choose a port of 1024 or more"
        case .tooManyOpenFiles:
            "too many open files; raise the limit (ulimit -n), or use fewer connections"
        case .connectionRefused(let address): "nobody listens at \(address)"
        case .unreachable(let address): "no way leads to \(address)"
        case .timedOut(let address, let limit): "\(address) has not answered within \(limit)"
        case .connectionLost(let peer, let reason):
            "the connection\(peer.map { " with \($0)" } ?? "") broke: \(reason)"
        case .tooMuchHeld(let peer, let bytes):
            "\(peer.map(\.description) ?? "the peer") has sent \(bytes) bytes without one whole message"
        case .refused(let call, let reason): "\(call): \(reason)"
        }
    }

    /// What the system's answer to `call` means, if it was about our own address.
    static func refusal(
        of call: String,
        at address: Address? = nil,
        code: Int32 = errno
    ) -> MessagingFailure {
        switch (code, address) {
        case (EMFILE, _), (ENFILE, _): .tooManyOpenFiles
        case (EADDRINUSE, let address?): .portInUse(address)
        case (EADDRNOTAVAIL, let address?): .addressNotOfThisMachine(address)
        case (EACCES, let address?), (EPERM, let address?): .noPermission(address)
        default: .refused(call: call, reason: reason(code))
        }
    }

    /// What the system's answer means for a connection to `address` that did not come about.
    static func notConnected(to address: Address, code: Int32) -> MessagingFailure {
        switch code {
        case ECONNREFUSED: .connectionRefused(by: address)
        case EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EHOSTDOWN, ENETDOWN: .unreachable(address)
        default: .refusal(of: "connecting to \(address)", code: code)
        }
    }

    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
