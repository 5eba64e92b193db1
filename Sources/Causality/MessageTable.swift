/// The messages of a log: each is known by its name and its sender.
///
/// The sender belongs to it, as in the logs of word count a file that a worker gets and its commit of that
/// file have one name; these are two messages, and the second is no cause of the first.
struct MessageTable {
    private struct Key: Hashable {
        let name: String
        let sender: String
    }

    private var byKey: [Key: Int] = [:]
    /// For receipts that do not say from whom: the first of this name.
    private var byName: [String: Int] = [:]

    /// Enters a message.
    ///
    /// - Returns: The number of a message of this name and sender that was there before, and is no more.
    mutating func add(_ number: Int, name: String, sender: String) -> Int? {
        if byName[name] == nil { byName[name] = number }
        return byKey.updateValue(number, forKey: Key(name: name, sender: sender))
    }

    /// The number of a message.
    func find(name: String, sender: String?) -> Int? {
        guard let sender else { return byName[name] }
        return byKey[Key(name: name, sender: sender)]
    }
}
