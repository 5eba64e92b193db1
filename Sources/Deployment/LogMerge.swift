import Causality
import Nodes

/// Puts what the processes of a run have on record into one order that could have been: an event log.
///
/// Clocks of machines do not decide. What must come before what follows from the records: a node's calls
/// in their order, a send before its receive, a death after everything that its streams still brought.
/// Of the orders that are left, the one nearest to the times is taken (a topological order by priority;
/// Kahn 1962). Views come one after the other: nobody takes anything between two of them, so that calls of
/// an earlier view never depend on those of a later one.
struct LogMerge {
    /// The records contradict each other: not to be had unless a process lies.
    struct Contradiction: Error, CustomStringConvertible {
        /// What waits for what, back to the first.
        let circle: [String]
        var description: String { "these wait for each other: \(circle.joined(separator: " < "))" }
    }

    /// One step of the order: a call with its effects, a death between two calls, or a remark.
    private struct Item {
        var view: Int
        /// Calls that ask for launches and kills come last in their view, one after the other.
        var order = 0
        let time: Int
        let node: Int
        var events: [Event]
        var waitsFor = 0
        var frees: [(item: Int, reason: String)] = []
    }

    private let names: [String]
    private let history: RunHistory
    private var items: [Item] = []
    /// Where each message was sent.
    private var sends: [String: Int] = [:]
    /// Where a life that began later does so, and where others could first send to it.
    private var begins: [Life: Int] = [:]
    private var opens: [Life: Int] = [:]
    /// Where a life ends: nothing that its streams bring may come later.
    private var ends: [Life: Int] = [:]
    /// Where a life halts: what its streams bring may come later.
    private var halts: [Life: Int] = [:]
    private var lastItem: [Life: Int] = [:]

    /// One log of all records.
    ///
    /// - Parameters:
    ///   - history: What the processes have put on record.
    ///   - names: The nodes' names, by index.
    ///   - isOver: Whether the run came to rest: then nothing is in flight any more.
    /// - Returns: The events, with their vector clocks.
    /// - Throws: `Contradiction` if no order is possible.
    static func events(
        _ history: RunHistory,
        names: [String],
        isOver: Bool
    ) throws(Contradiction) -> [Event] {
        var merge = LogMerge(history, names: names)
        merge.layOut()
        merge.tie()
        var events = try merge.ordered()
        if isOver { events += merge.lostAtLast(events) }
        return stamped(events, names: names)
    }

    private init(_ history: RunHistory, names: [String]) {
        self.history = history
        self.names = names
    }

