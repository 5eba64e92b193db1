import FoundationEssentials
import Glibc
import Messaging
import Nodes
import Threads

/// The saves of one node on disk: a file each, whole or not there.
///
/// A save is written under another name, brought to the disk, and renamed; the folder is brought to the
/// disk last. A file holds a line of its own, with a checksum of what follows, so that damage is noticed.
/// Nothing is kept in memory but small values that were read or saved.
final class SaveStore<Value: Hashable & Codable & Sendable>: StableStore {
    /// Bounds on what is kept.
    enum Limit {
        static var rememberedBytesMax: Int { 16 << 10 }
    }

    let folder: String
    /// Small values, as they lie on disk.
    private let remembered = Guarded<[String: Value]>([:])
    /// Unfinished files that somebody is at.
    private let unfinished = Guarded<Set<String>>([])

    /// The store in a folder, which is made if it is not there.
    init(_ folder: String) throws(StoreFailure) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw StoreFailure(doing: "making", path: folder)
        }
        self.folder = folder
        _ = try saveFiles(in: folder)
    }

    var names: [String] { files.map(SaveFile.name(ofFile:)).sorted() }

    var damagedNames: [String] {
        files.filter { file in
            (try? contents(of: "\(folder)/\(file)")).flatMap(SaveFile.init(parsing:)) == nil
        }.map(SaveFile.name(ofFile:)).sorted()
    }

    func lastNumber() -> Int { files.compactMap(number(ofFile:)).max() ?? 0 }

    func number(of name: String) -> Int? { number(ofFile: SaveFile.file(named: name)) }

    func value(_ name: String) throws(DamagedSave) -> Value? {
        if let value = remembered.withLock({ $0[name] }) { return value }
        let path = path(of: name)
        guard access(path, F_OK) == 0 else { return nil }
        guard let bytes = try? contents(of: path), let save = SaveFile(parsing: bytes),
            let value = try? JSONDecoder().decode(Value.self, from: Data(save.body))
        else { throw DamagedSave(name: name) }
        remember(value, as: name, byteCount: save.body.count)
        return value
    }

    func save(
        _ value: Value,
        as name: String,
        number: Int,
        beforeCommit: () -> Void
    ) throws(StoreFailure) {
        let body: Data
        do { body = try JSONEncoder().encode(value) } catch {
            throw StoreFailure(line: "what is saved as \(name) has no JSON form: \(error)")
        }
        let bytes = SaveFile(number: number, body: Array(body)).bytes
        let path = path(of: name)
        let draft = draft(of: path)
        defer { unfinished.withLock { _ = $0.remove(draft) } }
        do { try write(bytes, to: draft) } catch {
            // On a full disk its beginning would be in the way.
            unlink(draft)
            throw error
        }
        beforeCommit()
        guard rename(draft, path) == 0 else { throw StoreFailure(doing: "renaming", path: path) }
        remember(value, as: name, byteCount: body.count)
        try synchronise(folder)
    }

    func damage(_ name: String) -> Bool {
        let path = path(of: name)
        guard let bytes = try? contents(of: path), SaveFile(parsing: bytes) != nil,
            var byte = bytes.last
        else { return false }
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        byte ^= 1
        guard pwrite(descriptor, &byte, 1, bytes.count - 1) == 1 else { return false }
        remembered.withLock { $0[name] = nil }
        return true
    }

    private func path(of name: String) -> String { "\(folder)/\(SaveFile.file(named: name))" }

    /// Where a save grows: another place for each that is under way, and the same ones again and again.
    private func draft(of path: String) -> String {
        unfinished.withLock { drafts in
            var draft = path + SaveFile.unfinished
            while !drafts.insert(draft).inserted { draft += SaveFile.unfinished }
            return draft
        }
    }

    private func remember(_ value: Value, as name: String, byteCount: Int) {
        remembered.withLock { $0[name] = byteCount <= Limit.rememberedBytesMax ? value : nil }
    }

    private var files: [String] { (try? saveFiles(in: folder)) ?? [] }

    /// Of a damaged save only the first line counts: it was durable, which is what is asked here.
    private func number(ofFile file: String) -> Int? {
        (try? contents(of: "\(folder)/\(file)", countMax: SaveFile.lineBytesMax))
            .flatMap(SaveFile.number(in:))
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
    return names
}

/// The bytes of a file, or so many of them.
func contents(of path: String, countMax: Int = .max) throws(StoreFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreFailure(doing: "opening", path: path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: min(1 << 16, countMax))
    while bytes.count < countMax {
        let count = read(descriptor, &room, room.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw StoreFailure(doing: "reading", path: path) }
        if count == 0 { break }
        bytes += room[..<count]
    }
    return bytes
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
