/// Writes parts in order.
struct FingerprintUnkeyedContainer: UnkeyedEncodingContainer {
    private let encoder: FingerprintEncoder
    private let number: UInt64
    private(set) var count = 0

    init(_ encoder: FingerprintEncoder) {
        self.encoder = encoder
        number = encoder.begin(.unkeyed)
    }

    var codingPath: [any CodingKey] { [] }

    private mutating func next() {
        encoder.feed(.unkeyed, number)
        count += 1
    }

    mutating func encodeNil() {
        next()
        encoder.feed(.null, 0)
    }

    mutating func encode(_ value: Bool) {
        next()
        encoder.feed(.boolean, value ? 1 : 0)
    }

    mutating func encode(_ value: String) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: Double) {
        next()
        encoder.feed(.real, value.bitPattern)
    }

    mutating func encode(_ value: Float) {
        next()
        encoder.feed(.real, UInt64(value.bitPattern))
    }

    mutating func encode(_ value: Int) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: Int8) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: Int16) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: Int32) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: Int64) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: UInt) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: UInt8) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: UInt16) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: UInt32) {
        next()
        encoder.feed(value)
    }

    mutating func encode(_ value: UInt64) {
        next()
        encoder.feed(value)
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        next()
        try encoder.encode(value)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        next()
        return encoder.container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        next()
        return encoder.unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        next()
        return encoder
    }
}
