import Deployment
import FoundationEssentials
import Glibc
import Nodes

/// A store of another form: one file, to which each save adds a line with number, name and value.
struct Journal<Value: Hashable & Codable & Sendable>: StableStore {
    private struct Line: Codable {
        let number: Int
        let name: String
        let value: Value
    }

    let path: String

    private var lines: [Line] {
        let bytes = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONDecoder().decode(Line.self, from: Data($0))
        }
    }

    var names: [String] { Set(lines.map(\.name)).sorted() }
    var damagedNames: [String] { [] }

    func value(_ name: String) throws(DamagedSave) -> Value? {
        lines.last { $0.name == name }?.value
    }

    func lastNumber() -> Int { lines.map(\.number).max() ?? 0 }

    func number(of name: String) -> Int? { lines.last { $0.name == name }?.number }

    func save(
        _ value: Value,
        as name: String,
        number: Int,
        beforeCommit: () -> Void
    ) throws(StoreFailure) {
        var line: [UInt8]
        do {
            line = Array(try JSONEncoder().encode(Line(number: number, name: name, value: value)))
        } catch {
            throw StoreFailure(line: "\(error)")
        }
        line.append(UInt8(ascii: "\n"))
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreFailure(doing: "opening", path: path) }
        defer { close(file) }
        beforeCommit()
        guard write(file, line, line.count) == line.count, fsync(file) == 0 else {
            throw StoreFailure(doing: "writing", path: path)
        }
    }

    func damage(_ name: String) -> Bool { false }
}

extension Stores {
    /// A journal for each node.
    static var journals: Stores {
        Stores { node, directory throws(StoreFailure) in
            Journal<Value>(path: "\(directory)/\(node).journal")
        }
    }
}
