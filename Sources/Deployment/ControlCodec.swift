import FoundationEssentials

/// Values on a control channel: four bytes of length, the highest first, and then JSON.
struct ControlCodec {
    /// Bounds on what the other side can make us hold.
    enum Limit {
        static let valueBytesMax = 64 << 20
    }

    private let encoder = JSONEncoder()
    private let decoder = JSONDecoder()

    func append(_ value: some Encodable, to bytes: inout [UInt8]) throws(ControlFailure) {
        let data: Data
        do { data = try encoder.encode(value) } catch { throw .unencodable("\(error)") }
        guard data.count <= Limit.valueBytesMax else { throw .tooLong(byteCount: data.count) }
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: data.count >> shift)) }
        bytes.append(contentsOf: data)
    }

    /// The first value, and how many bytes it took; nil if its end is not there yet.
    func first<Value: Decodable>(
        _ type: Value.Type,
        in bytes: UnsafeRawBufferPointer
    ) throws(ControlFailure) -> (value: Value, byteCount: Int)? {
        guard bytes.count >= 4 else { return nil }
        let count = bytes[0..<4].reduce(0) { $0 << 8 | Int($1) }
        guard count <= Limit.valueBytesMax else { throw .tooLong(byteCount: count) }
        guard bytes.count >= 4 + count else { return nil }
        do {
            let data = Data(bytes[4..<4 + count])
            return (try decoder.decode(Value.self, from: data), 4 + count)
        } catch {
            throw .unreadable("\(error)")
        }
    }
}

/// Why a control channel cannot be used any more.
enum ControlFailure: Error, Hashable, CustomStringConvertible {
    case unencodable(String)
    case unreadable(String)
    case tooLong(byteCount: Int)

    var description: String {
        switch self {
        case .unencodable(let reason): "cannot be written: \(reason)"
        case .unreadable(let reason): "is not what was expected: \(reason)"
        case .tooLong(let count):
            "has \(count) bytes, and \(ControlCodec.Limit.valueBytesMax) is the most"
        }
    }
}
