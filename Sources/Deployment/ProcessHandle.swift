import Files
import Glibc
import Messaging
import Processes

/// The process of one life, wherever it runs.
enum ProcessHandle {
    /// How it came to its end.
    struct Ending {
        /// The signal, if one ended it.
        let signal: Int32?
        /// `killed by signal 9`.
        let cause: String
        let lastSave: Int
        /// The numbers of the saves in its store, by name, as far as somebody asks for them.
        let saveNumbers: [String: Int]
        /// What it wrote last to its standard error.
        let lastWords: String?
    }

    /// On this machine.
    case local(ChildProcess)
    /// On another, by way of its agent.
    case remote(RemoteAgent)

    func signal(_ signal: Int32) {
        switch self {
        case .local(let process): process.signal(signal)
        case .remote(let agent): agent.tell(.signal(signal))
        }
    }
}

/// What a process wrote last to a file; what a trap says, if it was one.
func lastWords(in path: String) -> String? {
    guard let bytes = try? WholeFile.read(path) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return (lines.first { $0.contains("Fatal error") } ?? lines.first).map(String.init)
}
