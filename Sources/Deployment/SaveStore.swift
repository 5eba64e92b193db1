import FoundationEssentials
import Glibc
import Messaging
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
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw StoreFailure(doing: "making", path: folder)
        }
        self.folder = folder
        lastNumber = saveNumbers(in: folder).max() ?? 0
    }

    /// Reads everything.
    func load() throws(StoreFailure) -> Content {
        var content = Content()
        for file in try saveFiles(in: folder) {
            let bytes = try contents(of: "\(folder)/\(file)")
            let name = SaveFile.name(ofFile: file)
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
        let bytes = SaveFile(number: lastNumber + 1, body: Array(body)).bytes
        let path = "\(folder)/\(SaveFile.file(named: name))"
        try write(bytes, to: path + SaveFile.unfinished)
        guard rename(path + SaveFile.unfinished, path) == 0 else {
            throw StoreFailure(doing: "renaming", path: path)
        }
        try synchronise(folder)
        lastNumber += 1
    }

    /// Makes what lies under a name unreadable, as a bad disk would, at one stroke.
    ///
    /// - Returns: Whether there was anything.
    func damage(_ name: String) -> Bool {
        let path = "\(folder)/\(SaveFile.file(named: name))"
        guard let bytes = try? contents(of: path), SaveFile(parsing: bytes) != nil,
            var byte = bytes.last
        else { return false }
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        byte ^= 1
        return pwrite(descriptor, &byte, 1, bytes.count - 1) == 1
    }
}

/// The number of the last save that is whole, in the store of a node that may be dead.
func lastSaveNumber(in folder: String) -> Int { saveNumbers(in: folder).max() ?? 0 }

/// The names under which something lies that cannot be read, in the store of a node that may be dead.
func damagedNames(in folder: String) -> [String] {
    ((try? saveFiles(in: folder)) ?? []).filter {
        (try? contents(of: "\(folder)/\($0)")).flatMap(SaveFile.init(parsing:)) == nil
    }.map(SaveFile.name(ofFile:))
}

private func saveNumbers(in folder: String) -> [Int] {
    // Of a damaged save only the first line counts: it was durable, which is what is asked here.
    ((try? saveFiles(in: folder)) ?? []).compactMap {
        (try? contents(of: "\(folder)/\($0)")).flatMap(SaveFile.number(in:))
    }
}

private func saveFiles(in folder: String) throws(StoreFailure) -> [String] {
    guard let stream = opendir(folder) else { throw StoreFailure(doing: "reading", path: folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasSuffix(SaveFile.suffix) { names.append(name) }
    }
    return names.sorted()
}

func contents(of path: String) throws(StoreFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreFailure(doing: "opening", path: path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &room, room.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw StoreFailure(doing: "reading", path: path) }
        if count == 0 { return bytes }
        bytes += room[..<count]
    }
}

private func write(_ bytes: [UInt8], to path: String) throws(StoreFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StoreFailure(doing: "making", path: path) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes {
            Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw StoreFailure(doing: "writing", path: path) }
        written += count
    }
    guard fsync(descriptor) == 0 else { throw StoreFailure(doing: "writing", path: path) }
}

private func synchronise(_ folder: String) throws(StoreFailure) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreFailure(doing: "opening", path: folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StoreFailure(doing: "writing", path: folder) }
}
