/// How long things take in a simulated run when nothing goes wrong.
public struct NetworkModel: Hashable, Codable, Sendable {
    /// From the sending of a datagram to its arrival, drawn evenly; so datagrams overtake each other.
    public var datagramLatency: ClosedRange<Duration>
    /// From the sending of a message over a stream to its arrival, drawn evenly; the order is kept.
    public var streamLatency: ClosedRange<Duration>
    /// From a launch, by another node or by the world, to the first handler call.
    public var launchLatency: ClosedRange<Duration>
    /// What one idle step takes.
    ///
    /// It must take some time, or a node that is always idle would stop time.
    public var idleStep: Duration

    /// A local network, roughly.
    public init(
        datagramLatency: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(10),
        streamLatency: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(5),
        launchLatency: ClosedRange<Duration> = .milliseconds(5) ... .milliseconds(20),
        idleStep: Duration = .microseconds(100)
    ) {
        self.datagramLatency = datagramLatency
        self.streamLatency = streamLatency
        self.launchLatency = launchLatency
        self.idleStep = idleStep
    }
}
