/// What came out of exchanges, for other programs; times are in nanoseconds, what is halved is doubled.
struct NtpRecord: Encodable {
    struct RoundRecord: Encodable {
        let time: Int
        /// t0 to t3.
        let timestamps: [Int]
        let forward: Int
        let back: Int
        let delay: Int
        let truthTwice: Int
        let estimateTwice: Int
        let errorTwice: Int
        let withinBound: Bool

        init(_ round: NtpSimulation.Round) {
            let exchange = round.exchange
            time = round.time
            timestamps = [exchange.t0, exchange.t1, exchange.t2, exchange.t3]
            forward = round.forward
            back = round.back
            delay = exchange.delay
            truthTwice = round.truthTwice
            estimateTwice = exchange.offsetTwice
            errorTwice = round.errorTwice
            withinBound = round.isWithinBound
        }
    }

    let seed: UInt64
    let symmetric: [RoundRecord]
    let asymmetric: [RoundRecord]

    /// The record of two simulations from one seed.
    init(symmetric: NtpSimulation, asymmetric: NtpSimulation, seed: UInt64) {
        self.seed = seed
        self.symmetric = symmetric.rounds.map(RoundRecord.init)
        self.asymmetric = asymmetric.rounds.map(RoundRecord.init)
    }
}
