/// Writes the one part that a value has.
struct FingerprintSingleContainer: SingleValueEncodingContainer {
    let encoder: FingerprintEncoder

    var codingPath: [any CodingKey] { [] }

    func encodeNil() { encoder.feed(.null, 0) }

    func encode(_ value: Bool) { encoder.feed(.boolean, value ? 1 : 0) }

    func encode(_ value: String) { encoder.feed(value) }

    func encode(_ value: Double) { encoder.feed(.real, value.bitPattern) }

    func encode(_ value: Float) { encoder.feed(.real, UInt64(value.bitPattern)) }

    func encode(_ value: Int) { encoder.feed(value) }

    func encode(_ value: Int8) { encoder.feed(value) }

    func encode(_ value: Int16) { encoder.feed(value) }

    func encode(_ value: Int32) { encoder.feed(value) }

    func encode(_ value: Int64) { encoder.feed(value) }

    func encode(_ value: UInt) { encoder.feed(value) }

    func encode(_ value: UInt8) { encoder.feed(value) }

    func encode(_ value: UInt16) { encoder.feed(value) }

    func encode(_ value: UInt32) { encoder.feed(value) }

    func encode(_ value: UInt64) { encoder.feed(value) }

    func encode<Value: Encodable>(_ value: Value) throws { try encoder.encode(value) }
}
