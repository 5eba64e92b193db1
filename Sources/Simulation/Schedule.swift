/// What is to happen in a simulated run, by time; at one time, in the order of asking.
///
/// A heap with four children a node holds times and the slots of the payloads, which stay where they
/// are: what moves is small. Asking and taking cost O(log n).
struct Schedule<Payload> {
    private struct Entry {
        let time: Int
        /// Decides between entries of one time.
        let order: Int
        let slot: Int

        func isBefore(_ other: Entry) -> Bool {
            time != other.time ? time < other.time : order < other.order
        }
    }

    private var heap: [Entry] = []
    private var payloads: [Payload?] = []
    private var freeSlots: [Int] = []
    private var orders = 0

    /// How much is to happen.
    var count: Int { heap.count }

    /// What is to happen, in order; costs O(n log n).
    var inOrder: [Payload] {
        heap.sorted { $0.isBefore($1) }.compactMap { payloads[$0.slot] }
    }

    /// Lets something happen at a time.
    mutating func add(_ payload: Payload, at time: Int) {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            payloads[slot] = payload
        } else {
            slot = payloads.count
            payloads.append(payload)
        }
        orders += 1
        heap.append(Entry(time: time, order: orders, slot: slot))
        rise(from: heap.count - 1)
    }

    /// Takes what happens next.
    mutating func next() -> (time: Int, payload: Payload)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        guard let payload = payloads[first.slot].take() else {
            preconditionFailure("slot \(first.slot) of the schedule is empty")
        }
        freeSlots.append(first.slot)
        return (first.time, payload)
    }

    /// Takes off what is not to happen any more; costs O(n log n).
    mutating func removeAll(where isNotToHappen: (Payload) -> Bool) {
        let entries = heap
        heap.removeAll(keepingCapacity: true)
        for entry in entries {
            if let payload = payloads[entry.slot], isNotToHappen(payload) {
                payloads[entry.slot] = nil
                freeSlots.append(entry.slot)
            } else {
                heap.append(entry)
                rise(from: heap.count - 1)
            }
        }
    }

    private mutating func rise(from start: Int) {
        var child = start
        let entry = heap[child]
        while child > 0 {
            let parent = (child - 1) / 4
            guard entry.isBefore(heap[parent]) else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    private mutating func sink() {
        var parent = 0
        let entry = heap[0]
        while true {
            let first = parent * 4 + 1
            guard first < heap.count else { break }
            var least = first
            for child in (first + 1)..<max(first + 1, min(first + 4, heap.count))
            where heap[child].isBefore(heap[least]) {
                least = child
            }
            guard heap[least].isBefore(entry) else { break }
            heap[parent] = heap[least]
            parent = least
        }
        heap[parent] = entry
    }
}
