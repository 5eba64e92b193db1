#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The path of a file as the system knows it: bytes, which need not be UTF-8.
public struct InputPath: Hashable, Sendable {
    /// The bytes of the path, without the zero that ends it for the system.
    public let bytes: [UInt8]

    /// The path of these bytes.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The path that is spelled like this.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The path of an entry of this folder.
    public func appending(_ name: InputPath) -> InputPath {
        if bytes.isEmpty { return name }
        let slash = UInt8(ascii: "/")
        return InputPath(bytes: bytes + (bytes.last == slash ? [] : [slash]) + name.bytes)
    }

    /// Hands the path to a system call.
    ///
    /// The system would cut a path at a zero byte and open something else; such a path is nil.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result? {
        if bytes.contains(0) { return nil }
        return try (bytes + [0]).withUnsafeBufferPointer { buffer in
            try buffer.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else { return nil }
                return try body(start)
            }
        }
    }
}

extension InputPath: Comparable {
    /// Byte order: the same on every machine and in every locale.
    public static func < (left: InputPath, right: InputPath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension InputPath: ExpressibleByStringLiteral {
    /// The path that is spelled like this.
    public init(stringLiteral text: String) {
        self.init(text)
    }
}

extension InputPath: CustomStringConvertible {
    /// The path on one line: what is not UTF-8, and every control character, shows as U+FFFD.
    public var description: String {
        var shown = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            shown.append(isControl ? "\u{FFFD}" : scalar)
        }
        return String(shown)
    }
}
