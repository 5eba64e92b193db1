import Nodes

// What a worker says to the coordinator, mapper or reducer alike.
extension Effects where Words == Pipeline {
    /// Says that the worker lives, and will say so again.
    mutating func beatHeart(_ setup: PipelineSetup) {
        guard let interval = setup.heartbeatInterval else { return }
        send(.heartbeat, to: PipelineSetup.coordinator, over: .datagram)
        arm(.heartbeat, after: interval)
    }

    /// Tells the coordinator something that must not be lost.
    mutating func tell(_ message: Pipeline.Message) {
        send(message, to: PipelineSetup.coordinator, over: .acknowledged)
    }
}
