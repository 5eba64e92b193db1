/// What a process needs to know to take part in snapshots: the epoch it is in, and what it has sent and received.
///
/// This is the general algorithm, as a value that knows nothing of the program underneath, of messages or of
/// files. The epoch is the last component of the vector clock, which only the coordinator raises (Mattern,
/// "Virtual Time and Global States of Distributed Systems", 1989, section 6). What a process does with a message
/// follows from the epoch that stands on it:
///
/// | epoch of the message | it was sent | what the process does |
/// |---|---|---|
/// | mine | on my side of the cut | takes it |
/// | a later one | behind the cut | first goes there: `checkpoint(into:)`, and then takes it |
/// | an earlier one | before the cut, and is in flight across it | takes it, and adds it to its part |
///
/// A snapshot is complete when what was sent before it, less what was received of that, is nothing over all
/// processes: the sum of what `checkpoint(into:)` gave, less one for each message of the last row.
struct EpochSnapshot: Hashable, Codable {
    /// On which side of the cut a message was sent, seen from a process.
    enum Arrival: Hashable, Codable {
        case past, present, future
    }

    private(set) var epoch = 0
    /// What was sent up to this epoch, less what was received of that.
    private var balance = 0
    /// What was received of later epochs: nothing, where all checkpoint in time.
    private var early: [Int: Int] = [:]

    /// A process in that epoch, with nothing sent or received.
    init(epoch: Int = 0) {
        self.epoch = epoch
    }

    /// How many messages were received that were sent behind the cut of the present epoch or a later one.
    var ahead: Int { early.values.reduce(0, +) }

    /// On which side of the cut a message of that epoch was sent.
    func arrival(of epoch: Int) -> Arrival {
        if epoch < self.epoch { return .past }
        return epoch == self.epoch ? .present : .future
    }

    /// A message leaves, of the present epoch.
    mutating func send() { balance += 1 }

    /// A message of that epoch has come.
    mutating func receive(of epoch: Int) {
        switch arrival(of: epoch) {
        case .past, .present: balance -= 1
        case .future: early[epoch, default: 0] += 1
        }
    }

    /// Goes into a later epoch; the state of the program at this moment is the process's part of that snapshot.
    ///
    /// - Returns: The process's share of the deficit: what it has sent before, less what it has received of
    ///   what anybody has sent before.
    mutating func checkpoint(into epoch: Int) -> Int {
        precondition(epoch > self.epoch, "from epoch \(self.epoch) into \(epoch)")
        let share = balance
        while self.epoch < epoch {
            self.epoch += 1
            balance -= early.removeValue(forKey: self.epoch) ?? 0
        }
        return share
    }
}
