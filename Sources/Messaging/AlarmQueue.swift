/// Actions by the time at which they are due; those of one time in the order of their scheduling.
///
/// A binary heap whose entries name a slot that holds the action. Cancelling empties the slot and
/// leaves the entry, which is dropped when it comes up, or when such entries are the half of all: so
/// cancelling costs nothing worth naming, and an alarm that is put off a million times takes no room.
struct AlarmQueue {
    /// Entries below which nobody tidies up.
    private static let tidiedEntriesMin = 64

    private struct Entry {
        let nanoseconds: Int
        let sequence: UInt64
        let slot: Int

        /// The order in which they are run.
        func isBefore(_ other: Entry) -> Bool {
            nanoseconds != other.nanoseconds
                ? nanoseconds < other.nanoseconds : sequence < other.sequence
        }
    }

    private struct Slot {
        /// Whose it is; 0 if nobody's.
        var sequence: UInt64 = 0
        /// Whether its entry is still in the heap: what is due leaves that before it is run.
        var isQueued = false
        var action: (() -> Void)?
    }

    private var heap: [Entry] = []
    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var sequenceNext: UInt64 = 1
    /// Entries of the heap whose alarm was cancelled.
    private var staleCount = 0

    /// How many alarms wait in the heap.
    var count: Int { heap.count - staleCount }
    /// How much memory it holds, in entries: for tests.
    var entryCapacity: Int { max(heap.count, slots.count) }

    mutating func add(at nanoseconds: Int, _ action: @escaping () -> Void) -> EventLoop.Alarm {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slot = slots.count
            slots.append(Slot())
        }
        let sequence = sequenceNext
        sequenceNext += 1
        slots[slot] = Slot(sequence: sequence, isQueued: true, action: action)
        heap.append(Entry(nanoseconds: nanoseconds, sequence: sequence, slot: slot))
        rise(from: heap.count - 1)
        return EventLoop.Alarm(slot: slot, sequence: sequence)
    }

    /// Takes an alarm out; one that was run or cancelled already stays so.
    ///
    /// - Returns: The action, for the caller to let go of: its end may call back.
    mutating func cancel(_ alarm: EventLoop.Alarm) -> (() -> Void)? {
        guard slots[alarm.slot].sequence == alarm.sequence else { return nil }
        if slots[alarm.slot].isQueued { staleCount += 1 }
        let action = free(alarm.slot)
        if staleCount * 2 > heap.count, heap.count > AlarmQueue.tidiedEntriesMin { tidy() }
        return action
    }

    /// When the first alarm is due.
    mutating func first() -> Int? {
        while let top = heap.first {
            if isLive(top) { return top.nanoseconds }
            removeTop()
            staleCount -= 1
        }
        return nil
    }

    /// Moves what is due at `now` to `due`, in order; `take` has the action of each.
    mutating func moveDue(at now: Int, to due: inout [EventLoop.Alarm]) {
        while let next = first(), next <= now, let top = heap.first {
            removeTop()
            slots[top.slot].isQueued = false
            due.append(EventLoop.Alarm(slot: top.slot, sequence: top.sequence))
        }
    }

    /// The action of an alarm that is due, once; nil if it was cancelled since.
    mutating func take(_ alarm: EventLoop.Alarm) -> (() -> Void)? {
        guard slots[alarm.slot].sequence == alarm.sequence else { return nil }
        return free(alarm.slot)
    }

    private mutating func free(_ slot: Int) -> (() -> Void)? {
        let action = slots[slot].action
        slots[slot] = Slot()
        freeSlots.append(slot)
        return action
    }

    private func isLive(_ entry: Entry) -> Bool { slots[entry.slot].sequence == entry.sequence }

    private mutating func tidy() {
        heap.removeAll { slots[$0.slot].sequence != $0.sequence }
        staleCount = 0
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: index) }
    }

    private mutating func removeTop() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        sink(from: 0)
    }

    private mutating func rise(from start: Int) {
        var index = start
        let entry = heap[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.isBefore(heap[parent]) else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    private mutating func sink(from start: Int) {
        var index = start
        let entry = heap[index]
        while true {
            var child = 2 * index + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(entry) else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = entry
    }
}
