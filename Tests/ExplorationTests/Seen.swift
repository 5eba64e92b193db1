import Foundation

/// What a property has seen.
final class Seen: @unchecked Sendable {
    private let lock = NSLock()
    private var set: Set<[Int]?> = []

    func insert(_ value: [Int]?) { lock.withLock { _ = set.insert(value) } }

    var values: Set<[Int]?> { lock.withLock { set } }
}
