/// One thing that goes wrong, when, and for how long.
public struct Fault: Hashable, Codable, Sendable {
    /// What goes wrong.
    public enum Action: Hashable, Codable, Sendable {
        /// Nodes die; with a delay, they begin again after it.
        case kill(nodes: [NodePattern], restartAfter: Duration?)
        /// Nodes live but are not scheduled, as after SIGSTOP.
        case stop(nodes: [NodePattern])
        /// Each handler call takes so much longer.
        case slow(nodes: [NodePattern], by: Duration)
        /// Clocks go faster by so many percent; slower if below 0.
        case drift(nodes: [NodePattern], percent: Double)
        /// Clocks jump forward; armed timers come that much earlier.
        case skew(nodes: [NodePattern], by: Duration)
        /// What was saved under a name, or under every name, can no longer be read.
        case corrupt(nodes: [NodePattern], name: String?)
        /// Disks are full: what is written beside the work is refused, and a save ends the run.
        case fill(nodes: [NodePattern])
        /// Datagrams are lost, each with this probability; of an acknowledged one, each transmission.
        case lose(probability: Double, links: LinkPattern)
        /// Datagrams arrive twice, each with this probability; an acknowledged one is still taken once.
        case duplicate(probability: Double, links: LinkPattern)
        /// Messages take longer, each by an amount from the range; datagrams overtake each other.
        case delay(by: ClosedRange<Duration>, links: LinkPattern)
        /// Nothing passes: datagrams are lost, streams wait for the healing, and what is to be
        /// acknowledged is sent again until then.
        case partition(links: LinkPattern)
    }

    /// When it begins.
    public enum Trigger: Hashable, Codable, Sendable {
        /// With the run.
        case atOnce
        /// At that time of the run.
        case at(Duration)
        /// When the run has come so far, in percent, as `System.progress` tells.
        case progress(percent: Double)
        /// When the node has done so many of these, in all its lives; each node for itself.
        case after(count: Int, of: Milestone)
    }

    /// What a node does that can be counted.
    public enum Milestone: String, Hashable, Codable, Sendable, CaseIterable {
        /// Saves that are durable.
        case saves
        /// Messages sent.
        case sends
        /// Messages taken.
        case receives
        /// Timers that fired.
        case timers
        /// Steps of its own work.
        case idles
        /// Entries read from durable inputs.
        case reads
        /// Outputs emitted.
        case outputs
        /// Effects of any kind.
        case effects

        /// What one of them is called: `save`.
        var singular: Substring { rawValue.dropLast() }
    }

    /// What goes wrong.
    public var action: Action
    /// When it begins.
    public var trigger: Trigger
    /// How long it lasts; nil for ever, and for what takes no time (kill, skew, corrupt).
    public var lasting: Duration?

    /// That fault.
    public init(_ action: Action, _ trigger: Trigger = .atOnce, lasting: Duration? = nil) {
        self.action = action
        self.trigger = trigger
        self.lasting = lasting
    }
}

extension Fault.Milestone {
    /// Where a list of counts holds it, one for each milestone.
    public var place: Int {
        switch self {
        case .saves: 0
        case .sends: 1
        case .receives: 2
        case .timers: 3
        case .idles: 4
        case .reads: 5
        case .outputs: 6
        case .effects: 7
        }
    }
}
