import Failpoints
public import Files

extension CheckpointStore {
    /// Completes a checkpoint of which all parts were saved: durable when this returns.
    ///
    /// Every part is read again: a checkpoint that is complete was whole at that moment. Checkpoints that
    /// are not needed any more go then: complete ones beyond the newest few, and incomplete ones that are
    /// older than this, which nobody will complete. Calling it again for the same checkpoint does no harm.
    ///
    /// One process completes, the coordinator.
    @discardableResult
    public func complete(
        _ name: CheckpointName,
        beforeCommit: () -> Void = {}
    ) throws(CheckpointFailure) -> Completion {
        try check(name)
        let present = try folders()
        if present.contains(CheckpointFolder(name, .complete)) {
            // Whoever asks again does not know whether the first time came to its end.
            beforeCommit()
            try settle(path)
            return clear(after: name)
        }
        let newest = present.last { $0.stage == .complete }?.name
        if let newest, name < newest { throw .notNewer(name, newest: newest) }
        let folder = path(name, .partial)
        let manifest = try manifest(ofPartial: name)
        try writeManifest(manifest, to: folder)
        try pass(.manifestWritten)
        beforeCommit()
        try onDisk { () throws(FileFailure) in
            try Folder.rename(folder, to: path(name, .complete))
        }
        try pass(.checkpointRenamed)
        try settle(path)
        return clear(after: name)
    }

    private func manifest(ofPartial name: CheckpointName) throws(CheckpointFailure) -> Manifest {
        let folder = path(name, .partial)
        switch try onDisk({ () throws(FileFailure) in try Folder.kind(of: folder) }) {
        case .folder: break
        case .nothing: throw .notAllThere(name, missing: parts, damaged: [])
        case .file, .link, .other: throw .notAFolder(path: folder)
        }
        let found = try lookAtParts(of: name, in: folder, manifest: nil)
        guard found.entries.count == parts.count else {
            throw .notAllThere(name, missing: found.missing, damaged: found.damaged)
        }
        return Manifest(
            system: system,
            checkpoint: name.id,
            recovery: name.recovery,
            parts: found.entries
        )
    }

    private func writeManifest(
        _ manifest: Manifest,
        to folder: String
    ) throws(CheckpointFailure) {
        let pieces: [[UInt8]]
        do { pieces = try manifest.pieces() } catch {
            throw .noForm(part: CheckpointFolder.manifest, reason: "\(error)")
        }
        try onDisk { () throws(FileFailure) in
            // All have said that their part is there: what others have begun there is of the dead.
            for file in try Folder.names(in: folder) where CheckpointFolder.isUnfinished(file) {
                try Folder.removeFile("\(folder)/\(file)")
            }
            try WholeFile.write(pieces, to: manifestFile(in: folder))
            try Folder.synchronise(folder)
        }
    }

    // MARK: - What is not needed any more

    /// Removes what was saved of checkpoints that will never be complete, so that it takes no room.
    ///
    /// Whoever has begun to complete one of them finds that it is not there; whoever saves a part of one too
    /// late leaves a folder that the next call removes.
    ///
    /// - Parameter isGivenUp: Asked about each checkpoint that is not complete.
    /// - Returns: Why something of them is still there; nil if nothing is.
    @discardableResult
    public func giveUp(where isGivenUp: (CheckpointName) -> Bool) -> FileFailure? {
        let present = (try? folders()) ?? []
        return takeOut(present.filter { $0.stage == .partial && isGivenUp($0.name) })
    }

    private func clear(after name: CheckpointName) -> Completion {
        let present = (try? folders()) ?? []
        let complete = present.filter { $0.stage == .complete }
        let removed =
            Array(complete.dropLast(keptMax))
            + present.filter { $0.stage == .partial && $0.name <= name }
        return Completion(
            checkpoint: name,
            removed: removed.map(\.name),
            notRemoved: takeOut(removed)
        )
    }

    /// Removes folders, or what of them can be.
    private func takeOut(_ removed: [CheckpointFolder]) -> FileFailure? {
        var failures: [FileFailure] = []
        for folder in removed {
            do throws(FileFailure) { try takeOut(folder) } catch { failures.append(error) }
        }
        if !removed.isEmpty, failures.isEmpty {
            // First the names: what has lost some of its files must not come back under the old one.
            do throws(FileFailure) { try Folder.synchronise(path) } catch { failures.append(error) }
        }
        return failures.first ?? clearRemoved()
    }

    /// Gives a folder the name under which it does not count.
    private func takeOut(_ folder: CheckpointFolder) throws(FileFailure) {
        let out = path(folder.name, .removed)
        // An earlier removal was interrupted: rename would refuse a folder that is not empty.
        if try Folder.kind(of: out) == .folder { try remove(out) }
        try Folder.rename(path(folder.name, folder.stage), to: out)
    }

    /// Removes what does not count any more.
    ///
    /// Several processes may do so at once.
    ///
    /// - Returns: Why something of it is still there.
    func clearRemoved() -> FileFailure? {
        var first: FileFailure?
        for folder in (try? folders()) ?? [] where folder.stage == .removed {
            do throws(FileFailure) { try remove(path(folder.name, .removed)) } catch {
                first = first ?? error
            }
        }
        return first
    }

    private func remove(_ folder: String) throws(FileFailure) {
        do throws(FileFailure) {
            // What somebody else has put there stays, and the folder with it.
            for file in try Folder.names(in: folder) where CheckpointFolder.isOurs(file) {
                do throws(FileFailure) { try Folder.removeFile("\(folder)/\(file)") } catch {
                    if !error.isForNothing { throw error }
                }
            }
            try Folder.remove(folder)
        } catch {
            // Another process was faster.
            if !error.isForNothing { throw error }
        }
    }
}
