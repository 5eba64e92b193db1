import FoundationEssentials
import Glibc
import LabKit
import Messaging
import Nodes
import Processes

/// One life of one of our own workers in a classic run: a process of its own.
final class ClassicWorker: ClassicOutside {
    /// What it is told, as one line of JSON on its standard input.
    struct Order: Codable {
        var plan: ClassicPlan
        var me: NodeID
        var incarnation: Int
        /// The process without which it must not live.
        var parent: Int32
    }

    private let plan: ClassicPlan
    private let me: NodeID
    private let loop: EventLoop
    private let parts: ClassicParts
    private let datagrams: ClassicDatagrams
    private var outgoing: [NodeID: ClassicOutgoing] = [:]
    private var incoming: ClassicIncoming?
    private var host: ClassicHost?
    private var cursorMax = 0
    private var recoveryMax = 0
    private var givesUp: EventLoop.Alarm?

    private init(_ order: Order) throws(MessagingFailure) {
        plan = order.plan
        me = order.me
        let loop = try EventLoop()
        self.loop = loop
        let (plan, me) = (plan, me)
        parts = ClassicParts(
            folder: plan.checkpoints,
            worker: plan.names[me.index],
            isMapper: plan.isMapper(me)
        )
        datagrams = try Self.waitingForPort { () throws(MessagingFailure) in
            try ClassicDatagrams(plan, me: me, incarnation: order.incarnation, on: loop)
        }
        if !plan.isMapper(me) {
            incoming = try Self.waitingForPort { () throws(MessagingFailure) in
                try ClassicIncoming(plan, me: me, on: loop)
            }
        }
        // What is read is known to the server alone; the worker needs the name of its stream.
        let stream = PipelineSetup.stream(of: plan.index(of: me))
        let surroundings = Surroundings<Pipeline>(
            me: me,
            incarnation: order.incarnation,
            nodeCount: plan.names.count,
            saved: .stored(parts),
            inputs: Inputs(
                [stream: []],
                from: RedisInputs(plan.redis, password: plan.password)
            )
        )
        host = ClassicHost(plan.role(me), in: surroundings, on: loop, outside: self)
    }

    /// Lives until it is told to leave.
    static func run(_ order: Order) -> Never {
        dieWithParent(order.parent)
        do throws(MessagingFailure) {
            try ClassicWorker(order).live()
        } catch {
            let place = "\(order.plan.names[order.me.index]): \(error)"
            refuse(place, EX_UNAVAILABLE)
        }
    }

    /// Ends the whole run: another in our place could do no better.
    private static func refuse(_ reason: String, _ status: Int32) -> Never {
        ClassicReport.refused(reason: reason, status: status).send()
        exit(status)
    }

    /// The port may be held for a moment by the life before.
    private static func waitingForPort<Value>(
        _ take: () throws(MessagingFailure) -> Value
    ) throws(MessagingFailure) -> Value {
        let deadline = EventLoop.now + ClassicPlan.Limit.portWaitMax.nanoseconds
        while true {
            do throws(MessagingFailure) {
                return try take()
            } catch .portInUse where EventLoop.now < deadline {
                Processes.pause(for: .milliseconds(5))
            }
        }
    }

    private func live() throws(MessagingFailure) -> Never {
        guard let host else { preconditionFailure("a worker without a node") }
        datagrams.onMessage = { [unowned self] body, sender in
            guard sender == PipelineSetup.coordinator,
                let message = ClassicTranslation.message(body, recovery: 0)
            else { return }
            // The end of a stream that has come in this turn is seen first: it came first.
            loop.at(EventLoop.now) { [unowned self] in
                if case .recover(_, let recovery) = message { begin(recovery) }
                host.call(.receive(message, from: sender))
            }
        }
        incoming?.onMessage = { message, sender in host.call(.receive(message, from: sender)) }
        incoming?.onBreach = { [unowned self] mapper, failure in
            // Sent again it would be no better.
            guard let mapper else {
                return say("a stranger was sent away from its streams: \(failure)")
            }
            let reason = "what \(plan.names[mapper.index]) sends is no message: \(failure)"
            Self.refuse("\(plan.names[me.index]): \(reason)", EX_PROTOCOL)
        }
        host.call(.start)
        while true {
            let canWork = host.wantsIdle && !outgoing.values.contains { $0.isFull }
            let hasRun = try loop.turn(upTo: canWork ? .zero : nil)
            if canWork, !hasRun { host.idle() }
        }
    }

    /// Dies, so that a recovery begins.
    private func leave(_ reason: String) -> Never {
        say("it starts again: \(reason)")
        exit(EX_PROTOCOL)
    }

    private func say(_ line: String) {
        try? OutputFile.standardError.write("checkpointing: \(plan.names[me.index]): \(line)\n")
    }

    private func begin(_ recovery: Int) {
        guard recovery > recoveryMax else { return }
        recoveryMax = recovery
        if let givesUp { loop.cancel(givesUp) }
        givesUp = nil
        for reducer in plan.setup.reducers { outgoing[reducer]?.renew(for: recovery) }
    }

    private func reducerIsGone(_ reducer: NodeID) {
        guard givesUp == nil else { return }
        let limit = ClassicPlan.Limit.brokenMax + plan.setup.heartbeatTimeout
        givesUp = loop.after(limit) { [unowned self] in
            leave("the stream to \(plan.names[reducer.index]) broke, and no recovery began")
        }
    }

    // MARK: Effects

    func send(_ message: Pipeline.Message, to receiver: NodeID) {
        switch message {
        case .counts(let counts, let recovery):
            stream(to: receiver).send(counts, recovery: recovery)
        case .forwardedCheckpoint(let id, let recovery):
            stream(to: receiver).send(.forwardedCheckpoint(checkpoint: id, recovery: recovery))
        case .checkpointRefused, .recoveryRefused, .failed: ClassicReport.said(message).send()
        case .heartbeat, .checkpoint, .checkpointAcknowledged, .lastCheckpointAcknowledged,
            .recover, .recoveryAcknowledged, .done, .exit:
            datagrams.send(message, to: receiver)
        }
    }

    private func stream(to reducer: NodeID) -> ClassicOutgoing {
        if let stream = outgoing[reducer] { return stream }
        let stream = ClassicOutgoing(
            from: plan.names[me.index],
            to: plan.address(of: reducer),
            recovery: recoveryMax,
            on: loop
        ) { [unowned self] in reducerIsGone(reducer) }
        outgoing[reducer] = stream
        return stream
    }

    func write(_ value: Pipeline.Saved, as name: String) -> Bool {
        do {
            try parts.write(value, as: name)
            return true
        } catch {
            say("\(error)")
            return false
        }
    }

    func noteRead(_ input: String, cursor: Int) {
        guard input == PipelineSetup.stream(of: plan.index(of: me)), cursor > cursorMax else {
            return
        }
        cursorMax = cursor
        ClassicReport.read(cursor: cursor).send()
    }

    func pause(_ sender: NodeID) { incoming?.pause(sender) }
    func resume(_ sender: NodeID) { incoming?.resume(sender) }
    func emit(_ output: Pipeline.Output) { ClassicReport.output(output).send() }
    /// The one whom workers watch is the process that has started us: we end with it.
    func watch(_ node: NodeID, _ timer: Pipeline.Timer) {}
    func launch(_ node: NodeID) { preconditionFailure("a worker launches \(node)") }
    func kill(_ node: NodeID) { preconditionFailure("a worker kills \(node)") }
    func halt() { exit(EX_OK) }
}
