import CLinux
import Glibc

/// Raw descriptors of sockets: non-blocking, closed on `exec`, owned by the caller.
public enum Sockets {
    /// Bounds on what the kernel keeps for us.
    public enum Limit {
        /// Connections that wait to be accepted.
        public static let backlogMax: Int32 = 128
        /// Asked of the kernel for arrived datagrams; without privileges it may grant less.
        public static let datagramBufferBytes: Int32 = 4 << 20
    }

    /// A TCP socket that listens at `address`; port 0 lets the system choose.
    ///
    /// - Throws: `MessagingFailure`, typically `portInUse`, `addressNotOfThisMachine`, `noPermission`.
    public static func listen(at address: Address) throws(MessagingFailure) -> Int32 {
        let descriptor = try bound(address, SOCK_STREAM)
        guard Glibc.listen(descriptor, Limit.backlogMax) == 0 else {
            throw closing(descriptor, .refusal(of: "listen", at: address))
        }
        return descriptor
    }

    /// A UDP socket bound to `address`; port 0 lets the system choose.
    ///
    /// - Throws: `MessagingFailure`, typically `portInUse`, `addressNotOfThisMachine`, `noPermission`.
    public static func bindDatagrams(at address: Address) throws(MessagingFailure) -> Int32 {
        let descriptor = try bound(address, SOCK_DGRAM)
        // Datagrams come in bursts, and what the buffer has no room for is lost. The first way goes
        // beyond the system's limit and is the administrator's; if neither works, we have less room.
        let size = Limit.datagramBufferBytes
        if !set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, size) {
            set(descriptor, SOL_SOCKET, SO_RCVBUF, size)
        }
        return descriptor
    }

    /// Where a socket is bound.
    ///
    /// - Throws: `MessagingFailure.refused` if it is no internet socket.
    public static func address(of descriptor: Int32) throws(MessagingFailure) -> Address {
        guard let address = endpoint(of: descriptor, getsockname) else {
            throw .refusal(of: "getsockname")
        }
        return address
    }

    /// Two connected stream sockets of this machine.
    ///
    /// - Throws: `MessagingFailure.tooManyOpenFiles`.
    public static func pair() throws(MessagingFailure) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | openFlags
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .refusal(of: "socketpair") }
        return (ends[0], ends[1])
    }

    static let openFlags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

    static func open(
        for address: Address,
        _ kind: __socket_type
    ) throws(MessagingFailure) -> Int32 {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(kind.rawValue) | openFlags, 0)
        guard descriptor >= 0 else { throw .refusal(of: "socket") }
        // Else [::]:5000 would also be 0.0.0.0:5000, and in the way of whoever wants that.
        if address.isIPv6 { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        return descriptor
    }

    static func bind(_ descriptor: Int32, to address: Address) throws(MessagingFailure) {
        let status = withSystemForm(of: address) { Glibc.bind(descriptor, $0, $1) }
        guard status == 0 else {
            let code = errno
            throw .refusal(of: "binding \(address)", at: address, code: code)
        }
    }

    /// The other side's address; nil for a socket of `AF_UNIX`, or one that has lost its peer.
    static func peer(of descriptor: Int32) -> Address? { endpoint(of: descriptor, getpeername) }

    @discardableResult static func set(
        _ descriptor: Int32,
        _ level: Int32,
        _ option: Int32,
        _ value: Int32
    ) -> Bool {
        var value = value
        return setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
            == 0
    }

    static func withSystemForm<Result>(
        of address: Address,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(byteCount: Address.systemBytesMax, alignment: 8) { memory in
            guard let base = memory.baseAddress else {
                preconditionFailure("an allocation of \(memory.count) bytes has no address")
            }
            let length = address.write(to: base)
            return body(UnsafePointer(base.assumingMemoryBound(to: sockaddr.self)), length)
        }
    }

    private static func bound(
        _ address: Address,
        _ kind: __socket_type
    ) throws(MessagingFailure) -> Int32 {
        let descriptor = try open(for: address, kind)
        // A server that comes back may have its port although old connections are still fading away.
        // Two that listen are refused all the same. For UDP it would let two sockets share a port.
        if kind == SOCK_STREAM { set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) }
        do throws(MessagingFailure) { try bind(descriptor, to: address) } catch {
            throw closing(descriptor, error)
        }
        return descriptor
    }

    private static func closing(
        _ descriptor: Int32,
        _ failure: MessagingFailure
    ) -> MessagingFailure {
        close(descriptor)
        return failure
    }

    private typealias Query = (
        Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>
    ) -> Int32

    private static func endpoint(of descriptor: Int32, _ query: Query) -> Address? {
        withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { memory in
            guard let base = memory.baseAddress else { return nil }
            var length = socklen_t(memory.count)
            let status = query(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length)
            // An answer of another family says nothing in `errno`.
            guard status == 0 else { return nil }
            errno = EAFNOSUPPORT
            return Address(system: base, length: Int(length))
        }
    }
}
