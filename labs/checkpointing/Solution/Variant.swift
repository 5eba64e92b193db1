/// The pipeline as it should be, and with one mistake each.
enum Variant: String, CaseIterable, Hashable, Codable {
    case right
    /// A reducer saves at the first marker, and blocks nobody.
    case noAlignment
    /// A mapper passes the marker on before its cursor is at rest.
    case markerBeforeSave
    /// A reducer adds counts of an older recovery.
    case staleCounts
    /// A reducer acknowledges its part before it is at rest.
    case acknowledgedBeforeSave
    /// The coordinator calls a checkpoint complete with one acknowledgement missing.
    case completeTooEarly
    /// The coordinator recovers to the newest checkpoint that was begun.
    case recoveryToIncomplete
    /// A mapper saves the cursor of the file that it is about to read.
    case cursorTooFar
    /// The coordinator takes the last checkpoint while a recovery runs.
    case lastWhileRecovering
}
