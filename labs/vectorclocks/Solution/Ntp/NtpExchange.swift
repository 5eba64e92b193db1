/// One exchange of four timestamps between a client, whose clock is wrong, and a server, whose clock is right.
///
/// ```text
/// server   ───────t1────t2──────────
///               ↗          ↘
/// client   ──t0──────────────t3─────
/// ```
///
/// RFC 5905, section 8. All times are in nanoseconds; t0 and t3 are the client's, t1 and t2 the server's.
struct NtpExchange: Hashable {
    /// When the client asks.
    let t0: Int
    /// When the question arrives.
    let t1: Int
    /// When the answer leaves.
    let t2: Int
    /// When the client has it.
    let t3: Int

    /// Twice the estimate of θ, server less client: half a nanosecond is not rounded away.
    var offsetTwice: Int { (t1 - t0) + (t2 - t3) }

    /// δ, how long both ways took together, as far as the client can tell.
    var delay: Int { (t3 - t0) - (t2 - t1) }
}
