import Files
import Nodes

/// A worker's parts of checkpoints, in files with the names and the forms of the classic course.
///
/// `Mapper_0_3.txt` holds the id of the last entry that the mapper has finished, and a newline;
/// `Reducer_0_3.txt` is a `ClassicCountsFile`. A file is there wholly or not at all.
struct ClassicParts: StoredValues {
    let folder: String
    /// The worker's name, `Mapper_0`.
    let worker: String
    let isMapper: Bool
    /// How many entries a mapper can have read.
    var entriesMax = Int.max

    /// The longest mapper's file that is read: a number, a line, a zero and an end of line.
    static let cursorBytesMax = 64

    /// A mapper's part that says that more was read than there is.
    struct BeyondEnd: Error, CustomStringConvertible {
        let worker: String
        let entry: Int
        let entriesMax: Int

        var description: String {
            "a checkpoint of \(worker) says that entry \(entry)-0 is read, and there are \(entriesMax)"
        }
    }

    func path(_ name: String) -> String { "\(folder)/\(worker)_\(name).txt" }

    var names: [String] {
        let files = (try? Folder.names(in: folder)) ?? []
        return files.compactMap { file in
            guard file.hasPrefix("\(worker)_"), file.hasSuffix(".txt") else { return nil }
            let name = file.dropFirst(worker.count + 1).dropLast(".txt".count)
            return Int(name).map { "\($0)" }
        }.sorted()
    }

    func value(_ name: String) throws(DamagedSave) -> Pipeline.Saved? {
        do {
            // The course's files do not tell the recovery, and nobody who reads one asks for it.
            if isMapper { return .cursor(try cursor(path(name)), recovery: 0) }
            return .counts(try ClassicCountsFile.read(path(name)), recovery: 0)
        } catch let failure as FileFailure where failure.isForNothing {
            return nil
        } catch {
            throw DamagedSave(name: name)
        }
    }

    /// Puts a part to rest: when this returns, it is on disk.
    func write(_ value: Pipeline.Saved, as name: String) throws(FileFailure) {
        let bytes: [UInt8]
        switch value {
        case .cursor(let cursor, _): bytes = Array("\(cursor.lastStreamID)-0\n".utf8)
        case .counts(let counts, _): bytes = ClassicCountsFile.bytes(counts)
        case .complete: return  // The course knows of no such file: its coordinator never dies.
        }
        let temporary = "\(folder)/.\(worker)_\(name).part"
        try WholeFile.write([bytes], to: temporary)
        try Folder.rename(temporary, to: path(name))
        try Folder.synchronise(folder)
    }

    /// Removes what an earlier run has left in a folder, and nothing else.
    static func clear(_ folder: String, of workers: [String]) throws(FileFailure) {
        for worker in workers {
            let parts = ClassicParts(folder: folder, worker: worker, isMapper: false)
            for name in parts.names { try Folder.removeFile(parts.path(name)) }
        }
    }

    /// How far a mapper has read, by its own file; also of a program that writes `3` or `0` for an id.
    ///
    /// - Parameter path: The file.
    /// - Returns: The cursor, of an entry that there is.
    /// - Throws: `FileFailure`, `DamagedSave` if it is no id, and `BeyondEnd`.
    func cursor(_ path: String) throws -> Cursor {
        let bytes = try WholeFile.read(path, bytesMax: Self.cursorBytesMax)
        var text = String(decoding: bytes, as: UTF8.self)[...]
        while text.last?.isWhitespace == true { text = text.dropLast() }
        if text.hasSuffix("-0") { text = text.dropLast(2) }
        guard let number = Int(text), number >= 0 else { throw DamagedSave(name: path) }
        guard number <= entriesMax else {
            throw BeyondEnd(worker: worker, entry: number, entriesMax: entriesMax)
        }
        return Cursor(lastStreamID: number)
    }
}
