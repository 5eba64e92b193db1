public import Failpoints

extension Failpoint {
    /// A part is on the disk, under a name that does not count.
    static let partWritten = Failpoint(
        "checkpoint.part-written",
        "a part is on the disk, and does not count yet"
    )
    /// A part has its name, which may not be on the disk yet.
    static let partRenamed = Failpoint(
        "checkpoint.part-renamed",
        "a part counts, nobody knows of it yet"
    )
    /// The manifest is on the disk, in a folder that does not count.
    static let manifestWritten = Failpoint(
        "checkpoint.manifest-written",
        "all parts and the manifest are on the disk, and do not count yet"
    )
    /// The folder has its name, which may not be on the disk yet.
    static let checkpointRenamed = Failpoint(
        "checkpoint.renamed",
        "a checkpoint is complete, nobody knows of it yet"
    )
}

/// The failpoints of saving and completing checkpoints.
public let checkpointingFailpoints: [Failpoint] = [
    .partWritten, .partRenamed, .manifestWritten, .checkpointRenamed,
]
