/// The words of a corpus: one for every rank, no two alike.
///
/// Of 32 ranks in a row, each has a shape of its own or shares it with others: plain words, words
/// with a comma or a full stop, capitals, quotes, handles, tags, links, and words in Cyrillic,
/// Greek, Han, accented Latin and emoji. Shapes cannot be mistaken for each other, and within a
/// shape the word is a number written in syllables, which all have the same length in bytes.
struct Vocabulary {
    /// Room enough for any word.
    static let wordBytesMax = 32

    private enum Shape: Int, CaseIterable {
        case plain, punctuated, capital, handle, tag, quoted, cyrillic, greek, accented, han, emoji
        case link
    }

    /// The shapes of 32 ranks in a row; the most frequent words are plain.
    private static let pattern: [Shape] = [
        .plain, .plain, .plain, .plain, .plain, .capital, .plain, .punctuated,
        .plain, .cyrillic, .plain, .handle, .plain, .accented, .plain, .capital,
        .greek, .plain, .tag, .plain, .punctuated, .han, .plain, .emoji,
        .capital, .plain, .handle, .punctuated, .plain, .quoted, .tag, .link,
    ]

    /// Syllables of one length in bytes.
    private struct Syllables {
        /// The bytes of each, the first lowest.
        var codes: [UInt64] = []
        var bytes = 0

        init(_ syllables: [String]) {
            for syllable in syllables {
                let units = Array(syllable.utf8)
                bytes = units.count
                codes.append(units.reversed().reduce(0) { $0 << 8 | UInt64($1) })
            }
        }

        init(_ consonants: String, _ vowels: String) {
            self.init(
                consonants.flatMap { consonant in vowels.map { "\(consonant)\($0)" } }
            )
        }
    }

    private let shapeOf: [Int]
    /// For each of the 32, the number of ranks before it that have the same shape.
    private let before: [UInt64]
    private let perPattern: [UInt64]
    private let syllables: [Syllables]

    init() {
        var seen = [UInt64](repeating: 0, count: Shape.allCases.count)
        var before: [UInt64] = []
        for shape in Self.pattern {
            before.append(seen[shape.rawValue])
            seen[shape.rawValue] += 1
        }
        self.before = before
        perPattern = seen
        shapeOf = Self.pattern.map(\.rawValue)
        let latin = Syllables("bdfghjklmnprstvz", "aeiou")
        syllables = Shape.allCases.map { shape in
            switch shape {
            case .plain, .punctuated, .capital, .handle, .tag, .quoted: latin
            case .cyrillic: Syllables("бвгджзклмнпрстфх", "аеиоу")
            case .greek: Syllables("βγδζθκλμνξπρστφχ", "αειοω")
            case .accented: Syllables("bdfghjklmnprstvz", "áéñöç")
            case .han: Self.scalars(from: 0x4E00, 4096)
            case .emoji: Self.scalars(from: 0x1F600, 64)
            case .link: Syllables("abcdefghijklmnopqrstuvwxyz234567".map { String($0) })
            }
        }
    }

    private static func scalars(from first: UInt32, _ count: UInt32) -> Syllables {
        Syllables((first..<first + count).compactMap(Unicode.Scalar.init).map { "\($0)" })
    }

    /// Writes the word of a rank, and returns its length.
    ///
    /// There must be room for ``wordBytesMax`` and seven bytes more.
    func write(_ rank: UInt64, to start: UnsafeMutablePointer<UInt8>) -> Int {
        let column = Int(rank & 31)
        let shape = shapeOf[column]
        let number = (rank >> 5) * perPattern[shape] + before[column]
        var place = start
        switch Shape(rawValue: shape) {
        case .punctuated:
            spell(number >> 2, shape, &place)
            put([".", ",", "!", "?"][Int(number & 3)], &place)
        case .capital:
            spell(number, shape, &place)
            start.pointee &= ~0x20
        case .handle:
            put("@", &place)
            spell(number, shape, &place)
        case .tag:
            put("#", &place)
            spell(number, shape, &place)
        case .quoted:
            put("\"", &place)
            spell(number, shape, &place)
            put("\"", &place)
        case .link:
            for byte in "https://t.co/".utf8 {
                place.pointee = byte
                place += 1
            }
            spellFixed(number, shape, &place)
        case .plain, .cyrillic, .greek, .accented, .han, .emoji, nil:
            spell(number, shape, &place)
        }
        return place - start
    }

    /// Writes a number in syllables, as many as it takes; frequent words are the short ones.
    private func spell(_ number: UInt64, _ shape: Int, _ place: inout UnsafeMutablePointer<UInt8>) {
        let base = UInt64(syllables[shape].codes.count)
        // As in a language: a few words of one syllable, some of two, and all the others longer.
        var rest = number
        if base == 80 { rest += number < 5 ? 75 : number < 70 ? 80 : 80 + 80 * 80 }
        var turn: UInt64 = 0
        while true {
            // Turned by the place, so that numbers in a row do not sound alike.
            put(syllables[shape], (rest % base * 37 + turn) % base, &place)
            if rest < base { return }
            rest = rest / base - 1
            turn += 11
        }
    }

    /// Writes a number in eight syllables that look drawn by lot.
    private func spellFixed(
        _ number: UInt64,
        _ shape: Int,
        _ place: inout UnsafeMutablePointer<UInt8>
    ) {
        // Times an odd number, modulo 2^40: no two are alike.
        var rest = number &* 0x9E37_79B9_7F4A_7C15 & 0xFF_FFFF_FFFF
        for _ in 0..<8 {
            put(syllables[shape], rest & 31, &place)
            rest >>= 5
        }
    }

    private func put(
        _ syllables: Syllables,
        _ index: UInt64,
        _ place: inout UnsafeMutablePointer<UInt8>
    ) {
        let code = syllables.codes[Int(index)]
        UnsafeMutableRawPointer(place).storeBytes(of: code, as: UInt64.self)
        place += syllables.bytes
    }

    private func put(_ letter: Unicode.Scalar, _ place: inout UnsafeMutablePointer<UInt8>) {
        place.pointee = UInt8(ascii: letter)
        place += 1
    }
}
