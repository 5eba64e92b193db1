/// An encoder that keeps nothing of a value but its hash.
///
/// Values feed words into one hash, in the order in which they encode themselves. Each container has a
/// number, counted from the start of the value, and writes it in front of what it holds: two containers
/// that are written by turns can not be taken for one.
final class FingerprintEncoder: Encoder {
    /// What a word in the hash stands for.
    enum Tag: UInt64 {
        case null = 1, boolean, number, real, text, node
        case keyed, unkeyed, single, value, end, unordered, superior
    }

    /// What has to be known of a type before a value of it is encoded.
    private enum Treatment {
        case plain, node, unordered
    }

    private(set) var hash = Fingerprint()
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private let names: [UInt64]
    private var containerCount: UInt64 = 0
    private var treatments: [ObjectIdentifier: Treatment] = [:]

    init(names: [UInt64]) {
        self.names = names
    }

    func feed(_ tag: Tag, _ word: UInt64) {
        hash.combine(tag.rawValue)
        hash.combine(word)
    }

    func feed(_ text: String) {
        hash.combine(Tag.text.rawValue)
        hash.combine(text)
    }

    func feed(_ value: some BinaryInteger) { feed(.number, UInt64(truncatingIfNeeded: value)) }

    /// A number for a container that begins here.
    func begin(_ tag: Tag) -> UInt64 {
        containerCount += 1
        feed(tag, containerCount)
        return containerCount
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        switch treatment(of: value) {
        case .node: feed(value)
        case .unordered: try feedUnordered(value)
        case .plain:
            hash.combine(Tag.value.rawValue)
            try value.encode(to: self)
            hash.combine(Tag.end.rawValue)
        }
    }

    private func feed(_ node: some Encodable) {
        guard let id = node as? NodeID else { return }
        let isNamed = names.indices.contains(id.index)
        feed(.node, isNamed ? names[id.index] : UInt64(truncatingIfNeeded: id.index))
    }

    private func feedUnordered(_ value: some Encodable) throws {
        guard let collection = value as? any Unordered else { return }
        let (count, sum) = try collection.sumOfHashes { element in
            let encoder = FingerprintEncoder(names: names)
            encoder.treatments = treatments
            try element(encoder)
            return encoder.hash.bits
        }
        feed(.unordered, UInt64(count))
        hash.combine(sum)
    }

    /// Looked up by type: to ask a value whether it is a set costs a hundred times as much.
    private func treatment<Value: Encodable>(of value: Value) -> Treatment {
        let type = ObjectIdentifier(Value.self)
        if let known = treatments[type] { return known }
        let found: Treatment =
            Value.self == NodeID.self ? .node : value is any Unordered ? .unordered : .plain
        treatments[type] = found
        return found
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(FingerprintKeyedContainer(self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { FingerprintUnkeyedContainer(self) }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        FingerprintSingleContainer(encoder: self)
    }
}

/// A collection whose order means nothing.
private protocol Unordered {
    /// How many elements it has, and the sum of what `hash` says of each.
    func sumOfHashes(
        _ hash: ((FingerprintEncoder) throws -> Void) throws -> UInt64
    ) throws -> (count: Int, sum: UInt64)
}

extension Set: Unordered where Element: Encodable {
    func sumOfHashes(
        _ hash: ((FingerprintEncoder) throws -> Void) throws -> UInt64
    ) throws -> (count: Int, sum: UInt64) {
        var sum: UInt64 = 0
        // The order of the walk does not matter to a sum.
        for element in self { sum &+= try hash { try $0.encode(element) } }
        return (count, sum)
    }
}

extension Dictionary: Unordered where Key: Encodable, Value: Encodable {
    func sumOfHashes(
        _ hash: ((FingerprintEncoder) throws -> Void) throws -> UInt64
    ) throws -> (count: Int, sum: UInt64) {
        var sum: UInt64 = 0
        for (key, value) in self {
            sum &+= try hash {
                try $0.encode(key)
                try $0.encode(value)
            }
        }
        return (count, sum)
    }
}
