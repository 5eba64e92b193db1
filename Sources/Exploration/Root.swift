/// A state from which a search begins: everybody who begins at once has, or has died of it.
struct Root {
    let words: [UInt32]
    /// The beginnings that led to it.
    let moves: [Move]

    init(words: [UInt32]) {
        self.words = words
        moves = []
    }

    init(_ record: StateRecord, moves: [Move]) {
        words = Array(UnsafeBufferPointer(start: record.words, count: record.count))
        self.moves = moves
    }

    /// Hands out the state; its words are good during the call only.
    func withRecord<Answer>(_ body: (StateRecord) -> Answer) -> Answer {
        words.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                preconditionFailure("a state has words")
            }
            return body(StateRecord(words: base))
        }
    }
}
