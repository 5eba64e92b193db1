/// What the supervisor tells the process of a node.
enum Order: Codable, Sendable {
    /// Who it is, and where everybody lives; comes once, first.
    case setup(NodeSetup)
    /// Run `start`: when the run began, by the clock of this machine, which another one does not have; and
    /// how long ago that was.
    case begin(epochNanoseconds: Int?, elapsedNanoseconds: Int)
    /// Finish the call that is under way, call no other, and say so.
    case flush(view: Int)
    /// Go on; these lives are the present ones, and nothing more comes of those that have ended.
    case install(view: Int, lives: [Int], gone: [Bool], ended: [Life], order: Int)
    /// Nobody takes any more what is sent to that life; if it has ended, nothing more comes from it.
    case gone(Life, hasEnded: Bool)
    /// A fault of the plan, by its place among the states of all faults.
    case fault(Int, begins: Bool)
    /// Say how you stand, once nothing that has arrived waits.
    case probe(round: Int)
    /// The launches and kills that were asked for have taken place: after those lives were launched by
    /// others, these were by you. What is sent to them from now on arrives.
    case changed(earlier: [Life], launched: [Life], order: Int, firstOrder: Int)
    /// The halt is on record, and no kill is on its way.
    case mayHalt
    /// A failpoint that holds, as it was asked for, lets go.
    case release(String)
    /// That life has ended, and was watched: nothing more is taken of what its streams still hold. It is the
    /// so many-th of which this is told; what others send who know of it carries the number.
    case ended(Life, number: Int)
    /// Whoever waits here for the end of the life that is watched is to be reminded: this one has ended,
    /// which may be the one before it.
    case due(watched: Life, ended: Life)
    /// The run is over.
    case leave
}
