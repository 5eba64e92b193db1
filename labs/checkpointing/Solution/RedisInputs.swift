import Nodes
import Redis
import Threads

/// Streams in a Redis server, and files where they are: on disk.
///
/// Entry n of a stream has the id `n-0` and the field `fname`, as in the classic course: a node's cursor n
/// stands for the id `n-0`. Some entries are fetched ahead, since a stream never changes behind a cursor.
final class RedisInputs: Inputs.Source {
    /// Bounds on what is fetched and sent at once.
    enum Limit {
        /// Entries that are fetched ahead, of each stream.
        static let entriesAheadMax = 64
        /// Entries that are added in one go.
        static let entriesAddedMax = 1_000
    }

    /// The field of an entry that holds the file's name.
    static let field = "fname"

    private let reader: Guarded<Reader>
    private let files = FileInputs([:])

    /// Prepares to read; the first question makes the connection.
    ///
    /// - Parameters:
    ///   - address: Where the server listens.
    ///   - password: Its password, if it has one.
    ///   - patience: How long it may be away.
    init(
        _ address: RedisAddress,
        password: String?,
        patience: RedisSession.Patience = .init()
    ) {
        reader = Guarded(Reader(RedisSession(address, password: password, patience: patience)))
    }

    /// Adds the names of files to streams, the first under the id `1-0`.
    ///
    /// - Parameters:
    ///   - connection: The server; it must not have such streams.
    ///   - streams: What each holds. One that holds nothing is not made.
    /// - Throws: `RedisFailure`; some of the names may be there then.
    static func fill(
        _ connection: RedisConnection,
        _ streams: [String: [String]]
    ) throws(RedisFailure) {
        for (stream, texts) in streams.sorted(by: { $0.key < $1.key }) {
            var first = 0
            while first < texts.count {
                let end = min(texts.count, first + Limit.entriesAddedMax)
                let commands = (first..<end).map { place in
                    RedisCommand("XADD", stream, "\(place + 1)-0", field, texts[place])
                }
                for reply in try connection.pipeline(commands) {
                    // Whatever is no id is a refusal, and said as such.
                    if case .error = reply { throw reply.unexpected("an id") }
                }
                first = end
            }
        }
    }

    func entry(of input: String, after cursor: Int) throws(InputFailure) -> Inputs.Entry? {
        let found = reader.withLock { reader in
            Result { () throws(InputFailure) in try reader.entry(of: input, after: cursor) }
        }
        return try found.get()
    }

    func bytes(
        of file: String,
        from offset: Int,
        countMax: Int
    ) throws(InputFailure) -> [UInt8] {
        try files.bytes(of: file, from: offset, countMax: countMax)
    }
}

/// The connection, and what was fetched ahead over it.
private final class Reader {
    private var session: RedisSession
    private var ahead: [String: ArraySlice<Inputs.Entry>] = [:]

    init(_ session: consuming RedisSession) {
        self.session = session
    }

    func entry(of input: String, after cursor: Int) throws(InputFailure) -> Inputs.Entry? {
        if let entry = ahead[input]?.first(where: { $0.cursor == cursor + 1 }) { return entry }
        let fetched = try fetch(input, after: cursor)
        ahead[input] = fetched[...]
        return fetched.first
    }

    private func fetch(
        _ input: String,
        after cursor: Int
    ) throws(InputFailure) -> [Inputs.Entry] {
        let found: [RedisConnection.Entry]
        do throws(RedisFailure) {
            found = try session.perform { connection throws(RedisFailure) in
                try connection.entries(
                    of: input,
                    after: "\(cursor)-0",
                    limit: RedisInputs.Limit.entriesAheadMax
                )
            }
        } catch {
            throw InputFailure(name: input, reason: "\(error)")
        }
        var entries: [Inputs.Entry] = []
        for (place, entry) in found.enumerated() {
            let number = cursor + place + 1
            guard entry.id == "\(number)-0" else {
                let reason = "after entry \(number - 1)-0 comes \(entry.id), not \(number)-0"
                throw InputFailure(name: input, reason: reason)
            }
            guard let name = entry.value(of: RedisInputs.field) else {
                let reason = "entry \(entry.id) has no field \(RedisInputs.field)"
                throw InputFailure(name: input, reason: reason)
            }
            guard let text = String(validating: name, as: UTF8.self) else {
                let reason = "entry \(entry.id) names a file whose name is not UTF-8"
                throw InputFailure(name: input, reason: reason)
            }
            entries.append(Inputs.Entry(cursor: number, text: text))
        }
        return entries
    }
}
