import Nodes

/// The stream from one node to another.
struct Channel<Words: Vocabulary> {
    /// When the last message that was sent arrives: no later one does so before.
    var lastArrival = 0
    /// What has arrived and is held back by a pause, in order.
    var held: [Flight<Words>] = []
    /// Whether the delivery of what was held back is on the schedule.
    var isDraining = false
    /// What was sent while a partition is there, in order.
    var cutOff: [Flight<Words>] = []

    /// Holds back a message that has arrived.
    ///
    /// One that waited in the backlog of a busy node may come after a later one: the number decides.
    mutating func hold(_ flight: Flight<Words>) {
        let place = held.firstIndex { $0.number > flight.number } ?? held.endIndex
        held.insert(flight, at: place)
    }
}
