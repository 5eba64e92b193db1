import Chance
import Testing

@Suite struct SplitMix64Tests {
    /// The numbers that the authors' C program prints for the seed 1234567.
    @Test func `the numbers are those of the published program`() {
        var chance = SplitMix64(seed: 1_234_567)
        let numbers = (0..<5).map { _ in chance.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ]
        )
    }

    @Test func `a bound is kept and each number below it comes`() {
        var chance = SplitMix64(seed: 1)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<7000 { counts[Int(chance.next(below: 7))] += 1 }
        #expect(counts.allSatisfy { (850...1150).contains($0) }, "\(counts)")
    }

    @Test(arguments: [0.0, 0.2, 1.0]) func `a chance comes true as often as it says`(
        probability: Double
    ) {
        var chance = SplitMix64(seed: 2)
        let hits = (0..<10_000).count { _ in chance.chance(probability) }
        #expect(abs(Double(hits) - probability * 10_000) < 150, "\(hits)")
    }
}
