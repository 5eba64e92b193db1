import Glibc
import Messaging

/// The frames of `Messaging`, as senders write and receivers read them.
enum Framing {
    static let headerBytes = FrameCodec.headerBytes

    /// Both processes must have one token: here it guards nothing.
    private static let codec: FrameCodec = {
        guard let token = RunToken(text: String(repeating: "5a", count: RunToken.byteCount)) else {
            puts("messaging-bench: no token")
            exit(70)
        }
        return FrameCodec(token: token)
    }()

    /// Appends one frame.
    static func append(_ payload: [UInt8], to buffer: inout [UInt8]) {
        let header = FrameHeader(
            kind: .message,
            sender: 0,
            senderIncarnation: 0,
            receiver: 1,
            receiverIncarnation: 0,
            sequence: 1
        )
        do {
            try payload.withUnsafeBytes { try codec.append(header, payload: $0, to: &buffer) }
        } catch {
            fail(error)
        }
    }

    /// Calls `body` with the payload of each whole frame; returns how many bytes those took.
    static func each(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) -> Int {
        var start = 0
        do throws(WireFailure) {
            while let frame = try codec.decodeInPlace(
                UnsafeRawBufferPointer(rebasing: bytes[start...])
            ) {
                let payload = bytes[start + frame.payload.lowerBound..<start + frame.byteCount]
                body(UnsafeRawBufferPointer(rebasing: payload))
                start += frame.byteCount
            }
        } catch {
            fail(error)
        }
        return start
    }

    /// Reads a frame that came as a datagram.
    static func check(datagram bytes: UnsafeRawBufferPointer) {
        do throws(WireFailure) {
            _ = try codec.decodeDatagramInPlace(bytes)
        } catch {
            fail(error)
        }
    }

    private static func fail(_ failure: any Error) -> Never {
        puts("messaging-bench: \(failure)")
        exit(70)
    }
}
