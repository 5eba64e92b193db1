/// When which message is to be sent (again): a binary heap, earliest first.
///
/// What has been acknowledged stays until it comes to the top or is swept out with others. Its owner
/// knows what is still in flight, and sees to it that the top always is.
struct RetryTimes: Hashable, Sendable {
    /// One message and its time.
    ///
    /// The order is total, so that no two runs differ.
    struct Entry: Hashable, Comparable, Sendable {
        let time: Int
        let peer: PeerLife
        let sequence: UInt64

        static func < (left: Entry, right: Entry) -> Bool {
            (left.time, left.peer, left.sequence) < (right.time, right.peer, right.sequence)
        }
    }

    private var heap: [Entry] = []

    var count: Int { heap.count }
    var first: Entry? { heap.first }

    mutating func insert(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        sink(0)
    }

    /// Keeps these only.
    mutating func keep(where isKept: (Entry) -> Bool) {
        heap.removeAll { !isKept($0) }
        for parent in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(parent) }
    }

    private mutating func sink(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
