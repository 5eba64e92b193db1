import Files
import FoundationEssentials
import Nodes

/// The saves of one node on disk: a file each, whole or not there.
///
/// A save is written under another name, brought to the disk, and renamed; the folder is brought to the
/// disk last. A file holds a line of its own, with a checksum of what follows, so that damage is noticed.
/// Each save has a number, counted over all lives of the node: by it the supervisor finds out whether the
/// last save before a death took place.
struct SaveStore<Saved: Codable> {
    /// What lies in a store.
    struct Content {
        var saved: [String: Saved] = [:]
        /// The names under which something lies that cannot be read.
        var damaged: [String] = []
    }

    let folder: String
    /// The number of the last save.
    private(set) var lastNumber: Int

    /// The store in a folder, which is made if it is not there.
    init(_ folder: String) throws(StoreFailure) {
        do throws(FileFailure) { try Folder.make(folder) } catch { throw StoreFailure(error) }
        self.folder = folder
        lastNumber = saveNumbers(in: folder).max() ?? 0
    }

    /// Reads everything.
    func load() throws(StoreFailure) -> Content {
        var content = Content()
        for file in try saveFiles(in: folder) {
            let name = SaveFile.name(ofFile: file)
            let bytes: [UInt8]
            do throws(FileFailure) { bytes = try WholeFile.read("\(folder)/\(file)") } catch {
                throw StoreFailure(error)
            }
            if let save = SaveFile(parsing: bytes),
                let value = try? JSONDecoder().decode(Saved.self, from: Data(save.body))
            {
                content.saved[name] = value
            } else {
                content.damaged.append(name)
            }
        }
        content.damaged.sort()
        return content
    }

    /// Puts a value to rest in place of what had that name: durable when this returns.
    ///
    /// - Throws: `StoreFailure`; what had that name before is still there then.
    mutating func save(_ value: Saved, as name: String) throws(StoreFailure) {
        let body: Data
        do { body = try JSONEncoder().encode(value) } catch {
            throw StoreFailure(line: "what is saved as \(name) has no JSON form: \(error)")
        }
        let save = SaveFile(number: lastNumber + 1, body: Array(body))
        let path = "\(folder)/\(SaveFile.file(named: name))"
        do throws(FileFailure) {
            try WholeFile.write(save.pieces, to: path + SaveFile.unfinished)
            try Folder.rename(path + SaveFile.unfinished, to: path)
            try Folder.synchronise(folder)
        } catch { throw StoreFailure(error) }
        lastNumber += 1
    }

    /// Makes what lies under a name unreadable, as a bad disk would, at one stroke.
    ///
    /// - Returns: Whether there was anything.
    func damage(_ name: String) -> Bool {
        let path = "\(folder)/\(SaveFile.file(named: name))"
        guard let bytes = try? WholeFile.read(path), SaveFile(parsing: bytes) != nil else {
            return false
        }
        return WholeFile.flipBit(ofByte: bytes.count - 1, in: path)
    }
}

/// The number of the last save that is whole, in the store of a node that may be dead.
func lastSaveNumber(in folder: String) -> Int { saveNumbers(in: folder).max() ?? 0 }

/// The names under which something lies that cannot be read, in the store of a node that may be dead.
func damagedNames(in folder: String) -> [String] {
    ((try? saveFiles(in: folder)) ?? []).filter {
        (try? WholeFile.read("\(folder)/\($0)")).flatMap(SaveFile.init(parsing:)) == nil
    }.map(SaveFile.name(ofFile:))
}

private func saveNumbers(in folder: String) -> [Int] {
    // Of a damaged save only the first line counts: it was durable, which is what is asked here.
    ((try? saveFiles(in: folder)) ?? []).compactMap {
        (try? SealedFile.seal(of: "\(folder)/\($0)", SaveFile.form)).flatMap(SaveFile.number)
    }
}

private func saveFiles(in folder: String) throws(StoreFailure) -> [String] {
    do throws(FileFailure) {
        return try Folder.names(in: folder).filter { $0.hasSuffix(SaveFile.suffix) }
    } catch { throw StoreFailure(error) }
}
