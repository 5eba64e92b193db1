/// One event of an execution: where it stands.
public struct EventPoint: Hashable, Codable, Comparable, Sendable {
    /// The process, as an index into `Execution.processes`.
    public var process: Int
    /// Which of the process's events, from 0.
    public var index: Int

    /// The event with this index, from 0, of a process.
    public init(process: Int, index: Int) {
        self.process = process
        self.index = index
    }

    /// By process, then by index: an order for lists, which says nothing about causes.
    public static func < (left: EventPoint, right: EventPoint) -> Bool {
        (left.process, left.index) < (right.process, right.index)
    }
}
