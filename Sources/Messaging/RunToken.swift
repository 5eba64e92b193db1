/// What all frames of one run have in common, and those of no other: 128 random bits.
///
/// Ports are used again, and a process that was stopped may wake up in the middle of somebody else's
/// run. A frame with another token is a stranger's, whatever else it says. The token keeps runs
/// apart; it is no secret that keeps out those who can read a run's traffic.
///
/// Still, who knows the token can take part in the run, so it must not get into logs, messages or
/// bug reports by accident. Therefore neither ``description`` nor a dump shows it: ``text`` does, and has
/// to be asked for by name.
public struct RunToken: Hashable, Sendable {
    /// How many bytes the token takes in a frame.
    public static let byteCount = 16

    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A token drawn from a generator; a test hands in one with a seed.
    public init(using generator: inout some RandomNumberGenerator) {
        high = generator.next()
        low = generator.next()
    }

    /// A token that nobody has had before, drawn from the system's random source.
    public static func random() -> RunToken {
        // On Linux this is getrandom(2): good enough for keys, and it never runs dry.
        var generator = SystemRandomNumberGenerator()
        return RunToken(using: &generator)
    }

    /// The token that ``text`` shows: 32 hexadecimal digits of either case; nil for any other text.
    public init?(text: String) {
        let digits = text.utf8
        guard digits.count == 2 * Self.byteCount else { return nil }
        var words: [UInt64] = [0, 0]
        for (place, digit) in digits.enumerated() {
            // Numbers from text would let a sign pass, so digits are read one by one.
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue, digit < 0x80 else {
                return nil
            }
            words[place / 16] = words[place / 16] << 4 | UInt64(value)
        }
        self.init(high: words[0], low: words[1])
    }

    /// The token as 32 small hexadecimal digits, in the order of its bytes in a frame.
    ///
    /// For handing it on, to a process that is to take part; never for showing it.
    public var text: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 2 * Self.byteCount) { buffer in
            for place in 0..<16 {
                let shift = UInt64(60 - 4 * place)
                buffer[place] = digits[Int(high >> shift & 15)]
                buffer[16 + place] = digits[Int(low >> shift & 15)]
            }
            return 2 * Self.byteCount
        }
    }

    /// Whether both are the same, in a time that does not depend on where they differ.
    ///
    /// A stranger who measures how soon a frame is refused thus learns nothing about the token.
    public static func == (left: RunToken, right: RunToken) -> Bool {
        (left.high ^ right.high) | (left.low ^ right.low) == 0
    }
}

extension RunToken: Codable {
    /// Reads ``text``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let token = RunToken(text: try container.decode(String.self)) else {
            // What stands there instead may be a token with a slip in it: it is not shown either.
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a run token is 32 hexadecimal digits"
            )
        }
        self = token
    }

    /// Writes ``text``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension RunToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The same for every token: it would stand in a log one day.
    public var description: String { "RunToken(…)" }

    /// The same for every token.
    public var debugDescription: String { description }

    /// Without children, so that `dump` and a failed test show no token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