    /// Makes the items, in each node's own order.
    private mutating func layOut() {
        var previous: [Int?] = Array(repeating: nil, count: names.count)
        var kills: [(life: Life, item: Int)] = []
        var found: [(part: RunHistory.Unit.Part, item: Int)] = []
        var reminded: [(ended: Life, item: Int)] = []
        var watched: [(life: Life, by: Life, item: Int)] = []
        let halted = Set(history.lives.filter(\.hasHalted).map(\.life))
        let killed = Set(
            history.lives.flatMap(\.units).flatMap(\.parts).compactMap(\.killed)
        )
        // Who died inside a call of its own was dead when somebody killed it.
        let deadInside = Set(
            history.lives.filter { record in
                let last = record.units.last ?? unborn(record)
                return performed(last, record, isLast: true).crashAfter != nil
            }.map(\.life)
        )
        for record in history.lives {
            let life = record.life
            let node = life.node
            let units = record.units.isEmpty ? [unborn(record)] : record.units
            for (index, unit) in units.enumerated() {
                var events = [unit.call]
                let parts = performed(unit, record, isLast: index == units.count - 1)
                for part in parts.list {
                    if let event = part.event { events.append(event) }
                    if let killed = part.killed, !deadInside.contains(killed),
                        !halted.contains(killed)
                    {
                        events.append(crash(of: killed, at: unit.call.time))
                    }
                }
                if let count = parts.crashAfter {
                    events.append(crash(of: life, at: unit.call.time, after: count))
                }
                let item = add(unit.view, unit.call.time, node, events, after: previous[node])
                items[item].order = unit.order
                previous[node] = item
                lastItem[life] = item
                // Those of the first view are there from the start: what is sent to them waits.
                if index == 0, record.view > 0 { begins[life] = item }
                if parts.crashAfter != nil { ends[life] = item }
                if let ended = unit.ended { reminded.append((ended, item)) }
                watched += unit.watched.map { ($0, life, item) }
                for part in parts.list {
                    if let launched = part.launched {
                        let isFirst = opens[launched].map { items[$0].order > unit.order } ?? true
                        if isFirst { opens[launched] = item }
                    }
                    if let killed = part.killed { kills.append((killed, item)) }
                    if part.foundDead != nil || part.foundAlive != nil {
                        found.append((part, item))
                    }
                    guard let event = part.event, event.kind == .send else { continue }
                    if let message = event.message { sends[message] = item }
                }
                for note in record.notes where note.unitCount == index + 1 {
                    let event = note.event
                    previous[node] = add(
                        unit.view,
                        event.time,
                        node,
                        [event],
                        after: previous[node]
                    )
                }
            }
            if case .crashed(let time, _) = record.death, ends[life] == nil, !killed.contains(life)
            {
                let view = units.last?.view ?? record.view
                let item = add(view, time, node, [crash(of: life, at: time)], after: previous[node])
                previous[node] = item
                ends[life] = item
            }
        }
        for (life, item) in kills {
            if ends[life] == nil { ends[life] = item }
            if let last = lastItem[life] { order(last, item, "the killed comes first") }
            // The next life begins after the call that ended this one.
            let next = Life(node: life.node, incarnation: life.incarnation + 1)
            if let begin = begins[next] { order(item, begin, "a life follows the kill") }
        }
        for life in halted { halts[life] = lastItem[life] }
        for (part, item) in found {
            if let end = part.foundDead.flatMap(end(of:)) { order(end, item, "found dead") }
            if let end = part.foundAlive.flatMap(end(of:)) { order(item, end, "found alive") }
        }
        for (ended, item) in reminded {
            if let end = end(of: ended) { order(end, item, "reminded of an end") }
        }
        for (life, watcher, item) in watched {
            let next = Life(node: life.node, incarnation: life.incarnation + 1)
            // If one of the two ends, nobody asks whether that was before.
            if end(of: life) == nil, end(of: watcher) == nil,
                let begin = opens[life] ?? begins[life]
            {
                order(begin, item, "there before it was watched")
            }
            if let begin = opens[next] ?? begins[next] {
                order(item, begin, "watched before the next begins")
            }
        }
    }

    private func end(of life: Life) -> Int? { ends[life] ?? halts[life] }

    /// A life whose process was killed before it could say anything.
    private func unborn(_ record: RunHistory.LifeHistory) -> RunHistory.Unit {
        let event = Event(
            time: record.beganAt,
            node: names[record.life.node],
            incarnation: record.life.incarnation,
            kind: record.life.incarnation == 0 ? .start : .recover
        )
        return RunHistory.Unit(call: event, view: record.view, recordCount: .max)
    }

    /// What of a call took place, and after how many effects its node died, if it died in it.
    private func performed(
        _ unit: RunHistory.Unit,
        _ record: RunHistory.LifeHistory,
        isLast: Bool
    ) -> (list: [RunHistory.Unit.Part], crashAfter: Int?) {
        var list = unit.parts.sorted { $0.place < $1.place }
        guard isLast else { return (list, nil) }
        switch record.death {
        case nil, .halted: return (list, nil)
        case .crashed(_, let lastSave), .killed(let lastSave):
            // A save goes on record before it takes place; the store knows whether it did.
            if let save = list.firstIndex(where: { ($0.save ?? 0) > lastSave }) {
                let place = list[save].place
                list.removeSubrange(save...)
                return (list, place)
            }
            return (list, unit.isComplete ? nil : (list.last.map { $0.place + 1 } ?? 0))
        }
    }

    private func crash(of life: Life, at time: Int, after effects: Int? = nil) -> Event {
        Event(
            time: time,
            node: names[life.node],
            incarnation: life.incarnation,
            kind: .crash,
            effects: effects
        )
    }

    /// Ties what is between nodes.
    private mutating func tie() {
        let indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        for item in items.indices {
            for event in items[item].events where event.kind == .receive {
                guard let message = event.message, let send = sends[message] else { continue }
                order(send, item, "sent before received")
                let receiver = Life(node: items[item].node, incarnation: event.incarnation)
                if let open = opens[receiver] ?? begins[receiver], open != send {
                    order(open, send, "there before it was sent to")
                }
                guard event.link == Link.stream.rawValue,
                    let id = MessageID(message, names: names)
                else { continue }
                let sender = Life(node: id.sender.index, incarnation: id.incarnation)
                guard let end = ends[sender] else { continue }
                order(item, end, "received before the stream broke")
                items[end].view = max(items[end].view, items[item].view)
            }
        }
        for (life, open) in opens {
            if let begin = begins[life] { order(open, begin, "launched") }
        }
        for (remark, view) in history.remarks {
            let node = indices[remark.node] ?? 0
            let send = remark.message.flatMap { sends[$0] }
            let item = add(view, remark.time, node, [remark], after: send)
            // Over these links nothing is lost but by an end: that of its receiver comes first.
            guard remark.kind == .drop, remark.link != Link.datagram.rawValue else { continue }
            let receiver = Life(node: node, incarnation: remark.incarnation)
            if let end = end(of: receiver) { order(end, item, "lost by an end") }
        }
    }

