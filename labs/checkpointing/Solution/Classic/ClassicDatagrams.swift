import Chance
import Messaging
import Nodes

/// A node's UDP port: what the coordinator and its workers say to each other.
final class ClassicDatagrams {
    /// Gets what somebody of the run has said.
    var onMessage: ((ClassicMessage.Body, NodeID) -> Void)?

    private let plan: ClassicPlan
    private let me: NodeID
    private let loop: EventLoop
    private let socket: DatagramSocket
    private let codec = ClassicCodec()
    private var chance: SplitMix64
    private var repeats: ClassicRepeats
    private var alarm: EventLoop.Alarm?
    /// Of whom something may still wait here that the life before has said.
    private var outlived: Set<NodeID> = []

    /// Takes the port.
    ///
    /// - Parameters:
    ///   - plan: Who is where.
    ///   - me: Who we are.
    ///   - incarnation: Which life of it: losses differ from life to life.
    ///   - others: Who is a program of somebody else.
    ///   - loop: Where datagrams are waited for.
    /// - Throws: `MessagingFailure`, `.portInUse` as a rule.
    init(
        _ plan: ClassicPlan,
        me: NodeID,
        incarnation: Int = 0,
        others: Set<NodeID> = [],
        on loop: EventLoop
    ) throws(MessagingFailure) {
        (self.plan, self.me, self.loop) = (plan, me, loop)
        repeats = ClassicRepeats(others: others)
        chance = SplitMix64(seed: plan.seed &+ UInt64(me.index) << 32 &+ UInt64(incarnation))
        let descriptor = try Sockets.bindDatagrams(at: plan.address(of: me))
        socket = try DatagramSocket(descriptor, on: loop)
        socket.onDatagram = { [unowned self] bytes, sender in receive(bytes, from: sender) }
    }

    /// Says something, and says it again if that may be needed.
    func send(_ message: Pipeline.Message, to receiver: NodeID) {
        repeats.say(message, to: receiver, at: EventLoop.now)
        if repeats.isReachable(receiver) { put(message, to: receiver) }
        setAlarm()
    }

    /// Notes that a new life begins somewhere: until it is heard, what is for it is kept.
    func begin(_ node: NodeID) {
        repeats.begin(node)
        outlived.insert(node)
        // What waits now is taken before the alarms of the next turn.
        loop.at(EventLoop.now) { [unowned self] in
            loop.at(EventLoop.now) { [unowned self] in _ = outlived.remove(node) }
        }
    }

    /// Notes an answer that has come another way, or in other words.
    func answered(_ answer: Pipeline.Message, by sender: NodeID) {
        repeats.answered(answer, by: sender)
    }

    private func receive(_ bytes: UnsafeRawBufferPointer, from address: Address) {
        // Whatever else a stranger may send: it is no message of ours.
        guard address.isLoopback, let message = try? codec.decodeDatagram(bytes),
            let sender = plan.id(named: message.source), sender != me
        else { return }
        if !outlived.contains(sender) {
            for kept in repeats.hear(sender) { put(kept, to: sender) }
            setAlarm()
        }
        onMessage?(message.body, sender)
    }

    private func put(_ message: Pipeline.Message, to receiver: NodeID) {
        guard let body = ClassicTranslation.body(of: message) else {
            preconditionFailure("the classic course has no word for \(message)")
        }
        if plan.loss > 0, chance.chance(plan.loss) { return }
        var bytes: [UInt8] = []
        do throws(WireFailure) {
            try codec.append(ClassicMessage(source: plan.names[me.index], body), to: &bytes)
        } catch {
            preconditionFailure("a message of numbers does not fit: \(error)")
        }
        bytes.withUnsafeBytes { _ = socket.send($0, to: plan.address(of: receiver)) }
        socket.flush()
    }

    private func setAlarm() {
        if let alarm { loop.cancel(alarm) }
        alarm = repeats.next.map { due in
            loop.at(due) { [unowned self] in
                alarm = nil
                for again in repeats.take(at: EventLoop.now) {
                    put(again.message, to: again.receiver)
                }
                setAlarm()
            }
        }
    }
}
