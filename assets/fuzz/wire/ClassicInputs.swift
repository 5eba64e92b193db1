import Chance
import Messaging

/// Bytes that are classic messages, nearly so, or nothing of the kind.
struct ClassicInputs {
    static let codec = ClassicCodec()

    private static let objects: [[UInt8]] = [
        #"{"type": 0, "source": "Mapper_0"}"#,
        #"{"type": 1, "source": "Coordinator", "checkpoint_id": 1, "recovery_id": 0}"#,
        #"{"type":2,"source":"Mapper_1","recovery_id":0,"checkpoint_id":7,"x":[{}, -1.5e3]}"#,
        #"{"type": 3, "source": "Mapper_0", "key": "b\"\u00e9", "value": 2, "last_recovery_id": 0}"#,
        #"{"type": 4, "source": "Reducer_0", "checkpoint_id": 4, "recovery_id": 9}"#,
        #"{"type": 5, "source": "Coordinator"}"#,
        #"{"type": 6, "source": "Mapper_0", "x": {"a": [true, false, null]}}"#,
        #"{"type": 7, "source": "Reducer_0", "checkpoint_id": 0}"#,
        #"{"recovery_id": 1, "checkpoint_id": -1, "source": "Coordinator", "type": 8}"#,
        #"{"type": 9, "source": "Reducer_1", "recovery_id": 9223372036854775807}"#,
    ].map { Array($0.utf8) }

    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", ":", ",", "\"", "\\", " ", "\n", "0", "9", "-", ".5", "e1", "true",
            "false", "null", "\\u0041", "\\ud83d", "\\ude00", "\\n", #""type""#, #""source""#, "5",
            #""type": 5,"#, #""key""#, #""value""#, #""recovery_id": 1,"#, #""checkpoint_id""#,
            #""last_recovery_id""#, #""x": 1,"#, "\u{E9}", "\u{1F600}", "[[[[[[[[[[[[[[[[",
            "{\"\":",
            "9223372036854775808", "-9223372036854775808", "\0", "\u{7F}",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

    private static let keys: [[UInt8]] = [
        #""type""#, #""type""#, #""source""#, #""checkpoint_id""#, #""recovery_id""#, #""key""#,
        #""value""#, #""last_recovery_id""#, #""x""#,
    ].map { Array($0.utf8) }

    private static let values: [[UInt8]] = [
        "0", "1", "3", "4", "6", "8", "9", "10", "-1", "9223372036854775807", "1.5", "true", "null",
        #""""#, #""Mapper_0""#, #""\ud83d\ude00""#, "[]", #"{"type": 1}"#,
    ].map { Array($0.utf8) }

    /// An object of any keys with any values: JSON for certain, a message by chance.
    private static func members(_ chance: inout SplitMix64) -> [UInt8] {
        var object = Array(#"{"source": "R""#.utf8)
        if chance.next(below: 4) == 0 { object = Array(#"{"": 0"#.utf8) }
        for _ in 0..<chance.next(below: 6) {
            object += [UInt8(ascii: ",")] + Mutation.pick(keys, &chance) + [UInt8(ascii: ":")]
            object += Mutation.pick(values, &chance)
        }
        return object + [UInt8(ascii: "}")]
    }

    static func make(_ bytes: inout [UInt8], _ chance: inout SplitMix64) {
        if chance.next(below: 20) == 0 {
            Mutation.randomise(&bytes, below: 120, &chance)
            // Long enough to be looked at, every other time.
            if chance.next(below: 2) == 0 { finish(bytes, &bytes, &chance) }
            return
        }
        let isMadeOfMembers = chance.next(below: 2) == 0
        var object = isMadeOfMembers ? members(&chance) : Mutation.pick(objects, &chance)
        for _ in 0..<chance.next(below: isMadeOfMembers ? 2 : 5) {
            Mutation.apply(to: &object, pieces: pieces, &chance)
        }
        if chance.next(below: 50) == 0 {
            let text = [UInt8](repeating: 0x61, count: Int(chance.next(below: 1000)))
            object.replaceSubrange(object.count / 2..<object.count / 2, with: text)
        }
        finish(object, &bytes, &chance)
        switch chance.next(below: 30) {
        case 0: bytes[Int(chance.next(below: 4))] ^= 1 << UInt8(chance.next(below: 8))
        case 1: bytes.removeSubrange(Int(chance.next(below: UInt64(bytes.count)))...)
        case 2: bytes += objects[0]
        default: break
        }
    }

    /// Makes a record of an object, with zeros or other bytes behind it.
    private static func finish(
        _ object: [UInt8],
        _ bytes: inout [UInt8],
        _ chance: inout SplitMix64
    ) {
        bytes.removeAll(keepingCapacity: true)
        bytes += [0, 0, UInt8(truncatingIfNeeded: object.count >> 8)]
        bytes.append(UInt8(truncatingIfNeeded: object.count))
        bytes += object
        let padding: UInt8 = chance.next(below: 4) == 0 ? UInt8(ascii: "}") : 0
        if bytes.count < 1024 {
            bytes.append(contentsOf: repeatElement(padding, count: 1024 - bytes.count))
        }
    }
}
