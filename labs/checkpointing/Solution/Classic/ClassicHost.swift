import Messaging
import Nodes

/// Where a node's effects go that touch others.
protocol ClassicOutside: AnyObject {
    func send(_ message: Pipeline.Message, to receiver: NodeID)
    /// Puts something to rest; false if it found no room.
    func write(_ value: Pipeline.Saved, as name: String) -> Bool
    func watch(_ node: NodeID, _ timer: Pipeline.Timer)
    func pause(_ sender: NodeID)
    func resume(_ sender: NodeID)
    func launch(_ node: NodeID)
    func kill(_ node: NodeID)
    func noteRead(_ input: String, cursor: Int)
    func emit(_ output: Pipeline.Output)
    /// The node has ended by its own will, and is not called again.
    func halt()
}

/// Runs the handlers of one node among programs that know nothing of nodes: one thread, one loop.
///
/// It keeps what every world promises as far as the classic course's messages allow: there are no run tokens
/// and no incarnations, so that recovery ids alone tell what is of an older time.
final class ClassicHost {
    private(set) var node: Role
    private(set) var hasHalted = false
    /// Whether the node wants to be called when nothing waits.
    private(set) var wantsIdle = false

    private let surroundings: Surroundings<Pipeline>
    private let loop: EventLoop
    private unowned let outside: any ClassicOutside
    private var alarms: [Pipeline.Timer: EventLoop.Alarm] = [:]

    /// A node that has not begun.
    init(
        _ node: Role,
        in surroundings: Surroundings<Pipeline>,
        on loop: EventLoop,
        outside: any ClassicOutside
    ) {
        (self.node, self.surroundings, self.loop) = (node, surroundings, loop)
        self.outside = outside
    }

    /// Calls a handler, and does what it asks for.
    func call(_ call: Call<Pipeline>) {
        guard !hasHalted else { return }
        var effects = Effects(surroundings)
        node.handle(call, &effects)
        if let impossible = effects.impossible {
            preconditionFailure("node \(surroundings.me) \(impossible)")
        }
        for effect in effects.takeList() where !hasHalted { perform(effect) }
    }

    /// Lets the node do one step of its own work.
    func idle() {
        wantsIdle = false
        call(.idle)
    }

    /// Reminds the node of something.
    func fire(_ timer: Pipeline.Timer) {
        if let alarm = alarms.removeValue(forKey: timer) { loop.cancel(alarm) }
        call(.fire(timer))
    }

    private func perform(_ effect: Effect<Pipeline>) {
        switch effect {
        case .send(let message, let receiver, _): outside.send(message, to: receiver)
        // Ours ask for times, not for ranges of them.
        case .arm(let timer, let after): arm(timer, at: EventLoop.now + after.lowerBound)
        case .disarm(let timer): disarm(timer)
        case .save(let value, let name): _ = outside.write(value, as: name)
        case .write(let value, let name, let then, let otherwise):
            arm(outside.write(value, as: name) ? then : otherwise, at: EventLoop.now)
        case .watch(let other, let timer): outside.watch(other, timer)
        case .pause(let sender): outside.pause(sender)
        case .resume(let sender): outside.resume(sender)
        case .launch(let other): outside.launch(other)
        case .kill(let other): outside.kill(other)
        case .read(let input, let cursor): outside.noteRead(input, cursor: cursor)
        case .wantIdle: wantsIdle = true
        case .emit(let output): outside.emit(output)
        case .halt:
            hasHalted = true
            wantsIdle = false
            for alarm in alarms.values { loop.cancel(alarm) }
            alarms = [:]
            outside.halt()
        }
    }

    private func arm(_ timer: Pipeline.Timer, at due: Int) {
        disarm(timer)
        alarms[timer] = loop.at(due) { [unowned self] in
            alarms[timer] = nil
            call(.fire(timer))
        }
    }

    private func disarm(_ timer: Pipeline.Timer) {
        if let alarm = alarms.removeValue(forKey: timer) { loop.cancel(alarm) }
    }
}
