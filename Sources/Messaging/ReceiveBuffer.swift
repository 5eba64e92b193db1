/// Bytes that came and wait to be taken, in one piece, with room to read more behind them.
///
/// A class, so that whoever looks at the bytes can keep them alive while their stream is closed.
final class ReceiveBuffer {
    private var memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    init(capacity: Int) {
        memory = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit { memory.deallocate() }

    var count: Int { end - start }
    var capacity: Int { memory.count }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[start..<end]) }

    /// Room for at least `count` bytes; `filled` tells how many were put there.
    func room(for count: Int) -> UnsafeMutableRawBufferPointer {
        if memory.count - end < count {
            // Moving to the front costs what is held; doing so when as much was taken, or into
            // twice the room, each byte is moved a bounded number of times.
            let held = bytes
            if self.count + count <= memory.count, self.count <= start {
                memory.copyMemory(from: held)
            } else {
                let capacity = max(2 * memory.count, self.count + count)
                let larger = UnsafeMutableRawBufferPointer.allocate(
                    byteCount: capacity,
                    alignment: 64
                )
                larger.copyMemory(from: held)
                memory.deallocate()
                memory = larger
            }
            (start, end) = (0, held.count)
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[end...])
    }

    func filled(_ count: Int) { end += count }

    func append(_ bytes: UnsafeRawBufferPointer) {
        room(for: bytes.count).copyMemory(from: bytes)
        filled(bytes.count)
    }

    func take(_ count: Int) {
        start += count
        if start == end { (start, end) = (0, 0) }
    }
}
