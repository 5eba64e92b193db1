/// What the supervisor tells the process of a node.
enum Order: Codable, Sendable {
    /// Who it is, and where everybody lives; comes once, first.
    case setup(NodeSetup)
    /// Run `start`: when the run began, by the clock of this machine, which another one does not have; and
    /// how long ago that was.
    case begin(epochNanoseconds: Int?, elapsedNanoseconds: Int)
    /// Stop calling handlers, forget what comes from the lives that have ended, and say so.
    case flush(view: Int, ended: [Life])
    /// Go on; these lives are the present ones.
    case install(view: Int, lives: [Int], gone: [Bool])
    /// Nobody takes any more what is sent to that life; if it has ended, nothing more comes from it.
    case gone(Life, hasEnded: Bool)
    /// A fault of the plan, by its place among the states of all faults.
    case fault(Int, begins: Bool)
    /// Say how you stand, once nothing that has arrived waits.
    case probe(round: Int)
    /// The launches and kills that were asked for have taken place.
    case changed
    /// A failpoint that holds lets go.
    case release
    /// The run is over.
    case leave
}
