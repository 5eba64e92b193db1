/// The messages of a log: each is known by its name and its sender.
///
/// The sender belongs to it, as in the logs of word count a file that a worker gets and its commit of that
/// file have one name; these are two messages, and the second is no cause of the first.
struct MessageTable {
    private struct Key: Hashable {
        let name: String
        let sender: String
    }

    /// The first of each name, whoever sent it.
    private var firsts: [String: (sender: String, number: Int)] = [:]
    /// Further ones, by other senders.
    private var others: [Key: Int] = [:]

    /// Enters a message, unless there is one of this name and sender.
    ///
    /// - Returns: The number of the one that is there.
    mutating func add(_ number: Int, name: String, sender: String) -> Int? {
        if let known = find(name: name, sender: sender) { return known }
        if firsts[name] == nil {
            firsts[name] = (sender, number)
        } else {
            others[Key(name: name, sender: sender)] = number
        }
        return nil
    }

    /// The number of a message; without a sender, of the first with this name.
    func find(name: String, sender: String?) -> Int? {
        guard let first = firsts[name] else { return nil }
        guard let sender, sender != first.sender else { return first.number }
        return others[Key(name: name, sender: sender)]
    }
}
