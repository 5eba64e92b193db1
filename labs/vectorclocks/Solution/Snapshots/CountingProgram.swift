/// The program of a process, which knows nothing of snapshots: its value is the state that a snapshot takes.
enum CountingProgram: Hashable, Codable {
    case mapper(Mapper)
    case reducer(Reducer)

    /// Takes a message of another program.
    mutating func take(_ count: Snapshots.Count) {
        switch self {
        case .mapper: break  // Nobody says anything to a mapper.
        case .reducer(var reducer):
            reducer.take(count)
            self = .reducer(reducer)
        }
    }
}