    private mutating func add(
        _ view: Int,
        _ time: Int,
        _ node: Int,
        _ events: [Event],
        after previous: Int?
    ) -> Int {
        items.append(Item(view: view, time: time, node: node, events: events))
        if let previous { order(previous, items.count - 1, "one after the other") }
        return items.count - 1
    }

    private mutating func order(_ first: Int, _ second: Int, _ reason: String) {
        guard first != second else { return }
        items[first].frees.append((second, reason))
        items[second].waitsFor += 1
    }

    private mutating func ordered() throws(Contradiction) -> [Event] {
        var ready = PriorityQueue<Int> { [items] left, right in
            let (one, two) = (items[left], items[right])
            return (one.view, one.order, one.time, one.node, left)
                < (two.view, two.order, two.time, two.node, right)
        }
        for item in items.indices where items[item].waitsFor == 0 { ready.add(item) }
        var events: [Event] = []
        var count = 0
        while let item = ready.removeFirst() {
            count += 1
            events += items[item].events
            for (freed, _) in items[item].frees {
                items[freed].waitsFor -= 1
                if items[freed].waitsFor == 0 { ready.add(freed) }
            }
        }
        guard count == items.count else { throw Contradiction(circle: circle()) }
        return events
    }

    /// Of what is left, some that wait for each other.
    private func circle() -> [String] {
        var before: [Int: (item: Int, reason: String)] = [:]
        for item in items.indices where items[item].waitsFor > 0 {
            for (freed, reason) in items[item].frees { before[freed] = (item, reason) }
        }
        var seen: [Int] = []
        var next = before.keys.min()
        while let item = next, !seen.contains(item) {
            seen.append(item)
            next = before[item]?.item
        }
        let start = next.flatMap { seen.firstIndex(of: $0) } ?? 0
        return seen[start...].reversed().map { item in
            let event = items[item].events[0]
            let words = [event.kind.rawValue, event.message, event.text].compactMap(\.self)
            let rest = items[item].events.dropFirst().map { ", \($0.kind.rawValue) of \($0.node)" }
            return "\(event.node).\(event.incarnation) \(words.joined(separator: " "))"
                + " in view \(items[item].view)\(rest.joined()) (\(before[item]?.reason ?? ""))"
        }
    }

    /// Datagrams that never came: at rest, they are lost.
    private func lostAtLast(_ events: [Event]) -> [Event] {
        var open: [String: Event] = [:]
        var order: [String] = []
        for event in events {
            guard let message = event.message else { continue }
            switch event.kind {
            case .send:
                guard event.link != Link.stream.rawValue else { continue }
                open[message] = event
                order.append(message)
            case .receive, .drop: open[message] = nil
            case .start, .timer, .idle, .save, .written, .refused, .crash, .recover, .output, .note,
                .halt:
                continue
            }
        }
        let time = events.last?.time ?? 0
        return order.compactMap { message in
            guard let send = open[message], let peer = send.peer else { return nil }
            var event = send
            event.kind = .drop
            event.time = max(time, send.time)
            event.node = peer
            event.peer = send.node
            event.incarnation = 0
            return event
        }
    }

    /// Vector clocks follow from the order: they need not travel with the messages.
    private static func stamped(_ events: [Event], names: [String]) -> [Event] {
        var clocks = Array(repeating: VectorClock(), count: names.count)
        let indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        var sent: [String: VectorClock] = [:]
        return events.map { event in
            guard event.kind != .drop, event.kind != .note, let node = indices[event.node] else {
                return event
            }
            if event.kind == .receive, let message = event.message, let clock = sent[message] {
                clocks[node].merge(clock)
            }
            clocks[node].tick(node)
            if event.kind == .send, let message = event.message { sent[message] = clocks[node] }
            var stamped = event
            stamped.clock = clocks[node]
            return stamped
        }
    }
}
