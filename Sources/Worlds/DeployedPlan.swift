public import Deployment
public import Nodes

/// What a lab's own command adds to a deployed run.
public struct DeployedPlan<Words: Vocabulary> {
    /// Words for the processes of the nodes beside the lab's options; they stand in no log, and in no report.
    public var nodeWords: [String] = []
    /// Where nodes put to rest what they save.
    public var stores: Stores<Words.Saved>
    /// Whether every event goes on record, if no log is asked for; else nothing is checked but the end.
    public var isRecorded = false
    /// The fault plan that one word of `--faults` stands for; nil if it is none of the lab's.
    public var faults: (String) throws -> FaultPlan? = { _ in nil }
    /// Whether a fault that found nothing left to hit says nothing, as long as one has landed.
    public var toleratesMisses = false
    /// A node has told something.
    public var emitted: (_ node: String, _ output: Words.Output) -> Void = { _, _ in }
    /// What a node has asked to be put to rest beside its work, under a name, was not: in one line, why.
    public var unwritten: (_ node: String, _ name: String, _ reason: String) -> Void = { _, _, _ in
    }

    /// A run with these stores, and nothing else that is special.
    public init(stores: Stores<Words.Saved>) {
        self.stores = stores
    }
}

/// What came of a deployed run, told by whoever has asked for it.
public struct DeployedOutcome {
    /// What is told.
    public let report: DeployedReport
    private let die: () -> Void

    init(_ ended: Ending<DeployedReport>) {
        report = ended.value
        die = ended.dieOfSignal
    }

    /// To be called when all is told: ends the process if a signal ended the run.
    public func dieOfSignal() { die() }
}
