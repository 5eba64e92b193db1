import Glibc

/// Where a socket is: a numeric host and a port, `127.0.0.1:5000` or `[::1]:5000`.
///
/// Names of hosts are not looked up: that would block, and could lead off this machine. Two texts of
/// one address (`[::1]:1`, `[0:0::1]:1`) are equal. It is kept as numbers, so that one datagram more
/// costs no allocation.
public struct Address: Hashable, Sendable {
    /// The first 8 bytes of an IPv6 address, as one number; 0 for IPv4.
    private let high: UInt64
    /// The last 8 bytes of an IPv6 address, or the 4 bytes of an IPv4 address, as one number.
    private let low: UInt64
    private let portNumber: UInt16
    /// Whether it is an IPv6 address.
    public let isIPv6: Bool

    /// Reads `127.0.0.1:5000` or `[::1]:5000`; nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
            let port = decimalPort(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        let isIPv6 = host.hasPrefix("[") && host.hasSuffix("]")
        if isIPv6 { host = host.dropFirst().dropLast() }
        // C would take a text with a zero in it for one that ends there.
        guard !host.utf8.contains(0) else { return nil }
        var bytes = (UInt64(0), UInt64(0))
        guard inet_pton(isIPv6 ? AF_INET6 : AF_INET, String(host), &bytes) == 1 else { return nil }
        if isIPv6 {
            (high, low) = (UInt64(bigEndian: bytes.0), UInt64(bigEndian: bytes.1))
        } else {
            (high, low) = (0, UInt64(UInt32(bigEndian: UInt32(truncatingIfNeeded: bytes.0))))
        }
        (portNumber, self.isIPv6) = (port, isIPv6)
    }

    private init(high: UInt64, low: UInt64, port: UInt16, isIPv6: Bool) {
        (self.high, self.low, portNumber, self.isIPv6) = (high, low, port, isIPv6)
    }

    /// 127.0.0.1 and a port that the system chooses.
    public static let loopback = Address(high: 0, low: 0x7f00_0001, port: 0, isIPv6: false)

    /// The host without brackets: `127.0.0.1`, `::1`.
    public var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isIPv6 {
            var bytes = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
        } else {
            var bytes = UInt32(truncatingIfNeeded: low).bigEndian
            inet_ntop(AF_INET, &bytes, &text, socklen_t(text.count))
        }
        return text.withUnsafeBufferPointer { buffer in
            String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// The port, 0 to 65,535; 0 asks the system to choose one.
    public var port: Int { Int(portNumber) }

    /// The same host with another port.
    ///
    /// - Precondition: `port` is from 0 to 65,535.
    public func with(port: Int) -> Address {
        precondition(0...65_535 ~= port, "\(port) is no port")
        return Address(high: high, low: low, port: UInt16(port), isIPv6: isIPv6)
    }

    /// Whether it can be the address of one machine: not the sign for all of its own, nor for many machines.
    public var isOfOneMachine: Bool {
        if isIPv6 { return high >> 56 != 0xff && (high, low) != (0, 0) }
        return low != 0 && low >> 28 < 14
    }

    /// Whether what is sent there never leaves this machine: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        if !isIPv6 { return low >> 24 == 127 }
        let isMapped = high == 0 && low >> 32 == 0xffff
        return isMapped ? low >> 24 & 0xff == 127 : high == 0 && low == 1
    }

    /// The room that the system's form of an address takes at most: `sockaddr_in6`.
    static let systemBytesMax = 28

    /// Writes the system's form, `sockaddr_in` or `sockaddr_in6`, to 28 bytes; returns its length.
    func write(to memory: UnsafeMutableRawPointer) -> socklen_t {
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Address.systemBytesMax)
        memory.storeBytes(of: UInt16(isIPv6 ? AF_INET6 : AF_INET), as: UInt16.self)
        memory.storeBytes(of: portNumber.bigEndian, toByteOffset: 2, as: UInt16.self)
        guard isIPv6 else {
            let host = UInt32(truncatingIfNeeded: low).bigEndian
            memory.storeBytes(of: host, toByteOffset: 4, as: UInt32.self)
            return 16
        }
        // The flow label before it and the scope behind it stay 0.
        memory.storeBytes(of: high.bigEndian, toByteOffset: 8, as: UInt64.self)
        memory.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt64.self)
        return 28
    }

    /// Reads the system's form; nil if it is of another family, such as `AF_UNIX`.
    init?(system memory: UnsafeRawPointer, length: Int) {
        guard length >= 16 else { return nil }
        let family = Int32(memory.loadUnaligned(as: UInt16.self))
        let port = UInt16(bigEndian: memory.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        if family == AF_INET {
            let host = UInt32(bigEndian: memory.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            self.init(high: 0, low: UInt64(host), port: port, isIPv6: false)
        } else if family == AF_INET6, length >= 28 {
            let high = UInt64(bigEndian: memory.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            let low = UInt64(bigEndian: memory.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            self.init(high: high, low: low, port: port, isIPv6: true)
        } else {
            return nil
        }
    }
}

extension Address: CustomStringConvertible {
    /// As it is read: `127.0.0.1:5000`, `[::1]:5000`.
    public var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Address: Codable {
    /// Reads its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = Address(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no address like 127.0.0.1:5000 or [::1]:5000"
            )
        }
        self = address
    }

    /// Writes its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// 0 to 65535 in digits alone, since `UInt16` would take a sign too.
private func decimalPort(_ text: Substring) -> UInt16? {
    guard 1...5 ~= text.utf8.count, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return UInt16(text)
}
