import Nodes
import Testing

@testable import vectorclocks

/// What clocks are like in the run of a seed, as faults.
@Suite struct SnapshotClockTests {
    private static let hour = Duration.seconds(3600)
    private static let names = ["P", "Q"]

    private func faults(_ model: ClockModel, seed: UInt64) -> [Fault] {
        model.faults(seed: seed, coordinator: "C", processes: Self.names, setAgo: Self.hour)
    }

    /// How far each clock is ahead, in microseconds, less the most that it may err.
    private func errors(_ model: ClockModel, seed: UInt64) -> [Int] {
        let errorMax = model.errorMax(setAgo: Self.hour).nanoseconds / 1000
        return Self.names.map { name in
            for case .skew([NodePattern(name)], let by) in faults(model, seed: seed).map(\.action) {
                return by.nanoseconds / 1000 - errorMax
            }
            return -errorMax
        }
    }

    @Test func `perfect clocks have no faults`() {
        #expect(faults(.perfect, seed: 1).isEmpty)
        #expect(faults(.drift(partsPerMillion: 0), seed: 1).isEmpty)
    }

    @Test func `a millionth of an hour is 3.6 ms, and NTP keeps a clock within 1 ms`() {
        #expect(
            ClockModel.drift(partsPerMillion: 1).errorMax(setAgo: Self.hour)
                == .microseconds(3600)
        )
        #expect(ClockModel.ntp.errorMax(setAgo: Self.hour) == .milliseconds(1))
    }

    @Test(arguments: [(ClockModel.drift(partsPerMillion: 1), 3600), (.ntp, 1000)])
    func `errors lie evenly between the most there is, both ways`(model: ClockModel, most: Int) {
        let errors = (1...1000).flatMap { self.errors(model, seed: $0) }
        #expect(errors.allSatisfy { (-most...most).contains($0) })
        #expect(errors.count { $0 > most / 2 } > 400)
        #expect(errors.count { $0 < -most / 2 } > 400)
    }

    @Test func `a clock that has drifted goes on to drift the same way`() {
        for seed in 1...100 as ClosedRange<UInt64> {
            let model = ClockModel.drift(partsPerMillion: 10)
            let errors = self.errors(model, seed: seed)
            for (name, error) in zip(Self.names, errors) {
                for case .drift([NodePattern(name)], let percent) in faults(model, seed: seed)
                    .map(\.action)
                {
                    #expect((percent > 0) == (error >= 0), "seed \(seed)")
                    #expect(abs(percent) <= 0.001, "seed \(seed)")
                }
            }
        }
    }

    @Test func `the plan of a seed can be written, read, and is the same each time`() throws {
        for seed in 1...100 as ClosedRange<UInt64> {
            let plan = FaultPlan(faults(.drift(partsPerMillion: 1), seed: seed))
            #expect(plan == FaultPlan(faults(.drift(partsPerMillion: 1), seed: seed)))
            let read = try FaultPlan(
                parsing: "\(plan)",
                nodes: ["C"] + Self.names,
                progress: .unknown
            )
            #expect(read == plan, "seed \(seed): \(plan)")
        }
    }
}
