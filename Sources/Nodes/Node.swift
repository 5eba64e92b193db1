/// One process of a distributed algorithm, as plain data with handlers.
///
/// A node never reads a clock, draws a number, opens a socket or a file. It is told what happened, and
/// asks through `Effects` for what shall happen next; the world that runs it does that.
///
/// ## What every world promises
/// - Handlers of one node run one at a time. What a handler does follows from the node, from what it
///   is told, and from what it reads through `Effects`: nothing else.
/// - Effects take place in the order in which the handler left them.
/// - A `save` is durable before any later effect takes place. A crash may fall between any two effects;
///   a `save` is then there wholly or not at all.
/// - A `write` is the same beside the node's work: its node is reminded once it is durable, or refused.
/// - A `.stream` is first in, first out, and loses nothing while both ends live. It breaks when either
///   end crashes: what was in flight, in both directions, is lost. What a node sent before it halted
///   still arrives.
/// - All members that begin at once have begun before any message arrives or timer fires.
/// - A `.datagram` may be lost, doubled, delayed and reordered. It is never changed, and never made up.
/// - An `.acknowledged` datagram arrives exactly once while both ends live, in any order. What a node sent
///   before it halted still arrives; what it sent before it crashed may, until its next life begins.
/// - After a crash a node begins again at `start`, made afresh, with what it saved and a higher
///   incarnation. A message to an older incarnation never reaches it, and once a new incarnation has
///   begun, no message of an older one reaches anybody.
/// - What is sent to a node after its launch was asked for reaches the life that begins.
/// - A timer fires no earlier than asked by the node's own clock, and once. Armed timers, pauses and the
///   wish to be idle die with the node. What was emitted stays.
/// - Whoever watches a node is reminded once its life has ended, and not before.
/// - `idle` comes only when asked for, once for each `wantIdle`, and when nothing that has arrived waits.
///
/// ## What no world promises
/// - That a datagram arrives; when; how often; in which order. Of an acknowledged one: when, and in which
///   order.
/// - How late a timer is, or that two nodes' clocks go at one speed.
/// - That anybody who has not asked is told of a death, or how soon; or that a node which lives is in reach.
/// - That anything gets done between a handler's last effect and a crash.
///
/// Leave `==`, `hash` and `Codable` to the compiler: that a node has them *synthesised* is the proof that
/// it is plain data. Never walk a `Set` or a `Dictionary` into effects: their order differs even between
/// equal values. The worlds check both by running handlers twice (`PurityCheck`).
public protocol Node: Hashable, Codable, Sendable {
    /// What it speaks.
    associatedtype Words: Vocabulary

    /// Begins: for the first time, and after each crash.
    mutating func start(_ effects: inout Effects<Words>)

    /// Takes a message.
    mutating func receive(
        _ message: Words.Message,
        from sender: NodeID,
        _ effects: inout Effects<Words>
    )

    /// Is reminded.
    mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>)

    /// Does one bounded step of its own work, having asked for it.
    mutating func idle(_ effects: inout Effects<Words>)

    /// Any of the four above: what worlds call.
    ///
    /// Only an enum of roles has reason to write its own, of one line for each role:
    ///
    /// ```swift
    /// enum Role: Node {
    ///     case client(Client), server(Server)
    ///
    ///     mutating func handle(_ call: Call<PingPong>, _ effects: inout Effects<PingPong>) {
    ///         switch self {
    ///         case .client(var node): node.handle(call, &effects); self = .client(node)
    ///         case .server(var node): node.handle(call, &effects); self = .server(node)
    ///         }
    ///     }
    /// }
    /// ```
    mutating func handle(_ call: Call<Words>, _ effects: inout Effects<Words>)

    /// A word for people on what it is at: `aligning`. It stands in reports of faults.
    var phase: String { get }
}

extension Node {
    /// Does nothing.
    public mutating func start(_ effects: inout Effects<Words>) {}

    /// Does nothing.
    public mutating func receive(
        _ message: Words.Message,
        from sender: NodeID,
        _ effects: inout Effects<Words>
    ) {}

    /// Does nothing.
    public mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {}

    /// Does nothing.
    public mutating func idle(_ effects: inout Effects<Words>) {}

    /// Calls the handler that is meant.
    public mutating func handle(_ call: Call<Words>, _ effects: inout Effects<Words>) {
        switch call {
        case .start: start(&effects)
        case .receive(let message, let sender): receive(message, from: sender, &effects)
        case .fire(let timer): fire(timer, &effects)
        case .idle: idle(&effects)
        }
    }

    /// `running`.
    public var phase: String { "running" }
}
