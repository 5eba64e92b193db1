/// A command and its arguments: bytes in one piece, so that a thousand pairs cost no thousand arrays.
public struct RedisCommand: Sendable {
    var bytes: [UInt8] = []
    /// Where each argument ends in `bytes`.
    var ends: [Int] = []

    /// A command with text arguments; more of any bytes can be added.
    public init(_ words: String...) {
        for word in words { add(word) }
    }

    /// Adds an argument.
    public mutating func add(_ text: String) {
        bytes += text.utf8
        ends.append(bytes.count)
    }

    /// Adds an argument.
    public mutating func add(_ number: some BinaryInteger) { add(String(number)) }

    /// Adds an argument of any bytes.
    public mutating func add(_ argument: some Sequence<UInt8>) {
        bytes += argument
        ends.append(bytes.count)
    }

    /// Adds an argument of any bytes.
    public mutating func add(_ argument: UnsafeRawBufferPointer) {
        bytes += argument
        ends.append(bytes.count)
    }

    /// The command with one more argument.
    public func adding(_ argument: some Sequence<UInt8>) -> RedisCommand {
        var command = self
        command.add(argument)
        return command
    }

    /// The command with more arguments.
    public func adding(_ words: [String]) -> RedisCommand {
        var command = self
        for word in words { command.add(word) }
        return command
    }
}
