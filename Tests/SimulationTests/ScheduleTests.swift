import Chance
import Testing

@testable import Simulation

@Suite struct ScheduleTests {
    @Test(arguments: 1...50) func `what is asked for comes by time, and at one time in order`(
        seed: UInt64
    ) {
        var chance = SplitMix64(seed: seed)
        var schedule = Schedule<Int>()
        var expected: [(time: Int, number: Int)] = []
        var taken: [Int] = []
        var now = 0
        for number in 0..<500 {
            let time = now + Int(chance.next(below: 20))
            schedule.add(number, at: time)
            expected.append((time, number))
            if chance.next(below: 3) == 0, let next = schedule.next() {
                now = next.time
                taken.append(next.payload)
                let first = expected.min { ($0.time, $0.number) < ($1.time, $1.number) }
                #expect(next.payload == first?.number, "seed \(seed)")
                expected.removeAll { $0.number == next.payload }
            }
        }
        #expect(schedule.count == expected.count)
        let rest = expected.sorted { ($0.time, $0.number) < ($1.time, $1.number) }.map(\.number)
        #expect(schedule.inOrder == rest)
        var drained: [Int] = []
        while let next = schedule.next() { drained.append(next.payload) }
        #expect(drained == rest, "seed \(seed)")
    }
}
