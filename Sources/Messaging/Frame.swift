/// One frame: a header, and a payload that belongs to it.
public struct Frame: Hashable, Sendable {
    /// What the frame says about itself.
    public var header: FrameHeader

    /// What it carries; the frame does not know what that means.
    public var payload: [UInt8]

    /// A frame; nothing is checked until it is written.
    public init(header: FrameHeader, payload: [UInt8] = []) {
        self.header = header
        self.payload = payload
    }
}
