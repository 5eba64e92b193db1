import Chance

@testable import Causality

/// An execution drawn from a seed, with happens-before as the closure of its edges: the reference that the
/// room's own answers are compared with.
struct RandomExecution {
    let seed: UInt64
    /// The events in an order in which they could have happened.
    private(set) var points: [EventPoint] = []
    private(set) var steps: [[Execution.Step]]
    let execution: Execution
    /// By place in `points`: the places of all events that happened before, as bits.
    private let before: [UInt64]

    /// Draws events of all three kinds; messages overtake each other, are lost, doubled, or left in flight.
    ///
    /// - Parameters:
    ///   - seed: Where the numbers begin.
    ///   - processes: How many.
    ///   - events: How many, 64 at most.
    /// - Throws: `ImpossibleExecution`, if the room refuses what did happen.
    init(seed: UInt64, processes: Int, events: Int) throws {
        self.seed = seed
        var chance = SplitMix64(seed: seed)
        var flights: [[Int]] = Array(repeating: [], count: processes)
        var sends: [Int] = []
        var edges: [(from: Int, to: Int)] = []
        var last: [Int?] = Array(repeating: nil, count: processes)
        steps = Array(repeating: [], count: processes)
        for place in 0..<events {
            let process = Int(chance.next(below: UInt64(processes)))
            points.append(EventPoint(process: process, index: steps[process].count))
            if let last = last[process] { edges.append((last, place)) }
            last[process] = place
            let kind = chance.next(below: 8)
            if kind < 4, !flights[process].isEmpty {
                let flight = Int(chance.next(below: UInt64(flights[process].count)))
                let message = flights[process][flight]
                // One in eight stays in flight, and arrives again.
                if !chance.chance(0.125) { flights[process].remove(at: flight) }
                edges.append((sends[message], place))
                steps[process].append(.receive(message: message))
            } else if kind < 7 {
                let receiver = Int(chance.next(below: UInt64(processes)))
                // One in eight is lost.
                if !chance.chance(0.125) { flights[receiver].append(sends.count) }
                steps[process].append(.send(message: sends.count))
                sends.append(place)
            } else {
                steps[process].append(.local)
            }
        }
        let names = (0..<processes).map { "process-\($0)" }
        execution = try Execution(processes: names, steps: steps)
        before = Self.closure(edges, events: events)
    }

    /// Warshall 1962, with the rows as bits.
    private static func closure(_ edges: [(from: Int, to: Int)], events: Int) -> [UInt64] {
        var before = Array(repeating: UInt64(0), count: events)
        for edge in edges { before[edge.to] |= 1 << edge.from }
        for middle in 0..<events {
            for place in 0..<events where before[place] >> middle & 1 == 1 {
                before[place] |= before[middle]
            }
        }
        return before
    }

    /// Whether the event at one place of `points` happened before the one at another.
    func happensBefore(_ first: Int, _ second: Int) -> Bool { before[second] >> first & 1 == 1 }

    /// How the events at two places of `points` stand to each other.
    func order(_ first: Int, _ second: Int) -> CausalOrder {
        if first == second { return .equal }
        if happensBefore(first, second) { return .before }
        return happensBefore(second, first) ? .after : .concurrent
    }

    /// Whether a cut has, with each event, everything that happened before it.
    func isClosed(_ cut: Cut) -> Bool {
        points.indices.allSatisfy { place in
            !cut.contains(points[place])
                || points.indices.allSatisfy {
                    !happensBefore($0, place) || cut.contains(points[$0])
                }
        }
    }

    /// All cuts, consistent or not.
    var allCuts: [Cut] {
        steps.reduce([Cut(counts: [])]) { cuts, list in
            cuts.flatMap { cut in (0...list.count).map { Cut(counts: cut.counts + [$0]) } }
        }
    }
}
