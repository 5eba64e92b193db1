/// The name of a checkpoint's folder, which says how far it has come.
struct CheckpointFolder: Hashable {
    /// How far it has come; each is what the folder's name ends with.
    enum Stage: String, CaseIterable {
        /// All parts are there.
        case complete = ""
        /// Parts are being saved.
        case partial = ".partial"
        /// It is about to go, and counts no more.
        case removed = ".removed"
    }

    let name: CheckpointName
    let stage: Stage

    /// `checkpoint-3.recovery-1.partial`.
    var text: String {
        "\(Self.checkpoint)\(name.id)\(Self.recovery)\(name.recovery)\(stage.rawValue)"
    }

    init(_ name: CheckpointName, _ stage: Stage) {
        self.name = name
        self.stage = stage
    }

    /// Nil if this is not a name that we give.
    init?(_ text: String) {
        guard let stage = Stage.allCases.last(where: { text.hasSuffix($0.rawValue) }) else {
            return nil
        }
        let words = text.dropLast(stage.rawValue.utf8.count).split(separator: ".")
        guard words.count == 2, words[0].hasPrefix(Self.checkpoint),
            let id = Int(words[0].dropFirst(Self.checkpoint.count)),
            let recovery = Int(words[1].dropFirst(Self.recovery.count - 1))
        else { return nil }
        self.init(CheckpointName(id, recovery: recovery), stage)
        // A number can be written in several ways, of which only ours is right.
        guard self.text == text, name.isPossible else { return nil }
    }

    private static let checkpoint = "checkpoint-"
    private static let recovery = ".recovery-"

    static let manifest = "manifest"
    private static let part = ".part"
    private static let unfinished = "~"

    static func file(ofPart part: String) -> String { part + Self.part }

    /// Where a process writes a part before it has its name: each one in a place of its own.
    static func unfinishedFile(ofPart part: String, process: Int32) -> String {
        "\(file(ofPart: part)).\(process)\(unfinished)"
    }

    static func isUnfinished(_ file: String) -> Bool {
        file.hasSuffix(unfinished) && file.contains("\(part).")
    }

    static func isOurs(_ file: String) -> Bool {
        file == manifest || file.hasSuffix(part) || isUnfinished(file)
    }

    /// Whether a part can have this name: letters and digits of ASCII, `_` and `-`, so that it is a file
    /// of the folder and nothing else.
    static func isPartName(_ name: String) -> Bool {
        1...partNameBytesMax ~= name.utf8.count
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    static let partNameBytesMax = 100
}
