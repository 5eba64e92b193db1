import Files
import FoundationEssentials
import Glibc
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
        do throws(FileFailure) { try Folder.make(folder) } catch { throw StoreFailure(error) }
        self.folder = folder
        _ = try saveFiles(in: folder)
    }

    var names: [String] { files.map(SaveFile.name(ofFile:)).sorted() }

    var damagedNames: [String] {
        files.filter { file in
            (try? WholeFile.read("\(folder)/\(file)")).flatMap(SaveFile.init(parsing:)) == nil
        }.map(SaveFile.name(ofFile:)).sorted()
    }

    func lastNumber() -> Int { files.compactMap(number(ofFile:)).max() ?? 0 }

    func number(of name: String) -> Int? { number(ofFile: SaveFile.file(named: name)) }

    func value(_ name: String) throws(DamagedSave) -> Value? {
        if let value = remembered.withLock({ $0[name] }) { return value }
        let path = path(of: name)
        guard access(path, F_OK) == 0 else { return nil }
        guard let bytes = try? WholeFile.read(path), let save = SaveFile(parsing: bytes),
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
        let save = SaveFile(number: number, body: Array(body))
        let path = path(of: name)
        let draft = draft(of: path)
        defer { unfinished.withLock { _ = $0.remove(draft) } }
        do throws(FileFailure) {
            try WholeFile.write(save.pieces, to: draft)
            beforeCommit()
            try Folder.rename(draft, to: path)
        } catch { throw StoreFailure(error) }
        remember(value, as: name, byteCount: body.count)
        do throws(FileFailure) { try Folder.synchronise(folder) } catch {
            throw StoreFailure(error)
        }
    }

    func damage(_ name: String) -> Bool {
        let path = path(of: name)
        guard let bytes = try? WholeFile.read(path), SaveFile(parsing: bytes) != nil,
            WholeFile.flipBit(ofByte: bytes.count - 1, in: path)
        else { return false }
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
        (try? SealedFile.seal(of: "\(folder)/\(file)", SaveFile.form)).flatMap(SaveFile.number)
    }
}

private func saveFiles(in folder: String) throws(StoreFailure) -> [String] {
    do throws(FileFailure) {
        return try Folder.names(in: folder).filter { $0.hasSuffix(SaveFile.suffix) }
    } catch { throw StoreFailure(error) }
}
