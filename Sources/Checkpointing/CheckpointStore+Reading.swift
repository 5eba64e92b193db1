import Files
import Glibc

extension CheckpointStore {
    /// Reads a part of a checkpoint.
    ///
    /// - Parameters:
    ///   - part: Whose.
    ///   - name: Of which checkpoint.
    ///   - codec: How the state is read.
    ///   - incomplete: Whether one that is not complete will do. Nobody can go back to that; its part is
    ///     what that worker has saved, and no more.
    /// - Returns: The state.
    /// - Throws: ``CheckpointFailure``; `damaged` if what lies there is not what was saved.
    public func load<State>(
        _ part: String,
        of name: CheckpointName,
        with codec: PartCodec<State>,
        incomplete: Bool = false
    ) throws(CheckpointFailure) -> State {
        try check(part)
        try check(name)
        var folder = path(name, .complete)
        var kind = try onDisk { () throws(FileFailure) in try Folder.kind(of: folder) }
        let isComplete = kind != .nothing || !incomplete
        if !isComplete {
            folder = path(name, .partial)
            kind = try onDisk { () throws(FileFailure) in try Folder.kind(of: folder) }
        }
        switch kind {
        case .folder: break
        case .nothing: throw .noSuchCheckpoint(name, path: folder)
        case .file, .link, .other: throw .notAFolder(path: folder)
        }
        let entry = isComplete ? try manifest(of: name).parts.first { $0.name == part } : nil
        let path = file(ofPart: part, in: folder)
        let file = try sealed(part, name, path) { (path) throws(SealedFile.Failure) in
            try .read(path, PartSeal.form)
        }
        _ = try self.entry(file, part, name, path, expected: entry)
        do {
            return try file.bytes.withUnsafeBytes {
                try codec.decode(UnsafeRawBufferPointer(rebasing: $0[file.seal.lineBytes...]))
            }
        } catch {
            throw damage(name, part, path, .undecodable("\(error)"))
        }
    }

    /// The names of all checkpoints that are complete or were begun, the newest first, each once; nothing
    /// is looked into.
    ///
    /// A system that begins in this folder takes a recovery that is higher than theirs.
    public func names() throws(CheckpointFailure) -> [CheckpointName] {
        var names: [CheckpointName] = []
        for folder in try folders().reversed() where folder.stage != .removed {
            if names.last != folder.name { names.append(folder.name) }
        }
        return names
    }

    /// How things stand with each checkpoint, the newest first.
    ///
    /// Every part is read.
    public func checkpoints() throws(CheckpointFailure) -> [CheckpointSummary] {
        var summaries: [CheckpointSummary] = []
        for folder in try folders().reversed() {
            switch folder.stage {
            case .complete:
                if let summary = try complete(folder.name) { summaries.append(summary) }
            case .partial:
                if let summary = try partial(folder.name) { summaries.append(summary) }
            case .removed: break
            }
        }
        return summaries
    }

    /// The checkpoint to begin again from: the newest complete one that is whole, to the last bit.
    ///
    /// - Parameter skippingDamaged: Whether an older one will do. If not, the newest must be whole.
    /// - Returns: The checkpoint, and those that were skipped.
    /// - Throws: ``CheckpointFailure``; `damaged` only if nothing may be skipped.
    public func newestComplete(
        skippingDamaged: Bool = true
    ) throws(CheckpointFailure) -> CheckpointChoice {
        var skipped: [CheckpointSummary] = []
        for folder in try folders().reversed() where folder.stage == .complete {
            guard let summary = try complete(folder.name) else { continue }
            guard case .damaged(let damages) = summary.state else {
                return CheckpointChoice(checkpoint: summary, skipped: skipped)
            }
            if !skippingDamaged, let damage = damages.first { throw .damaged(damage) }
            skipped.append(summary)
        }
        return CheckpointChoice(checkpoint: nil, skipped: skipped)
    }

    /// The number with which a part of a checkpoint was saved, damaged or not.
    ///
    /// - Parameters:
    ///   - part: Whose.
    ///   - name: Of which checkpoint.
    ///   - incomplete: Whether one that is not complete will do.
    /// - Returns: The number; nil if the part was not saved.
    public func number(of part: String, in name: CheckpointName, incomplete: Bool) -> Int? {
        let stages: [CheckpointFolder.Stage] = incomplete ? [.complete, .partial] : [.complete]
        for stage in stages {
            let path = file(ofPart: part, in: path(name, stage))
            if let seal = try? SealedFile.seal(of: path, PartSeal.form),
                let words = PartSeal(seal.words), words.part == part
            {
                return words.number
            }
        }
        return nil
    }

