/// The system as it should be, and with one mistake each.
enum SnapshotVariant: String, CaseIterable, Hashable, Codable {
    case right
    /// A process takes the first message of the new epoch, and then its checkpoint.
    case checkpointAfterMessage
    /// Messages of the old epoch are counted, but not put to rest with the part.
    case inFlightNotRecorded
    /// The coordinator calls a snapshot complete when it has all parts, whatever is still in flight.
    case deficitIgnored
    /// A recovery leaves out what was in flight.
    case inFlightNotReplayed
    /// The coordinator tells only those who send of the new epoch.
    case quietNotTold
    /// A process takes messages of an older recovery.
    case staleTaken
}
