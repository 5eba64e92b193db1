import Files

/// The first line of a part: `lightcone-part 1 3 1 Reducer_0 7 5 1a2b3c4d`.
///
/// The words are the id of the checkpoint, its recovery, the part, the number of the save and how many
/// bytes follow.
struct PartSeal: Hashable {
    static let form = Seal.Form("lightcone-part", version: 1, wordCount: 5)

    let checkpoint: CheckpointName
    let part: String
    let number: Int
    let bytes: Int

    var words: [String] {
        ["\(checkpoint.id)", "\(checkpoint.recovery)", part, "\(number)", "\(bytes)"]
    }

    init(_ checkpoint: CheckpointName, part: String, number: Int, bytes: Int) {
        self.checkpoint = checkpoint
        self.part = part
        self.number = number
        self.bytes = bytes
    }

    /// Nil if the words are not those of a part.
    init?(_ words: [String]) {
        guard words.count == Self.form.wordCount, let id = Int(words[0]),
            let recovery = Int(words[1]), let number = Int(words[3]), let bytes = Int(words[4])
        else { return nil }
        self.init(
            CheckpointName(id, recovery: recovery),
            part: words[2],
            number: number,
            bytes: bytes
        )
        guard self.words == words else { return nil }
    }
}
