import Messaging
import Testing

@Suite struct ClassicCodecTests {
    private let codec = ClassicCodec()

    /// A record that holds a text, with zeros or other bytes behind it.
    private func record(_ text: String, padding: UInt8 = 0) -> [UInt8] {
        record(Array(text.utf8), padding: padding)
    }

    private func record(_ object: [UInt8], padding: UInt8 = 0) -> [UInt8] {
        let length = UInt32(object.count)
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + object
        return bytes + [UInt8](repeating: padding, count: 1024 - bytes.count)
    }

    @Test func `a message has the bytes that the protocol says`() throws {
        let message = ClassicMessage(
            source: "Mapper_0",
            .wordCount(key: "be", value: 2, lastRecovery: 0)
        )
        let text = """
            {"type": 3, "source": "Mapper_0", "key": "be", "value": 2, "last_recovery_id": 0}
            """
        let bytes = try codec.bytes(of: message)
        #expect(bytes.count == 1024)
        #expect(Array(bytes[..<4]) == [0, 0, 0, 81])
        #expect(bytes == record(text))
    }

    @Test(arguments: Samples.messages)
    func `what was written is read`(message: ClassicMessage) throws {
        let bytes = try codec.bytes(of: message)
        let found = try #require(try codec.read(bytes + [1]))
        #expect(found.byteCount == 1024)
        #expect(found.unit == message)
        #expect(try codec.readDatagram(bytes) == message)
        // Swift holds texts to be equal that differ in their bytes.
        #expect(try codec.bytes(of: found.unit) == bytes)
    }

