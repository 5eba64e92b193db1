/// A system, described once for every world: who takes part, what they read, and what must be true.
public struct System<N: Node>: Sendable {
    /// One who takes part.
    public struct Member: Sendable {
        /// When a member begins.
        public enum Beginning: Hashable, Sendable {
            /// With the run.
            case atOnce
            /// When another node launches it.
            case launched
        }

        /// What people call it: `Mapper_0`.
        public let name: String
        /// When it begins.
        public let begins: Beginning
        /// Whether it is taken for granted that it lives.
        ///
        /// Chance, sweeps and searches do not strike it dead then. A plan that names it does.
        public let isSpared: Bool
        /// Makes it, for its first life and for each that follows.
        public let make: @Sendable () -> N

        /// A member.
        public init(
            _ name: String,
            begins: Beginning = .atOnce,
            isSpared: Bool = false,
            make: @escaping @Sendable () -> N
        ) {
            self.name = name
            self.begins = begins
            self.isSpared = isSpared
            self.make = make
        }
    }

    /// What people call it: `pingpong`.
    public let name: String
    /// Who takes part; `NodeID` is the index here.
    public let members: [Member]
    /// What can be read.
    public let inputs: Inputs
    /// What must be true.
    public let properties: [Property<N>]
    /// How far a run has come, for faults that wait for it.
    public let progress: Progress
    /// Groups of members that differ in nothing but their index, for symmetry reduction.
    public let interchangeable: [[NodeID]]

    /// A system.
    ///
    /// - Throws: `ImpossibleSystem` if there is nobody, if two share a name, if a name holds a character
    ///   that fault plans need, or if a group is not one.
    public init(
        _ name: String,
        members: [Member],
        inputs: Inputs = Inputs(),
        properties: [Property<N>] = [],
        progress: Progress = .unknown,
        interchangeable: [[NodeID]] = []
    ) throws(ImpossibleSystem) {
        self.name = name
        self.members = members
        self.inputs = inputs
        self.properties = properties
        self.progress = progress
        self.interchangeable = interchangeable
        try check()
    }

    /// What people call a node.
    public func name(of id: NodeID) -> String { members[id.index].name }

    /// The node of that name.
    public func id(named name: String) -> NodeID? {
        members.firstIndex { $0.name == name }.map { NodeID($0) }
    }

    private func check() throws(ImpossibleSystem) {
        guard !members.isEmpty else { throw ImpossibleSystem("\(name) has no members") }
        guard members.contains(where: { $0.begins == .atOnce }) else {
            throw ImpossibleSystem("\(name) has nobody who begins at once")
        }
        var seen: Set<String> = []
        for member in members {
            guard seen.insert(member.name).inserted else {
                throw ImpossibleSystem("two members of \(name) are called \(member.name)")
            }
            let isName = member.name.utf8.allSatisfy(NodePattern.isNameByte)
            guard isName, !member.name.isEmpty else {
                let allowed = "letters, digits, '_' and '.' only"
                throw ImpossibleSystem("'\(member.name)' is no name for a member: \(allowed)")
            }
        }
        var grouped: Set<NodeID> = []
        for id in interchangeable.joined() {
            guard members.indices.contains(id.index) else {
                throw ImpossibleSystem("a group of \(name) holds \(id), who does not exist")
            }
            guard grouped.insert(id).inserted else {
                throw ImpossibleSystem("\(name(of: id)) is twice in the groups of \(name)")
            }
        }
    }
}
