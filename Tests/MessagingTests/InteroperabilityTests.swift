import Foundation
import Messaging
import Testing

/// What we write another language reads, and the other way round.
@Suite(.enabled(if: Python.isThere)) struct InteroperabilityTests {
    @Test func `Python makes the frame of the protocol, byte for byte`() throws {
        let made = try Python.run(
            """
            import struct, sys, zlib
            header = b"LC" + struct.pack(">BBI", 1, 3, 2) + bytes(range(16))
            header += struct.pack(">HIHIQ", 0x102, 0x3040506, 0x708, 0x90A0B0C, 0xD0E0F1011121314)
            checksum = zlib.crc32(b"be", zlib.crc32(header))
            sys.stdout.buffer.write(header + struct.pack(">I", checksum) + b"be")
            """
        )
        #expect(Array(made) == FrameCodecTests.golden)
    }

    @Test func `Python reads our frames of all lengths up to 300`() throws {
        let codec = FrameCodec(token: Samples.token)
        for lengths in [0..<100, 100..<200, 200..<300] {
            var bytes: [UInt8] = []
            for length in lengths {
                let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                try codec.append(Frame(header: Samples.header, payload: payload), to: &bytes)
            }
            let read = try Python.run(
                """
                import struct, sys, zlib
                rest, count = sys.stdin.buffer.read(), 0
                while rest:
                    magic, version, kind, length = struct.unpack(">2sBBI", rest[:8])
                    token, fields = rest[8:24], struct.unpack(">HIHIQI", rest[24:48])
                    assert magic == b"LC" and version == 1 and kind == 3, rest[:8]
                    assert fields[-1] == zlib.crc32(rest[:44] + rest[48:48 + length]), length
                    rest, count = rest[48 + length:], count + 1
                print(count)
                """,
                input: bytes
            )
            #expect(String(decoding: read, as: UTF8.self) == "100\n")
        }
    }

    /// Messages as Python writes them: escapes for all that is not ASCII, spaces, keys in any order.
    @Test func `we read classic messages of Python's struct and json`() throws {
        let made = try Python.run(
            """
            import json, struct, sys
            def send(**message):
                text = json.dumps(message).encode()
                sys.stdout.buffer.write((struct.pack("!I", len(text)) + text).ljust(1024, b"\\0"))
            send(type=0, source="Mapper_0")
            send(type=1, source="Coordinator", checkpoint_id=1, recovery_id=0)
            send(recovery_id=7, checkpoint_id=0, source="Mapper_1", type=2, mapper_id=1, x=[{}, 1.5])
            send(type=3, source="Mapper_0", key="\\"\\\\/\\b\\f\\n\\0\\x7fé€😀", value=2**63 - 1, last_recovery_id=0)
            send(type=4, source="Reducer_0", checkpoint_id=4)
            send(type=5, source="Coordinator")
            send(type=6, source="Mapper_0", recovery_id=1)
            send(type=7, source="Reducer_0", checkpoint_id=0, recovery_id=None or 2)
            send(type=8, source="Coordinator", recovery_id=1, checkpoint_id=-1)
            send(type=9, source="Reducer_1", recovery_id=-2**63)
            """
        )
        var read: [ClassicMessage] = []
        var rest = Array(made)
        while let found = try ClassicCodec().read(rest) {
            read.append(found.unit)
            rest.removeFirst(found.byteCount)
        }
        #expect(rest.isEmpty)
        let word = "\"\\/\u{8}\u{C}\n\0\u{7F}é€😀"
        #expect(
            read == [
                ClassicMessage(source: "Mapper_0", .heartbeat),
                ClassicMessage(source: "Coordinator", .checkpoint(checkpoint: 1, recovery: 0)),
                ClassicMessage(
                    source: "Mapper_1",
                    .forwardedCheckpoint(checkpoint: 0, recovery: 7)
                ),
                ClassicMessage(
                    source: "Mapper_0",
                    .wordCount(key: word, value: .max, lastRecovery: 0)
                ),
                ClassicMessage(
                    source: "Reducer_0",
                    .checkpointAcknowledgement(checkpoint: 4, recovery: nil)
                ),
                ClassicMessage(source: "Coordinator", .exit),
                ClassicMessage(source: "Mapper_0", .done(recovery: 1)),
                ClassicMessage(
                    source: "Reducer_0",
                    .lastCheckpointAcknowledgement(checkpoint: 0, recovery: 2)
                ),
                ClassicMessage(source: "Coordinator", .recover(checkpoint: -1, recovery: 1)),
                ClassicMessage(source: "Reducer_1", .recoveryAcknowledgement(recovery: .min)),
            ]
        )
    }

    /// Python tells what it has read in its own words, to be compared with ours.
    @Test func `Python's struct and json read our classic messages`() throws {
        var bytes: [UInt8] = []
        for message in Samples.messages { try ClassicCodec().append(message, to: &bytes) }
        let told = try Python.run(
            """
            import json, struct, sys
            while record := sys.stdin.buffer.read(1024):
                length = struct.unpack("!I", record[:4])[0]
                assert len(record) == 1024 and not record[4 + length:].strip(b"\\0")
                print(json.dumps(json.loads(record[4:4 + length].decode("utf-8")), sort_keys=True))
            """,
            input: bytes
        )
        let lines = String(decoding: told, as: UTF8.self).split(separator: "\n")
        try #require(lines.count == Samples.messages.count)
        #expect(lines[0] == #"{"source": "Mapper_0", "type": 0}"#)
        #expect(
            lines[3] == #"""
                {"key": "be", "last_recovery_id": 3, "source": "Mapper_0", "type": 3, "value": 2}
                """#
        )
        for (line, message) in zip(lines, Samples.messages) {
            let length = UInt32(line.utf8.count).bigEndian
            let record = withUnsafeBytes(of: length) { Array($0) } + Array(line.utf8)
            let padded = record + [UInt8](repeating: 0, count: 1024 - record.count)
            #expect(try ClassicCodec().readDatagram(padded) == message)
        }
    }

    @Test func `what is ASCII we write just as Python does`() throws {
        let made = try Python.run(
            """
            import json, struct, sys
            text = json.dumps({"type": 3, "source": "Mapper_0", "key": "a\\n\\x01\\x7f\\"", "value": -5,
                               "last_recovery_id": 0}).encode()
            sys.stdout.buffer.write((struct.pack("!I", len(text)) + text).ljust(1024, b"\\0"))
            """
        )
        let ours = ClassicMessage(
            source: "Mapper_0",
            .wordCount(key: "a\n\u{1}\u{7F}\"", value: -5, lastRecovery: 0)
        )
        #expect(try ClassicCodec().bytes(of: ours) == Array(made))
    }

    @Test func `Python agrees on what is no JSON`() throws {
        // Python reads three things more: numbers that are none, and halves of pairs.
        let texts = JSONReaderTests.malformed.filter {
            !$0.contains("NaN") && !$0.contains("Infinity") && !$0.contains("\\ud")
        }
        try #require(texts.count > 40)
        let told = try Python.run(
            """
            import json, sys
            for text in sys.stdin.buffer.read().split(b"\\xff"):
                try:
                    if isinstance(json.loads(text.decode()), dict): print(text)
                except ValueError: pass
            """,
            input: Array(texts.map { Array($0.utf8) }.joined(separator: [0xFF]))
        )
        #expect(String(decoding: told, as: UTF8.self) == "")
    }
}
