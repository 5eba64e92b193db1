public import Failpoints
import Files
import Glibc

/// The checkpoints of one system on disk: each complete, or not there.
///
/// A checkpoint is a folder. While it is taken, its name ends in `.partial`, and the processes of the
/// system each save a part into it. When the coordinator has heard of all of them, it completes the
/// checkpoint: it reads all parts again, writes a manifest, and takes the ending off the name, which is one
/// step that takes place or does not. The forms are in `docs/protocol.md`.
///
/// Several processes may have the store open at once. Each part is saved by one process at a time, and one
/// process completes. Nothing is kept in memory: each call looks at the disk.
public struct CheckpointStore: Sendable {
    /// The folder.
    public let path: String
    /// Whose checkpoints they are.
    public let system: String
    /// What each checkpoint consists of.
    public let parts: [String]
    /// How many complete checkpoints stay.
    public let keptMax: Int
    let failpoints: Failpoints

    /// How many complete checkpoints stay, if nothing else is said.
    public static let keptMaxDefault = 3
    /// How many bytes the state of a part takes at most.
    public static let partBytesMax = WholeFile.bytesMax - Seal.lineBytesMax

    /// Opens the store in a folder, which is made if it is not there.
    ///
    /// - Parameters:
    ///   - path: The folder. A link to one will do.
    ///   - system: Whose checkpoints they are.
    ///   - parts: Who saves a part of each: letters, digits, `_` and `-`.
    ///   - keptMax: How many complete checkpoints stay, at least 1; older ones go when one is completed.
    ///   - failpoints: `checkpointingFailpoints` are passed.
    /// - Throws: ``CheckpointFailure``, among others if the checkpoints there are of another system or of
    ///   other parts.
    public init(
        _ path: String,
        system: String,
        parts: [String],
        keptMax: Int = keptMaxDefault,
        failpoints: Failpoints = .off
    ) throws(CheckpointFailure) {
        precondition(keptMax >= 1, "\(keptMax) checkpoints cannot stay")
        if let bad = parts.first(where: { !CheckpointFolder.isPartName($0) }) {
            throw .badPartName(bad)
        }
        guard !parts.isEmpty, Set(parts).count == parts.count else { throw .badParts(parts) }
        self.path = path
        self.system = system
        self.parts = parts
        self.keptMax = keptMax
        self.failpoints = failpoints
        try makeFolder()
        // What is damaged is told when it is asked for.
        for folder in try folders() where folder.stage == .complete {
            do throws(CheckpointFailure) { _ = try manifest(of: folder.name) } catch {
                guard case .damaged = error else { throw error }
            }
        }
        _ = clearRemoved()
    }

    private func makeFolder() throws(CheckpointFailure) {
        do throws(FileFailure) {
            // Only who has made it has something to bring to the disk.
            if try Folder.make(path) { try Folder.synchronise(Folder.parent(of: path)) }
            if try Folder.kindBehindLinks(path) == .folder { return }
        } catch {
            throw error.code == ENOTDIR
                ? .notAFolder(path: Folder.parent(of: path)) : CheckpointFailure(error)
        }
        throw .notAFolder(path: path)
    }

    /// Saves a part of a checkpoint: durable when this returns.
    ///
    /// Who saves a part twice replaces it. The part counts once the checkpoint is completed.
    ///
    /// - Parameters:
    ///   - state: What is saved.
    ///   - part: Whose it is.
    ///   - name: The checkpoint, which is begun by whoever saves first.
    ///   - number: Counts the saves of this part, over all lives: by it one finds out whether a save took
    ///     place (``lastNumber(of:)``).
    ///   - codec: How the state becomes bytes.
    ///   - beforeCommit: Called when all that takes long is done; the part counts when it has come back.
    /// - Throws: ``CheckpointFailure``; what the part was before is still there, unless
    ///   `definitelyNotDone` is false.
    public func save<State>(
        _ state: State,
        as part: String,
        of name: CheckpointName,
        number: Int,
        with codec: PartCodec<State>,
        beforeCommit: () -> Void = {}
    ) throws(CheckpointFailure) {
        precondition(number >= 0, "save \(number) of \(part)")
        try check(part)
        try check(name)
        var body: [UInt8] = []
        do { try codec.encode(state, &body) } catch {
            throw .noForm(part: part, reason: "\(error)")
        }
        guard body.count <= Self.partBytesMax else {
            throw .noForm(part: part, reason: "it takes more than \(Self.partBytesMax) bytes")
        }
        let words = PartSeal(name, part: part, number: number, bytes: body.count).words
        let line = Seal(PartSeal.form, words, sealing: body).line(PartSeal.form)
        try put([line, body], as: part, of: name, beforeCommit)
    }

