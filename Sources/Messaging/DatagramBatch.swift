import CLinux
import Glibc

/// Memory for handing many datagrams to the kernel, or taking them, in one system call.
///
/// All of it is allocated once. Each message's header points to its own vector and address.
final class DatagramBatch {
    let capacity: Int
    private let messages: UnsafeMutablePointer<linux_message>
    private let vectors: UnsafeMutablePointer<iovec>
    private let addresses: UnsafeMutableRawPointer
    private let payloads: UnsafeMutableRawPointer?
    private let payloadBytesMax: Int

    /// - Parameters:
    ///   - capacity: How many datagrams fit.
    ///   - payloadBytesMax: Room for each of them, for taking; 0 for handing over.
    private init(capacity: Int, payloadBytesMax: Int) {
        self.capacity = capacity
        self.payloadBytesMax = payloadBytesMax
        messages = .allocate(capacity: capacity)
        messages.initialize(repeating: linux_message(), count: capacity)
        vectors = .allocate(capacity: capacity)
        vectors.initialize(repeating: iovec(), count: capacity)
        addresses = .allocate(byteCount: capacity * DatagramBatch.addressBytes, alignment: 8)
        payloads =
            payloadBytesMax > 0
            ? .allocate(byteCount: capacity * payloadBytesMax, alignment: 64) : nil
        for index in 0..<capacity {
            messages[index].header.msg_name = addresses + index * DatagramBatch.addressBytes
            messages[index].header.msg_iov = vectors + index
            messages[index].header.msg_iovlen = 1
            if let payloads {
                vectors[index] = iovec(
                    iov_base: payloads + index * payloadBytesMax,
                    iov_len: payloadBytesMax
                )
            }
        }
    }

    deinit {
        messages.deallocate()
        vectors.deallocate()
        addresses.deallocate()
        payloads?.deallocate()
    }

    private static let addressBytes = 32

    /// For taking 32 datagrams of any size; pages that no datagram reaches stay untouched.
    static func inbox() -> DatagramBatch { DatagramBatch(capacity: 32, payloadBytesMax: 64 << 10) }
    /// For handing over, from the queue of a socket.
    static func outbox() -> DatagramBatch { DatagramBatch(capacity: 64, payloadBytesMax: 0) }

    /// Takes what has come; -1 with `errno` as of the system call.
    func receive(from socket: Int32) -> Int {
        for index in 0..<capacity {
            messages[index].header.msg_namelen = socklen_t(DatagramBatch.addressBytes)
        }
        return Int(linux_recvmmsg(socket, messages, UInt32(capacity), 0))
    }

    /// The datagram that was received as number `index`; nil if its sender has no internet address.
    func received(_ index: Int) -> (payload: UnsafeRawBufferPointer, sender: Address)? {
        let header = messages[index].header
        guard let name = header.msg_name,
            let sender = Address(system: name, length: Int(header.msg_namelen))
        else { return nil }
        let payload = UnsafeRawBufferPointer(
            start: vectors[index].iov_base,
            count: min(Int(messages[index].length), payloadBytesMax)
        )
        return (payload, sender)
    }

    /// Makes `payload` the datagram number `index` to send; it must live until `send`.
    func set(_ index: Int, _ payload: UnsafeRawBufferPointer, to address: Address) {
        vectors[index] = iovec(
            iov_base: UnsafeMutableRawPointer(mutating: payload.baseAddress),
            iov_len: payload.count
        )
        let name = addresses + index * DatagramBatch.addressBytes
        messages[index].header.msg_namelen = address.write(to: name)
    }

    /// Hands over the first `count`: returns how many were taken; -1 if the first one was not.
    func send(_ count: Int, on socket: Int32) -> Int {
        Int(linux_sendmmsg(socket, messages, UInt32(count), Int32(MSG_NOSIGNAL)))
    }
}
