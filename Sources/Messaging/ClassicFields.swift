/// The values of a classic message's keys, before it is clear which message they make.
struct ClassicFields {
    private let values: [ClassicMessage.Key: JSONReader.Value]

    /// Reads an object; its keys that mean nothing are not kept.
    init(_ object: UnsafeRawBufferPointer) throws(WireFailure) {
        var reader = JSONReader(object)
        var values: [ClassicMessage.Key: JSONReader.Value] = [:]
        try reader.object { name, value throws(WireFailure) in
            guard let key = ClassicMessage.Key(rawValue: name) else { return }
            if values.updateValue(value, forKey: key) != nil { throw .repeated(key) }
        }
        self.values = values
    }

    /// The message that they make: the type is looked at first, then the source, then what a message of
    /// the type has.
    func message() throws(WireFailure) -> ClassicMessage {
        let type = try number(.type)
        guard (0...9).contains(type) else { throw .unknownType(type) }
        let source = try text(.source)
        if source.isEmpty { throw .wrongValue(.source) }
        return ClassicMessage(source: source, try body(type))
    }

    private func body(_ type: Int) throws(WireFailure) -> ClassicMessage.Body {
        switch type {
        case 0: .heartbeat
        case 1: .checkpoint(checkpoint: try number(.checkpoint), recovery: try number(.recovery))
        case 2:
            .forwardedCheckpoint(
                checkpoint: try number(.checkpoint),
                recovery: try number(.recovery)
            )
        case 3:
            .wordCount(
                key: try text(.key),
                value: try number(.value),
                lastRecovery: try number(.lastRecovery)
            )
        case 4:
            .checkpointAcknowledgement(
                checkpoint: try number(.checkpoint),
                recovery: try numberIfThere(.recovery)
            )
        case 5: .exit
        case 6: .done(recovery: try numberIfThere(.recovery))
        case 7:
            .lastCheckpointAcknowledgement(
                checkpoint: try number(.checkpoint),
                recovery: try numberIfThere(.recovery)
            )
        case 8: .recover(checkpoint: try number(.checkpoint), recovery: try number(.recovery))
        case 9: .recoveryAcknowledgement(recovery: try number(.recovery))
        default: throw .unknownType(type)
        }
    }

    private func number(_ key: ClassicMessage.Key) throws(WireFailure) -> Int {
        guard let number = try numberIfThere(key) else { throw .missing(key) }
        return number
    }

    private func numberIfThere(_ key: ClassicMessage.Key) throws(WireFailure) -> Int? {
        switch values[key] {
        case nil: return nil
        case .whole(let number): return number
        case .text, .other: throw .wrongValue(key)
        }
    }

    private func text(_ key: ClassicMessage.Key) throws(WireFailure) -> String {
        switch values[key] {
        case nil: throw .missing(key)
        case .text(let text): return text
        case .whole, .other: throw .wrongValue(key)
        }
    }
}