    private func put(
        _ pieces: [[UInt8]],
        as part: String,
        of name: CheckpointName,
        _ beforeCommit: () -> Void
    ) throws(CheckpointFailure) {
        let complete = path(name, .complete)
        guard try onDisk({ () throws(FileFailure) in try Folder.kind(of: complete) }) == .nothing
        else { throw .notNewer(name, newest: name) }
        let folder = path(name, .partial)
        try onDisk { () throws(FileFailure) in try Folder.make(folder) }
        try checkIsFolder(folder)
        let unfinished = CheckpointFolder.unfinishedFile(ofPart: part, process: getpid())
        try onDisk { () throws(FileFailure) in
            try WholeFile.write(pieces, to: "\(folder)/\(unfinished)")
        }
        try pass(.partWritten)
        beforeCommit()
        try onDisk { () throws(FileFailure) in
            try Folder.rename("\(folder)/\(unfinished)", to: file(ofPart: part, in: folder))
        }
        try pass(.partRenamed)
        try settle(folder)
    }

    // MARK: - What all calls share

    func path(_ name: CheckpointName, _ stage: CheckpointFolder.Stage) -> String {
        "\(path)/\(CheckpointFolder(name, stage).text)"
    }

    func file(ofPart part: String, in folder: String) -> String {
        "\(folder)/\(CheckpointFolder.file(ofPart: part))"
    }

    func manifestFile(in folder: String) -> String { "\(folder)/\(CheckpointFolder.manifest)" }

    /// What bears a name of ours and is a folder, the oldest first; all else is left alone.
    func folders() throws(CheckpointFailure) -> [CheckpointFolder] {
        let names = try onDisk { () throws(FileFailure) in try Folder.names(in: path) }
        return names.compactMap(CheckpointFolder.init).filter {
            (try? Folder.kind(of: "\(path)/\($0.text)")) == .folder
        }.sorted { $0.name < $1.name }
    }

    func check(_ part: String) throws(CheckpointFailure) {
        guard CheckpointFolder.isPartName(part) else { throw .badPartName(part) }
        guard parts.contains(part) else { throw .unknownPart(part, parts: parts) }
    }

    func check(_ name: CheckpointName) throws(CheckpointFailure) {
        guard name.isPossible else { throw .badName(name) }
    }

    func checkIsFolder(_ folder: String) throws(CheckpointFailure) {
        let kind = try onDisk { () throws(FileFailure) in try Folder.kind(of: folder) }
        guard kind == .folder else { throw .notAFolder(path: folder) }
    }

    /// Brings names to the disk that are given already.
    func settle(_ folder: String) throws(CheckpointFailure) {
        do throws(FileFailure) { try Folder.synchronise(folder) } catch { throw .unsettled(error) }
    }

    func pass(_ failpoint: Failpoint) throws(CheckpointFailure) {
        do throws(FailpointError) { try failpoints.pass(failpoint) } catch { throw .stopped(error) }
    }

    @discardableResult
    func onDisk<Result>(
        _ body: () throws(FileFailure) -> Result
    ) throws(CheckpointFailure) -> Result {
        do throws(FileFailure) { return try body() } catch { throw CheckpointFailure(error) }
    }
}
