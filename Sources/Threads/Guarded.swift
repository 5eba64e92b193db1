/// A value that threads share, each at its time.
///
/// The standard library's `Mutex` does the same, but the thread sanitizer does not understand it.
public final class Guarded<Value>: @unchecked Sendable {
    private let lock = Lock()
    private var value: Value

    /// Shares a value, which nobody else must hold on to if it is a reference.
    public init(_ value: Value) {
        self.value = value
    }

    /// Reads or changes the value while nobody else does.
    public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try lock.withLock { try body(&value) }
    }
}