    /// The highest number under which a part was ever saved, as far as the store knows; 0 if it never was.
    ///
    /// After a crash it says whether the save took place that was begun last. Of a part that is damaged
    /// its first line counts: it was saved. A checkpoint that is removed has a newer one in its place,
    /// which knows of a higher number.
    public func lastNumber(of part: String) throws(CheckpointFailure) -> Int {
        try check(part)
        var last = 0
        for folder in try folders() where folder.stage != .removed {
            let path = file(ofPart: part, in: path(folder.name, folder.stage))
            if let seal = try? SealedFile.seal(of: path, PartSeal.form),
                let words = PartSeal(seal.words), words.part == part
            {
                last = max(last, words.number)
            }
            if folder.stage == .complete, let manifest = try? manifest(of: folder.name) {
                let number = manifest.parts.first { $0.name == part }?.number
                last = max(last, number ?? 0)
            }
        }
        return last
    }

    /// Makes a part of a checkpoint, complete or not, unreadable, as a bad disk would: one bit is another.
    ///
    /// - Returns: Whether there was a part that was whole.
    public func damage(_ part: String, of name: CheckpointName) throws(CheckpointFailure) -> Bool {
        try check(part)
        try check(name)
        for stage in [CheckpointFolder.Stage.complete, .partial] {
            let path = file(ofPart: part, in: path(name, stage))
            guard let file = try? SealedFile.check(path, PartSeal.form), file.isWhole else {
                continue
            }
            // The last bit of the state; if that takes no bytes, of the checksum, so that the line can
            // still be read.
            let end = file.bodyBytes == 0 ? 2 : 1
            let place = file.seal.lineBytes + file.bodyBytes - end
            return WholeFile.flipBit(ofByte: place, in: path)
        }
        return false
    }

    // MARK: - Looking at folders

    /// Nil if it is gone by now.
    private func complete(
        _ name: CheckpointName
    ) throws(CheckpointFailure) -> CheckpointSummary? {
        let folder = path(name, .complete)
        var manifest: Manifest?
        var damages: [CheckpointDamage] = []
        do throws(CheckpointFailure) { manifest = try self.manifest(of: name) } catch {
            guard case .damaged(let damage) = error else { throw error }
            damages.append(damage)
        }
        let found = try lookAtParts(of: name, in: folder, manifest: manifest)
        damages += found.missing.map {
            CheckpointDamage(
                checkpoint: name,
                part: $0,
                path: file(ofPart: $0, in: folder),
                reason: .missing
            )
        }
        damages += found.damaged
        guard isThere(folder) else { return nil }
        return CheckpointSummary(
            name: name,
            state: damages.isEmpty ? .complete : .damaged(damages),
            parts: found.entries.map(CheckpointSummary.Part.init),
            modificationSeconds: Folder.modificationSeconds(manifestFile(in: folder)) ?? 0
        )
    }

    private func partial(_ name: CheckpointName) throws(CheckpointFailure) -> CheckpointSummary? {
        let folder = path(name, .partial)
        let found = try lookAtParts(of: name, in: folder, manifest: nil)
        guard isThere(folder) else { return nil }
        return CheckpointSummary(
            name: name,
            state: .incomplete(missing: found.missing, damaged: found.damaged),
            parts: found.entries.map(CheckpointSummary.Part.init),
            modificationSeconds: Folder.modificationSeconds(folder) ?? 0
        )
    }

    private func isThere(_ folder: String) -> Bool {
        (try? Folder.kind(of: folder)) == .folder
    }

    /// What a look at all parts of a checkpoint has found.
    struct FoundParts {
        var entries: [Manifest.Entry] = []
        var missing: [String] = []
        var damaged: [CheckpointDamage] = []
    }

