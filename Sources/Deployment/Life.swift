/// One life of a node: who, and which.
struct Life: Hashable, Codable, Sendable {
    let node: Int
    let incarnation: Int
}
