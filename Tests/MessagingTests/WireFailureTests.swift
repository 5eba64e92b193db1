import Messaging
import Testing

@Suite struct WireFailureTests {
    private static let lines: [(WireFailure, String)] = [
        (.notAFrame, "bytes that are not a frame"),
        (.otherVersion(9), "a frame of version 9, and this is version 1"),
        (.unknownKind(0), "a frame of kind 0, which there is not"),
        (.otherRun, "a frame of another run"),
        (
            .damaged(checksum: 1, expected: 2),
            "a damaged frame: its checksum is 1, that of its bytes 2"
        ),
        (.tooLong(bytes: 1021, max: 1020), "1021 bytes to carry, and 1020 is the limit"),
        (
            .truncated(bytes: 47, needed: 48),
            "a datagram cut short: 47 bytes, and 48 are needed"
        ),
        (.trailing(bytes: 3), "3 bytes in a datagram behind what it carries"),
        (
            .doesNotFit(.senderIncarnation, value: -1),
            "-1 as incarnation of the sender of a frame, which holds 0 to 4294967295"
        ),
        (
            .doesNotFit(.receiver, value: 65536),
            "65536 as receiver of a frame, which holds 0 to 65535"
        ),
        (.notJSON(byte: 0), "a classic message that is no JSON object, at byte 0"),
        (.unknownType(10), "a classic message of type 10, and 0 to 9 are known"),
        (.missing(.checkpoint), "a classic message without checkpoint_id"),
        (.wrongValue(.type), "a classic message whose type is of the wrong sort"),
        (.repeated(.lastRecovery), "a classic message with two values of last_recovery_id"),
    ]

    @Test func `each failure is one line for people`() {
        for (failure, line) in Self.lines { #expect("\(failure)" == line) }
        #expect(Set(Self.lines.map(\.1)).count == Self.lines.count)
    }
}
