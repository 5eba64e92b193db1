import Nodes

/// Workers that are killed with SIGKILL, once, at some moment of a classic run.
struct ClassicFault: Hashable, Codable, Sendable {
    /// When.
    enum Moment: Hashable, Codable, Sendable {
        /// So long after the beginning.
        case after(Duration)
        /// When so many entries of all streams have been read.
        case entriesRead(Int)
    }

    var moment: Moment
    /// Their names, `Mapper_0`; they die together.
    var workers: [String]

    /// That somebody dies at some moment.
    init(_ moment: Moment, _ workers: [String]) {
        (self.moment, self.workers) = (moment, workers)
    }
}

extension ClassicFault: CustomStringConvertible {
    /// `after 3.0 seconds: Mapper_0`.
    var description: String {
        let names = workers.joined(separator: ", ")
        return switch moment {
        case .after(let time): "after \(time): \(names)"
        case .entriesRead(let count): "after \(count) entries: \(names)"
        }
    }
}

extension ClassicFault {
    /// A kill of a fault plan, of so many entries in all; nil if it is something else.
    init?(_ fault: Fault, entries: Int) {
        guard case .kill(let nodes, _) = fault.action else { return nil }
        let workers = nodes.map { "\($0)" }
        switch fault.trigger {
        case .atOnce: self.init(.after(.zero), workers)
        case .at(let time): self.init(.after(time), workers)
        case .progress(let percent):
            self.init(.entriesRead(Int(Double(entries) * percent / 100)), workers)
        case .after: return nil
        }
    }
}
