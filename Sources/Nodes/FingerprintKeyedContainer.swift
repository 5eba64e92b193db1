/// Writes named parts.
struct FingerprintKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let encoder: FingerprintEncoder
    private let number: UInt64

    init(_ encoder: FingerprintEncoder) {
        self.encoder = encoder
        number = encoder.begin(.keyed)
    }

    var codingPath: [any CodingKey] { [] }

    private func feed(_ key: some CodingKey) {
        encoder.feed(.keyed, number)
        encoder.feed(key.stringValue)
    }

    func encodeNil(forKey key: Key) {
        feed(key)
        encoder.feed(.null, 0)
    }

    func encode(_ value: Bool, forKey key: Key) {
        feed(key)
        encoder.feed(.boolean, value ? 1 : 0)
    }

    func encode(_ value: String, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: Double, forKey key: Key) {
        feed(key)
        encoder.feed(.real, value.bitPattern)
    }

    func encode(_ value: Float, forKey key: Key) {
        feed(key)
        encoder.feed(.real, UInt64(value.bitPattern))
    }

    func encode(_ value: Int, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: Int8, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: Int16, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: Int32, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: Int64, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: UInt, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: UInt8, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: UInt16, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: UInt32, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode(_ value: UInt64, forKey key: Key) {
        feed(key)
        encoder.feed(value)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        feed(key)
        try encoder.encode(value)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        feed(key)
        return encoder.container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        feed(key)
        return encoder.unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        encoder.feed(.superior, number)
        return encoder
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        feed(key)
        return encoder
    }
}
