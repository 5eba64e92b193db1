/// A list that grows at its end and whose elements never move.
///
/// One thread at a time appends, under its owner's lock. Others may read an element without a lock once
/// they have learned its index from somebody who did so after the append: under that lock, or across
/// the end of a level.
final class SegmentedStore<Element>: @unchecked Sendable {
    // Segment s holds 2^(8+s) elements.
    @inline(__always) private static var first: Int { 256 }
    @inline(__always) private static var segmentsMax: Int { 24 }
    /// All that an index of 30 bits can name.
    private static var countMax: Int { 1 << 30 }

    private let segments: UnsafeMutablePointer<UnsafeMutablePointer<Element>?>
    @exclusivity(unchecked) private(set) var count = 0

    init() {
        segments = .allocate(capacity: Self.segmentsMax)
        segments.initialize(repeating: nil, count: Self.segmentsMax)
    }

    deinit {
        for segment in 0..<Self.segmentsMax {
            guard let elements = segments[segment] else { break }
            let begin = Self.first << segment - Self.first
            elements.deinitialize(count: min(max(0, count - begin), Self.first << segment))
            elements.deallocate()
        }
        segments.deallocate()
    }

    /// - Returns: The new element's index.
    func append(_ element: consuming Element) -> Int {
        precondition(count < Self.countMax, "\(count) different things in one search")
        let (segment, offset) = Self.place(count)
        let elements: UnsafeMutablePointer<Element>
        if let known = segments[segment] {
            elements = known
        } else {
            elements = .allocate(capacity: Self.first << segment)
            segments[segment] = elements
        }
        (elements + offset).initialize(to: element)
        count += 1
        return count - 1
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        unsafeAddress { UnsafePointer(address(index)) }
    }

    @inline(__always)
    func address(_ index: Int) -> UnsafeMutablePointer<Element> {
        let (segment, offset) = Self.place(index)
        // Who knows an index knows that its segment is there.
        return segments[segment].unsafelyUnwrapped + offset
    }

    @inline(__always)
    private static func place(_ index: Int) -> (segment: Int, offset: Int) {
        let shifted = index + first
        let segment = 63 - shifted.leadingZeroBitCount - 8
        return (segment, shifted - first << segment)
    }
}

extension SegmentedStore where Element == UInt32 {
    /// Appends words that lie side by side.
    ///
    /// - Returns: The index of the first.
    func append(contentsOf words: [UInt32]) -> Int {
        while !words.isEmpty,
            Self.place(count).segment != Self.place(count + words.count - 1).segment
        {
            _ = append(0)
        }
        let begin = count
        for word in words { _ = append(word) }
        return begin
    }
}
