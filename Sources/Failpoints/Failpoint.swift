/// A named place in the code at which a tester can let something go wrong, in a real process.
///
/// Whoever has the place declares it, and passes it there:
///
/// ```swift
/// extension Failpoint {
///     static let afterSave = Failpoint("store.after-save", "the save is durable, nobody knows yet")
/// }
///
/// try failpoints.pass(.afterSave)
/// ```
public struct Failpoint: Hashable, Sendable {
    /// What a tester calls it: `store.after-save`.
    public let name: String
    /// What is true when the process comes there, in a few words.
    public let meaning: String

    /// A place of this name, of the form `room.the-place`, which no other place of the house has.
    public init(_ name: String, _ meaning: String) {
        precondition(Failpoint.isName(name), "'\(name)' is not of the form word.word-word")
        self.name = name
        self.meaning = meaning
    }

    /// Whether it is two words of small letters and digits with a point between them; hyphens may stand
    /// between letters.
    static func isName(_ text: String) -> Bool {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        return halves.count == 2
            && halves.allSatisfy { half in
                half.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { word in
                    !word.isEmpty && word.utf8.allSatisfy(isWordByte)
                }
            }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
            || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}
