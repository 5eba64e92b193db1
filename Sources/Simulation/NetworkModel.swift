/// How long things take in a simulated run.
public struct NetworkModel: Hashable, Codable, Sendable {
    /// From the sending of a datagram to its arrival, drawn evenly; so datagrams overtake each other.
    ///
    /// For an acknowledged one, from the transmission that is not lost.
    public var datagramLatency: ClosedRange<Duration>
    /// From the sending of a message over a stream to its arrival, drawn evenly; the order is kept.
    public var streamLatency: ClosedRange<Duration>
    /// From the first transmission of an acknowledged datagram, should it be lost, to the second.
    ///
    /// Each further pause is twice as long as the one before.
    public var retryPauseFirst: Duration
    /// The longest pause between two transmissions of an acknowledged datagram.
    public var retryPauseMax: Duration
    /// From a launch, by another node or by the world, to the first handler call.
    public var launchLatency: ClosedRange<Duration>
    /// From the beginning of a write to its end; the writes of one node are done one after another.
    public var diskLatency: ClosedRange<Duration>
    /// From the end of a life until those who watch it are reminded.
    public var noticeLatency: ClosedRange<Duration>
    /// What one idle step takes.
    ///
    /// It must take some time, or a node that is always idle would stop time.
    public var idleStep: Duration

    /// A local network, roughly.
    public init(
        datagramLatency: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(10),
        streamLatency: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(5),
        retryPauseFirst: Duration = .milliseconds(20),
        retryPauseMax: Duration = .milliseconds(500),
        launchLatency: ClosedRange<Duration> = .milliseconds(5) ... .milliseconds(20),
        diskLatency: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(5),
        noticeLatency: ClosedRange<Duration> = .microseconds(500) ... .milliseconds(2),
        idleStep: Duration = .microseconds(100)
    ) {
        self.datagramLatency = datagramLatency
        self.streamLatency = streamLatency
        self.retryPauseFirst = retryPauseFirst
        self.retryPauseMax = retryPauseMax
        self.launchLatency = launchLatency
        self.diskLatency = diskLatency
        self.noticeLatency = noticeLatency
        self.idleStep = idleStep
    }
}