    /// Reads every part, and keeps nothing of the states.
    ///
    /// The manifest says what they must be, if there is one.
    func lookAtParts(
        of name: CheckpointName,
        in folder: String,
        manifest: Manifest?
    ) throws(CheckpointFailure) -> FoundParts {
        var found = FoundParts()
        for part in parts {
            let path = file(ofPart: part, in: folder)
            do throws(CheckpointFailure) {
                let file = try sealed(part, name, path) { (path) throws(SealedFile.Failure) in
                    try .check(path, PartSeal.form)
                }
                let expected = manifest?.parts.first { $0.name == part }
                found.entries.append(try entry(file, part, name, path, expected: expected))
            } catch {
                guard case .damaged(let damage) = error else { throw error }
                if damage.reason == .missing {
                    found.missing.append(part)
                } else {
                    found.damaged.append(damage)
                }
            }
        }
        return found
    }

    // MARK: - Looking at files

    /// The manifest of a complete checkpoint.
    func manifest(of name: CheckpointName) throws(CheckpointFailure) -> Manifest {
        let path = manifestFile(in: path(name, .complete))
        let file = try sealed(nil, name, path) { (path) throws(SealedFile.Failure) in
            try .read(path, Manifest.form)
        }
        guard file.isWhole else { throw damage(name, nil, path, .checksum) }
        let manifest: Manifest
        do { manifest = try Manifest(reading: file) } catch {
            throw damage(name, nil, path, .undecodable("\(error)"))
        }
        guard manifest.name == name else {
            throw damage(name, nil, path, .wrongPlace(says: "\(manifest.name)"))
        }
        guard manifest.system == system else {
            throw .otherSystem(path: path, found: manifest.system, expected: system)
        }
        let found = manifest.parts.map(\.name)
        guard found.sorted() == parts.sorted() else {
            throw .otherParts(path: path, found: found, expected: parts)
        }
        return manifest
    }

    /// A file with its first line; what it is that it cannot be.
    private func sealed(
        _ part: String?,
        _ name: CheckpointName,
        _ path: String,
        _ read: (String) throws(SealedFile.Failure) -> SealedFile
    ) throws(CheckpointFailure) -> SealedFile {
        do throws(SealedFile.Failure) { return try read(path) } catch {
            switch error {
            case .mistake(let mistake):
                throw damage(name, part, path, Self.isEmpty(path) ? .empty : .init(mistake))
            case .file(let failure):
                switch failure.cause {
                case .notAFile: throw damage(name, part, path, .otherKind)
                case .system(ENOENT): throw damage(name, part, path, .missing)
                // A bad disk. All else, such as missing rights, is not about the file.
                case .system(EIO), .tooLarge:
                    throw damage(name, part, path, .unreadable(failure))
                case .system: throw CheckpointFailure(failure)
                }
            }
        }
    }

    private static func isEmpty(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size == 0
    }

    /// What a manifest says of a part, if it is whole and where it belongs.
    private func entry(
        _ file: SealedFile,
        _ part: String,
        _ name: CheckpointName,
        _ path: String,
        expected: Manifest.Entry?
    ) throws(CheckpointFailure) -> Manifest.Entry {
        guard let words = PartSeal(file.seal.words) else {
            throw damage(name, part, path, .malformedLine)
        }
        guard file.bodyBytes >= words.bytes else {
            let reason = CheckpointDamage.Reason.cutShort(
                bytes: file.bodyBytes,
                expected: words.bytes
            )
            throw damage(name, part, path, reason)
        }
        guard file.bodyBytes == words.bytes else {
            let reason = CheckpointDamage.Reason.tooLong(
                bytes: file.bodyBytes,
                expected: words.bytes
            )
            throw damage(name, part, path, reason)
        }
        guard file.isWhole else { throw damage(name, part, path, .checksum) }
        guard words.checkpoint == name, words.part == part else {
            let says = "\(words.part) of \(words.checkpoint)"
            throw damage(name, part, path, .wrongPlace(says: says))
        }
        let entry = Manifest.Entry(
            name: part,
            number: words.number,
            bytes: words.bytes,
            checksum: file.seal.checksum
        )
        guard expected == nil || expected == entry else {
            throw damage(name, part, path, .notTheOneSaved)
        }
        return entry
    }

    private func damage(
        _ name: CheckpointName,
        _ part: String?,
        _ path: String,
        _ reason: CheckpointDamage.Reason
    ) -> CheckpointFailure {
        .damaged(CheckpointDamage(checkpoint: name, part: part, path: path, reason: reason))
    }
}
