import Chance
import Nodes

// Acknowledged datagrams: sent again until they arrive.
extension Simulation {
    /// Sends an acknowledged datagram, for the first time or once more.
    ///
    /// A transmission that is not lost arrives, and is the last: acknowledgements take no time and are
    /// never lost. Were one lost, one more transmission would follow, which the receiver's machine drops.
    mutating func transmit(_ flight: Flight<Words>, after last: Retry<Words>?) {
        var delay = 0
        for fault in activeLinkFaults where means(fault, flight) {
            switch faults[fault].fault.action {
            case .lose(let probability, _):
                guard chance.chance(probability) else { continue }
                hit(fault)
                return retryLater(flight, after: last)
            case .partition:
                hit(fault)
                return retryLater(flight, after: last)
            case .duplicate(let probability, _):
                // The second of the two arrives as well, and is dropped before the node sees it.
                if chance.chance(probability) { hit(fault) }
            case .delay(let range, _):
                hit(fault)
                delay = sum(delay, draw(range))
            case .kill, .stop, .slow, .drift, .skew, .corrupt, .fill:
                preconditionFailure("a fault of nodes among those of links: \(fault)")
            }
        }
        let latency = sum(draw(options.network.datagramLatency), delay)
        schedule.add(.arrival(flight), at: later(by: latency))
    }

    private mutating func retryLater(_ flight: Flight<Words>, after last: Retry<Words>?) {
        let first = options.network.retryPauseFirst.nanoseconds
        let next = last.map { sum($0.pauseNanoseconds, $0.pauseNanoseconds) } ?? first
        let retry = Retry(
            flight: flight,
            pauseNanoseconds: min(next, options.network.retryPauseMax.nanoseconds),
            transmissions: (last?.transmissions ?? 0) + 1
        )
        schedule.add(.retry(retry), at: later(by: retry.pauseNanoseconds))
    }

    /// Sends what was lost again, if anybody is left to send it and to take it.
    mutating func sendAgain(_ retry: Retry<Words>) {
        // It counts, so that pauses of no length do not keep a run from its limit.
        statistics.events += 1
        guard isSentAgain(retry.flight) else { return lose(retry.flight) }
        transmit(retry.flight, after: retry)
    }

    /// Whether the life that has sent it did not crash, and the one that it is for is there to take it.
    func isSentAgain(_ flight: Flight<Words>) -> Bool {
        reaches(flight) && places[flight.sender.index].status != .crashed
    }

    /// What waits to be sent again, the next one first.
    func retries() -> [Retry<Words>] {
        schedule.inOrder.compactMap { happening in
            switch happening {
            case .retry(let retry): isSentAgain(retry.flight) ? retry : nil
            case .arrival, .timer, .writeEnd, .idle, .begin, .restart, .wake, .drain, .faultBegins,
                .faultEnds:
                nil
            }
        }
    }
}
