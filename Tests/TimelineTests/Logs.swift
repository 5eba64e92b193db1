import Causality
import Foundation
import Testing
import Timeline

/// Logs to look at.
enum Logs {
    /// The folder with the files that tests compare with.
    static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden")

    /// A file of that folder.
    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: golden.appendingPathComponent(name)))
    }

    /// A log of that folder.
    static func read(_ name: String) throws -> LinkedLog {
        try LinkedLog(EventLog(parsing: bytes(name)))
    }

    /// A log of these events, one after the other in time.
    static func log(_ events: [Event], nodes: [String]? = nil) -> EventLog {
        var log = EventLog(header: EventLogHeader(system: "test", command: [], nodes: nodes))
        log.events = events
        for place in log.events.indices where log.events[place].time == 0 {
            log.events[place].time = place * 1000
        }
        return log
    }

    /// What happens in short: `M:start`, `M>m1>P` sends m1 to P, `P<m1<M` receives it, `P!m1!M` drops it,
    /// `M=text` an output.
    static func log(_ script: String, nodes: [String]? = nil) -> EventLog {
        let kinds = [(">", Event.Kind.send), ("<", .receive), ("!", .drop)]
        let events = script.split(separator: " ").map { word in
            for (sign, kind) in kinds where word.contains(sign) {
                let parts = word.split(separator: Character(sign)).map(String.init)
                return Event(
                    time: 0,
                    node: parts[0],
                    kind: kind,
                    message: parts[1],
                    peer: parts[2]
                )
            }
            let mark: Character = word.contains("=") ? "=" : ":"
            let parts = word.split(separator: mark, maxSplits: 1).map(String.init)
            return mark == "="
                ? Event(time: 0, node: parts[0], kind: .output, text: parts[1])
                : Event(time: 0, node: parts[0], kind: Event.Kind(rawValue: parts[1]) ?? .note)
        }
        return log(events, nodes: nodes)
    }

    /// The timekeeping example of the course: M, P and Q.
    static var timekeeping: EventLog {
        log("M:start M>m>P Q:start P<m<M P>p>Q Q<p<P", nodes: ["M", "P", "Q"])
    }
}

/// Draws executions from a seed (SplitMix64), so that a failure can be seen again.
struct Draws {
    var state: UInt64

    init(seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }

    /// A log of some nodes that send, lose and double messages, save, die and come back; its times may collide.
    mutating func log(events count: Int) -> EventLog {
        let nodes = (0..<(2 + below(4))).map { "Node_\($0)" }
        var lives = Array(repeating: 0, count: nodes.count)
        var isDead = Array(repeating: false, count: nodes.count)
        var flying: [(message: String, from: Int, to: Int)] = []
        var events = nodes.map { Event(time: 0, node: $0, kind: .start) }
        var time = 0
        for number in 0..<count {
            time += below(3) == 0 ? below(5_000_000) : 0
            let node = below(nodes.count)
            func event(_ kind: Event.Kind, _ text: String? = nil) -> Event {
                Event(
                    time: time,
                    node: nodes[node],
                    incarnation: lives[node],
                    kind: kind,
                    text: text
                )
            }
            if isDead[node] {
                isDead[node] = false
                lives[node] += 1
                events.append(event(.recover))
                continue
            }
            switch below(10) {
            case 0...3:
                let peer = (node + 1 + below(nodes.count - 1)) % nodes.count
                var send = event(.send, "message(number: \(number))")
                send.message = "\(nodes[node]).\(number)"
                send.peer = nodes[peer]
                events.append(send)
                flying.append(("\(nodes[node]).\(number)", node, peer))
            case 4...7:
                guard let index = flying.indices.first(where: { flying[$0].to == node }) else {
                    continue
                }
                let isLost = below(4) == 0
                var arrival = event(isLost ? .drop : .receive, "message")
                arrival.message = flying[index].message
                arrival.peer = nodes[flying[index].from]
                events.append(arrival)
                if below(5) > 0 { flying.remove(at: index) }
            case 8:
                let kinds: [Event.Kind] = [.output, .timer, .idle, .save, .note, .refused]
                events.append(event(kinds[below(kinds.count)], "text(of: \(number))"))
            default:
                isDead[node] = true
                events.append(event(.crash))
            }
        }
        var log = EventLog(
            header: EventLogHeader(system: "drawn", command: [], nodes: nodes)
        )
        log.events = events
        return log
    }
}