    @Test func `the types have the numbers of the course`() {
        #expect(Set(Samples.messages.map(\.body.type)) == Set(0...9))
        let numbers = [
            #"{"type": 0, "#, #"{"type": 1, "#, #"{"type": 2, "#, #"{"type": 3, "#,
            #"{"type": 4, "#, #"{"type": 5, "#, #"{"type": 6, "#, #"{"type": 7, "#,
            #"{"type": 8, "#, #"{"type": 9, "#,
        ]
        let keys = #""source": "R", "checkpoint_id": 1, "recovery_id": 2, "key": "k", "value": 3"#
        let bodies: [ClassicMessage.Body] = [
            .heartbeat, .checkpoint(checkpoint: 1, recovery: 2),
            .forwardedCheckpoint(checkpoint: 1, recovery: 2),
            .wordCount(key: "k", value: 3, lastRecovery: 4),
            .checkpointAcknowledgement(checkpoint: 1, recovery: 2), .exit, .done(recovery: 2),
            .lastCheckpointAcknowledgement(checkpoint: 1, recovery: 2),
            .recover(checkpoint: 1, recovery: 2), .recoveryAcknowledgement(recovery: 2),
        ]
        for (number, body) in zip(numbers, bodies) {
            let bytes = record(number + keys + #", "last_recovery_id": 4}"#)
            #expect((try? codec.readDatagram(bytes)) == ClassicMessage(source: "R", body))
        }
    }

    @Test func `a message over 1024 bytes is refused when it is sent, with its length`() throws {
        func message(_ length: Int) -> ClassicMessage {
            let key = String(repeating: "a", count: length)
            return ClassicMessage(source: "M", .wordCount(key: key, value: 1, lastRecovery: 0))
        }
        let room =
            1020
            - #"{"type": 3, "source": "M", "key": "", "value": 1, "last_recovery_id": 0}"#.count
        let longest = try codec.bytes(of: message(room))
        #expect(longest.count == 1024)
        #expect(try codec.readDatagram(longest) == message(room))
        var bytes: [UInt8] = [1, 2, 3]
        #expect(throws: WireFailure.tooLong(bytes: 1021, max: 1020)) {
            try codec.append(message(room + 1), to: &bytes)
        }
        // What is escaped counts as it is written.
        let quotes = String(repeating: "\"", count: 500)
        #expect(throws: WireFailure.tooLong(bytes: 1020 - room + 1000, max: 1020)) {
            let body = ClassicMessage.Body.wordCount(key: quotes, value: 1, lastRecovery: 0)
            try codec.append(ClassicMessage(source: "M", body), to: &bytes)
        }
        #expect(throws: WireFailure.wrongValue(.source)) {
            try codec.append(ClassicMessage(source: "", .exit), to: &bytes)
        }
        #expect(bytes == [1, 2, 3])
    }

    @Test func `a length over the limit is told as soon as it is there`() {
        let bytes: [UInt8] = [0, 0, 3, 0xFD]
        for count in 0..<4 {
            #expect(codec.failure(Array(bytes[..<count])) == nil)
        }
        #expect(codec.failure(bytes) == .tooLong(bytes: 1021, max: 1020))
        #expect(codec.datagramFailure(bytes) == .tooLong(bytes: 1021, max: 1020))
        #expect(
            codec.failure([0xFF, 0xFF, 0xFF, 0xFF]) == .tooLong(bytes: 4_294_967_295, max: 1020)
        )
        #expect(codec.failure([0, 0, 3, 0xFC]) == nil)
    }

    @Test func `a beginning of a message asks a stream for more, and ends a datagram`() throws {
        let bytes = record(#"{"type": 5, "source": "C"}"#)
        for count in 0..<1024 {
            let beginning = Array(bytes[..<count])
            #expect(codec.failure(beginning) == nil)
            #expect((try? codec.read(beginning)) == nil)
            let truncated = WireFailure.truncated(bytes: count, needed: 1024)
            #expect(codec.datagramFailure(beginning) == truncated)
        }
        #expect(codec.datagramFailure(bytes + [0]) == .trailing(bytes: 1))
        #expect(codec.datagramFailure(bytes + bytes) == .trailing(bytes: 1024))
    }

    @Test func `what stands behind the object is not looked at`() throws {
        let exit = ClassicMessage(source: "C", .exit)
        let text = #"{"type": 5, "source": "C"}"#
        #expect(try codec.readDatagram(record(text, padding: 0x7D)) == exit)
        #expect(try codec.readDatagram(record(text, padding: 0xFF)) == exit)
    }

    private static let readable: [String] = [
        #" { "source" : "C" , "type" : 5 } "#,
        "\n{\t\"type\":\r5,\"source\":\"C\"}\n",
        #"{"type":5,"source":"\u0043"}"#,
        #"{"type":5,"source":"C","x":null,"y":[],"z":{"type":[1,{}],"type":9}}"#,
        #"{"type":5,"source":"C","x":1.5e-3,"x":true,"y":"\ud83d\ude00","z":-0.0E+9}"#,
        #"{"type":5,"source":"C","x":123456789012345678901234567890}"#,
        #"{"type":5,"source":"C","recovery_id":"what an exit does not have"}"#,
        #"{"\u0074ype":5,"source":"C"}"#,
    ]

    @Test(arguments: readable)
    func `any JSON with the keys of a message is one`(text: String) throws {
        #expect(try codec.readDatagram(record(text)) == ClassicMessage(source: "C", .exit))
    }

    private static let unreadable: [(String, WireFailure)] = [
        (#"{"source":"C"}"#, .missing(.type)),
        (#"{"type":5}"#, .missing(.source)),
        (#"{"type":1,"source":"C","recovery_id":0}"#, .missing(.checkpoint)),
        (#"{"type":1,"source":"C","checkpoint_id":0}"#, .missing(.recovery)),
        (#"{"type":3,"source":"C","value":0,"last_recovery_id":1}"#, .missing(.key)),
        (#"{"type":3,"source":"C","key":"","last_recovery_id":1}"#, .missing(.value)),
        (#"{"type":3,"source":"C","key":"","value":1,"recovery_id":1}"#, .missing(.lastRecovery)),
        (#"{"type":9,"source":"C","checkpoint_id":1}"#, .missing(.recovery)),
        (#"{"type":10,"source":"C"}"#, .unknownType(10)),
        (#"{"type":-1}"#, .unknownType(-1)),
        (#"{"type":true,"source":"C"}"#, .wrongValue(.type)),
        (#"{"type":"5","source":"C"}"#, .wrongValue(.type)),
        (#"{"type":5.0,"source":"C"}"#, .wrongValue(.type)),
        (#"{"type":5e0,"source":"C"}"#, .wrongValue(.type)),
        (#"{"type":null,"source":"C"}"#, .wrongValue(.type)),
        (#"{"type":9223372036854775808,"source":"C"}"#, .wrongValue(.type)),
        (#"{"type":5,"source":""}"#, .wrongValue(.source)),
        (#"{"type":5,"source":5}"#, .wrongValue(.source)),
        (#"{"type":3,"source":"C","key":1,"value":1,"last_recovery_id":1}"#, .wrongValue(.key)),
        (
            #"{"type":3,"source":"C","key":"","value":true,"last_recovery_id":1}"#,
            .wrongValue(.value)
        ),
        (#"{"type":4,"source":"C","checkpoint_id":"4"}"#, .wrongValue(.checkpoint)),
        (#"{"type":6,"source":"C","recovery_id":null}"#, .wrongValue(.recovery)),
        (#"{"type":5,"source":"C","type":5}"#, .repeated(.type)),
        (#"{"type":5,"source":"C","\u0074ype":6}"#, .repeated(.type)),
    ]

    @Test func `each failure of an object has its name`() {
        for (text, failure) in Self.unreadable {
            #expect(codec.failure(record(text)) == failure, "\(text)")
            #expect(codec.datagramFailure(record(text)) == failure, "\(text)")
        }
        #expect(codec.failure(record("")) == .notJSON(byte: 0))
        #expect(codec.failure(record("5")) == .notJSON(byte: 0))
        #expect(codec.failure(record(#"{"type":5,"source":"C"}}"#)) == .notJSON(byte: 23))
    }
}
