#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif
import Testing

import Text

/// Gives the test a folder of its own, and removes it afterwards.
func withTemporaryFolder(_ body: (InputPath) throws -> Void) throws {
    var template = Array("/tmp/lightcone-text-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    let folder = InputPath(String(cString: made))
    defer { remove(folder) }
    try body(folder)
}

/// Writes a file.
func write(_ bytes: [UInt8], to path: InputPath) throws {
    let file = try #require(fopen(terminated(path), "w"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
}

/// Reads a file.
func read(_ path: InputPath) throws -> [UInt8] {
    let file = try #require(fopen(terminated(path), "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&room, 1, room.count, file)
        if count == 0 { return bytes }
        bytes += room[..<count]
    }
}

func makeFolder(_ path: InputPath) { mkdir(terminated(path), 0o755) }
func makePipe(_ path: InputPath) { mkfifo(terminated(path), 0o600) }
func setMode(_ path: InputPath, _ mode: UInt32) { chmod(terminated(path), mode_t(mode)) }
func makeLink(_ path: InputPath, to target: InputPath) {
    symlink(terminated(target), terminated(path))
}

/// The names in a folder, sorted, the hidden ones too.
func names(in folder: InputPath) -> [InputPath] {
    guard let listing = opendir(terminated(folder)) else { return [] }
    defer { closedir(listing) }
    var names: [InputPath] = []
    while let entry = readdir(listing) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { room in
            InputPath(bytes: Array(room.prefix { $0 != 0 }))
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// Removes a folder and all that is in it.
private func remove(_ folder: InputPath) {
    setMode(folder, 0o755)
    for name in names(in: folder) {
        let path = folder.appending(name)
        // A link to a folder is unlinked, not followed.
        if unlink(terminated(path)) != 0 { remove(path) }
    }
    rmdir(terminated(folder))
}

private func terminated(_ path: InputPath) -> [CChar] {
    path.bytes.map { CChar(bitPattern: $0) } + [0]
}

/// Whether the test runs with all rights.
var isRoot: Bool { geteuid() == 0 }
