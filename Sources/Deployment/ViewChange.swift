/// The way from one view to the next.
///
/// Everybody finishes the call that he is in, and takes nothing more. Those who ask for launches and kills
/// in such a call are served one after the other, each up to the end of its call, so that a handler call is
/// one step for all others. Then the next view is installed.
struct ViewChange {
    /// Who has yet to say that he has stopped taking; those who wait in a call are among them.
    var flushing: Set<Int>
    /// Who begins with the next view.
    var begins: [Int] = []
    /// Those of them whom a node has launched: what is sent to them from then on arrives.
    var launched: [Life] = []
    /// Of whom nothing more is taken in the next view.
    var ended: [Life] = []
    /// Whose request was served last: if its call asks again, that comes first.
    var serving: Life?
    /// Whether a life begins since the plan says so.
    var hasRestart = false
}
