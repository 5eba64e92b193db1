/// The failpoints that are switched on in one process, in one run.
///
/// It is handed to whoever has such places; there is no list of them behind the scenes, and two runs in
/// one process know nothing of each other. With nothing switched on, a pass is one test of a stored
/// reference.
///
/// A process that is started again counts from the first pass again: whoever starts it hands over the
/// requests that have not been announced.
public final class Failpoints: Sendable {
    /// Tells whoever watches, or waits for a word from there.
    public typealias Message = @Sendable (FailpointRequest) -> Void

    /// Nil: nothing is switched on.
    @usableFromInline let armed: ArmedFailpoints?

    /// Failpoints that do nothing.
    public static let off = Failpoints(
        [],
        process: "",
        announce: { _ in },
        waitForRelease: { _ in }
    )

    /// Failpoints at which this is done; requests for other processes are left out.
    ///
    /// Both closures may be called from several threads at once.
    ///
    /// - Parameters:
    ///   - requests: What was asked for, as `FailpointCatalogue` has read it.
    ///   - process: What requests call this process.
    ///   - announce: Is called with each request before it is carried out, and must have told it to
    ///     whoever watches when it returns: after a `kill` nobody can.
    ///   - waitForRelease: Returns when whoever watches lets a `hold` go.
    public init(
        _ requests: [FailpointRequest],
        process: String,
        announce: @escaping Message,
        waitForRelease: @escaping Message
    ) {
        let own = requests.filter { $0.isFor(process) }
        armed =
            own.isEmpty
            ? nil : ArmedFailpoints(own, announce: announce, waitForRelease: waitForRelease)
    }

    /// Goes past a place, unless something was asked for there.
    ///
    /// The place itself is looked up only when something is switched on.
    ///
    /// - Throws: `FailpointError`, if that was asked for.
    @inlinable
    public func pass(_ failpoint: @autoclosure () -> Failpoint) throws(FailpointError) {
        guard let armed else { return }
        try armed.pass(failpoint().name)
    }
}
