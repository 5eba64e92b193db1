import Causality
import Chance
import Nodes

@testable import Deployment

/// A history as processes would have told it, made by hand or at random.
struct Told {
    static let names = ["A", "B", "C"]

    enum Part {
        case send(String, to: String, Link = .stream)
        case save(Int)
        case output(String)
        case kill(Life)
        case launch(Life)
    }

    var history = RunHistory()
    /// The events that were told, and pairs of them of which the first caused the second.
    private(set) var lines: [String] = []
    private(set) var order: [(String, String)] = []

    static func line(_ event: Event) -> String {
        let words: [String?] = [event.node, event.kind.rawValue, event.message ?? event.text]
        return words.compactMap { $0 }.joined(separator: " ")
    }

    mutating func begin(_ name: String, _ incarnation: Int = 0, view: Int = 0, at time: Int = 0)
        -> Life
    {
        let life = Life(node: Self.names.firstIndex(of: name) ?? 0, incarnation: incarnation)
        history.begin(life, view: view, at: time)
        return life
    }

    /// One handler call with what came of it; as many records of effects were announced as are given
    /// here, if nothing else is said.
    mutating func call(
        _ life: Life,
        _ kind: Event.Kind,
        at time: Int,
        view: Int = 0,
        message: String? = nil,
        over link: Link = .stream,
        text: String? = nil,
        records: Int? = nil,
        doing parts: [Part] = []
    ) {
        var event = event(life, kind, time)
        event.message = message
        event.link = message.map { _ in link.rawValue }
        event.text = text
        lines.append(Self.line(event))
        let call = Record.Call(
            event: event,
            view: view,
            recordCount: records ?? parts.count,
            effectCount: parts.count,
            readCount: 0
        )
        history.add(call, of: life)
        for (place, part) in parts.enumerated() { add(part, place, life, time) }
    }

    private mutating func add(_ part: Part, _ place: Int, _ life: Life, _ time: Int) {
        var save: Int?
        var event: Event
        // Of calls that ask for kills and launches, the later one is later for all.
        let order = history.eventCount + 1
        switch part {
        case .send(let message, let receiver, let link):
            event = self.event(life, .send, time)
            event.message = message
            event.peer = receiver
            event.link = link.rawValue
        case .save(let number):
            event = self.event(life, .save, time)
            event.text = "\(number)"
            save = number
        case .output(let text):
            event = self.event(life, .output, time)
            event.text = text
        case .kill(let victim):
            return history.add(
                changes: [.init(place: place, killed: victim)],
                of: life,
                order: order
            )
        case .launch(let newcomer):
            return history.add(
                changes: [.init(place: place, launched: newcomer)],
                of: life,
                order: order
            )
        }
        lines.append(Self.line(event))
        history.add(Record.Performed(event: event, place: place, save: save, output: nil), of: life)
    }

    private func event(_ life: Life, _ kind: Event.Kind, _ time: Int) -> Event {
        Event(time: time, node: Self.names[life.node], incarnation: life.incarnation, kind: kind)
    }
}

extension Told {
    /// A history that can be: nodes that call, send, receive and die, in an order that chance chose; each
    /// has a clock of its own, which lies.
    static func random(seed: UInt64) -> Told {
        var told = Told()
        var chance = SplitMix64(seed: seed)
        var lives = names.map { told.begin($0) }
        var isDead = names.map { _ in false }
        let skews = names.map { _ in Int(chance.next(below: 2000)) }
        var view = 0
        var sent = names.map { _ in 0 }
        /// What is on its way, with the line of its send.
        var onItsWay: [(message: String, receiver: Int, sender: Life, link: Link)] = []
        var calls = 0
        for node in names.indices {
            told.call(lives[node], .start, at: skews[node], text: names[node] + "0")
        }
        for time in 1...60 {
            let node = Int(chance.next(below: UInt64(names.count)))
            let now = time + skews[node]
            if isDead[node] {
                view += 1
                lives[node] = told.begin(
                    names[node],
                    lives[node].incarnation + 1,
                    view: view,
                    at: now
                )
                isDead[node] = false
                sent[node] = 0
                // Who lives again takes nothing that was meant for the life before.
                onItsWay.removeAll { $0.receiver == node || $0.sender.node == node }
                let text = "\(names[node])\(lives[node].incarnation)"
                told.call(lives[node], .recover, at: now, view: view, text: text)
                continue
            }
            if chance.chance(0.05) {
                told.history.end(lives[node], .crashed(time: now, lastSave: .max))
                let crash = "\(names[node]) crash"
                told.lines.append(crash)
                isDead[node] = true
                continue
            }
            var message: String?
            var link = Link.stream
            let place = onItsWay.firstIndex { $0.receiver == node && chance.chance(0.7) }
            if let place {
                let arrived = onItsWay.remove(at: place)
                message = arrived.message
                link = arrived.link
                let names = (names[arrived.sender.node], names[node])
                told.order.append(
                    ("\(names.0) send \(arrived.message)", "\(names.1) receive \(arrived.message)")
                )
            }
            calls += 1
            var parts: [Part] = []
            for _ in 0..<chance.next(below: 3) {
                sent[node] += 1
                let receiver = Int(chance.next(below: UInt64(names.count)))
                let id = "\(names[node]).\(lives[node].incarnation).\(sent[node])"
                let link: Link = chance.chance(0.5) ? .stream : .datagram
                parts.append(.send(id, to: names[receiver], link))
                if !isDead[receiver] { onItsWay.append((id, receiver, lives[node], link)) }
            }
            told.call(
                lives[node],
                message == nil ? .timer : .receive,
                at: now,
                view: view,
                message: message,
                over: link,
                text: message == nil ? "call\(calls)" : nil,
                doing: parts
            )
        }
        return told
    }
}
