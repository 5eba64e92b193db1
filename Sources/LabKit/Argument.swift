import Glibc

/// One argument of a command line, with the exact bytes the system handed over.
///
/// A file name on Linux is any bytes but NUL and `/`; one that is not UTF-8 must still open, so the
/// bytes are kept and `text` is only a reading of them.
public struct Argument: Hashable, Sendable {
    /// The bytes as given, without the closing NUL.
    public let bytes: [UInt8]

    /// An argument of these bytes.
    public init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// An argument of this text.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The bytes read as UTF-8; what is not UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The bytes read as UTF-8, or `nil` if they are not.
    public var validText: String? { String(validating: bytes, as: UTF8.self) }

    /// The arguments of this process, the program's own name left out.
    public static var ofThisProcess: [Argument] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { start in
                Argument(bytes: UnsafeRawBufferPointer(start: start, count: strlen(start)))
            }
        }
    }
}

extension Argument: ExpressibleByStringInterpolation {
    /// An argument of this text.
    public init(stringLiteral text: String) { self.init(text) }
}

extension Argument: CustomStringConvertible {
    /// The argument as it may be shown: one line, control characters and stray bytes made visible.
    public var description: String { Terminal.escaped(bytes: bytes) }
}

extension Argument {
    /// The argument in quotes and cut to a bearable length, for a message.
    public var quoted: String {
        let shown = description
        return shown.count <= 60 ? "'\(shown)'" : "'\(shown.prefix(59))…'"
    }

    /// Whether this stands where an option stands: `-x` or `--word`, but not `-` and not `-1`.
    var looksLikeOption: Bool {
        guard bytes.count > 1, bytes[0] == UInt8(ascii: "-") else { return false }
        let digits = bytes.dropFirst(bytes[1] == UInt8(ascii: ".") ? 2 : 1)
        return !(digits.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false)
    }

    /// The name and the value of `--name=value`; the value is `nil` if there is no `=`.
    var split: (name: Argument, value: Argument?) {
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "=")) else { return (self, nil) }
        return (Argument(bytes: bytes[..<mark]), Argument(bytes: bytes[(mark + 1)...]))
    }
}
