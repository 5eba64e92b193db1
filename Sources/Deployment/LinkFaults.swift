import Chance
import Nodes

/// What the active faults of links do to what arrives at one node.
///
/// Each decision follows from the run's seed, the fault, and the message: it needs no memory, and is the
/// same whatever else happens at the time.
struct LinkFaults {
    /// What becomes of one thing that has arrived.
    struct Decision: Equatable {
        /// The fault that loses it, by place.
        var lostBy: Int?
        /// How long each copy of it is held back; one copy, unless it was doubled.
        var delaysNanoseconds = [0]
        /// The faults that have hit, by place.
        var hits: [Int] = []
    }

    /// What arrives.
    struct Arrival {
        let sender: Int
        let senderIncarnation: Int
        /// As which message of its life, or which acknowledged packet.
        let number: UInt64
        /// Tells packets apart that are about one message: transmissions of it, acknowledgements.
        let attempt: UInt64
        let isStream: Bool
    }

    private let seed: UInt64
    private let states: [FaultState]
    private let receiver: Int
    private let nodeCount: Int
    /// The active faults of links, by place, in the order of the plan.
    private(set) var active: [Int] = []

    init(seed: UInt64, states: [FaultState], receiver: Int, nodeCount: Int) {
        self.seed = seed
        self.states = states
        self.receiver = receiver
        self.nodeCount = nodeCount
    }

    mutating func begin(_ place: Int) {
        guard !states[place].links.isEmpty, !active.contains(place) else { return }
        active.append(place)
        active.sort()
    }

    mutating func end(_ place: Int) { active.removeAll { $0 == place } }

    /// The partition that cuts the way from a node, if there is one.
    func partition(from sender: Int) -> Int? {
        active.first { place in
            guard case .partition = states[place].fault.action else { return false }
            return means(place, sender)
        }
    }

    func decision(on arrival: Arrival) -> Decision {
        var decision = Decision()
        for place in active where means(place, arrival.sender) {
            var chance = chance(place, arrival)
            switch states[place].fault.action {
            case .lose(let probability, _):
                // A stream sends again what was lost, and drops what comes twice.
                guard !arrival.isStream, chance.chance(probability) else { continue }
                return Decision(lostBy: place, delaysNanoseconds: [], hits: [place])
            case .partition:
                // What comes over a stream waits, which is for the stream's own to see to.
                guard !arrival.isStream else { continue }
                return Decision(lostBy: place, delaysNanoseconds: [], hits: [place])
            case .duplicate(let probability, _):
                guard !arrival.isStream, chance.chance(probability) else { continue }
                decision.hits.append(place)
                let later = Int(chance.next(below: Self.copyDelayNanosecondsMax))
                decision.delaysNanoseconds.append(later)
            case .delay(let range, _):
                decision.hits.append(place)
                for copy in decision.delaysNanoseconds.indices {
                    let span = range.upperBound.nanoseconds - range.lowerBound.nanoseconds
                    let more = span > 0 ? Int(chance.next(below: UInt64(span) + 1)) : 0
                    let delay = range.lowerBound.nanoseconds + more
                    let (sum, overflow) = decision.delaysNanoseconds[copy]
                        .addingReportingOverflow(delay)
                    decision.delaysNanoseconds[copy] = overflow ? .max : sum
                }
            case .kill, .stop, .slow, .drift, .skew, .corrupt, .fill:
                continue
            }
        }
        return decision
    }

    /// A second copy comes a little later, so that others may come in between.
    private static let copyDelayNanosecondsMax: UInt64 = 5_000_000

    private func means(_ place: Int, _ sender: Int) -> Bool {
        states[place].links[sender * nodeCount + receiver]
    }

    private func chance(_ place: Int, _ arrival: Arrival) -> SplitMix64 {
        var print = Fingerprint()
        print.combine(seed)
        for number in [place, receiver, arrival.sender, arrival.senderIncarnation] {
            print.combine(UInt64(number))
        }
        print.combine(arrival.number)
        print.combine(arrival.attempt)
        return SplitMix64(seed: print.bits)
    }
}
