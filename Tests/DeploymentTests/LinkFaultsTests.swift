import Nodes
import Testing

@testable import Deployment

@Suite struct LinkFaultsTests {
    private static let names = ["A", "B", "C"]

    /// What the faults of a plan do to what arrives at `C`, all of them active.
    private func faults(_ plan: String, seed: UInt64 = 1, receiver: Int = 2) throws -> LinkFaults {
        let plan = try FaultPlan(parsing: plan, nodes: Self.names)
        let states = plan.faults.flatMap { FaultState.states(of: $0, names: Self.names) }
        var faults = LinkFaults(
            seed: seed,
            states: states,
            receiver: receiver,
            nodeCount: Self.names.count
        )
        for place in states.indices { faults.begin(place) }
        return faults
    }

    private func arrival(
        _ number: UInt64,
        from sender: Int = 0,
        attempt: UInt64 = 0,
        isStream: Bool = false
    ) -> LinkFaults.Arrival {
        LinkFaults.Arrival(
            sender: sender,
            senderIncarnation: 0,
            number: number,
            attempt: attempt,
            isStream: isStream
        )
    }

    @Test func `one seed decides the same, another one otherwise`() throws {
        let plan = "lose 30% *; duplicate 20% *; delay 1ms..9ms *"
        func decisions(seed: UInt64) throws -> [LinkFaults.Decision] {
            let faults = try faults(plan, seed: seed)
            return (1...500).map { faults.decision(on: arrival($0)) }
        }
        #expect(try decisions(seed: 7) == decisions(seed: 7))
        #expect(try decisions(seed: 7) != decisions(seed: 8))
    }

    @Test func `what became of other messages does not matter`() throws {
        let faults = try faults("lose 50% *")
        let forwards = (1...200).map { faults.decision(on: arrival($0)) }
        let backwards = (1...200).reversed().map { faults.decision(on: arrival($0)) }
        #expect(forwards == backwards.reversed())
    }

    @Test(arguments: [0.0, 0.01, 0.3, 0.9, 1.0])
    func `as many are lost, and doubled, as was asked for`(rate: Double) throws {
        let count = 20_000
        let percent = "\(rate * 100)%"
        let losing = try faults("lose \(percent) *")
        let lost = (1...UInt64(count)).count { losing.decision(on: arrival($0)).lostBy == 0 }
        let doubling = try faults("duplicate \(percent) *")
        let doubled = (1...UInt64(count)).count {
            doubling.decision(on: arrival($0)).delaysNanoseconds.count == 2
        }
        // Five standard deviations.
        let allowed = 5 * (Double(count) * rate * (1 - rate)).squareRoot()
        for hits in [lost, doubled] {
            #expect(abs(Double(hits) - Double(count) * rate) <= allowed, "\(hits) of \(count)")
        }
    }

    @Test func `each sender, life, message, attempt and receiver has luck of its own`() throws {
        let faults = try faults("lose 50% *")
        let elsewhere = try self.faults("lose 50% *", receiver: 1)
        func lost(_ faults: LinkFaults, _ change: (UInt64) -> LinkFaults.Arrival) -> [Bool] {
            (1...64).map { faults.decision(on: change($0)).lostBy != nil }
        }
        let all = [
            lost(faults) { arrival($0) },
            lost(faults) { arrival($0, from: 1) },
            lost(faults) { arrival($0, attempt: 1) },
            lost(elsewhere) { arrival($0) },
            lost(faults) {
                LinkFaults.Arrival(
                    sender: 0,
                    senderIncarnation: 1,
                    number: $0,
                    attempt: 0,
                    isStream: false
                )
            },
        ]
        #expect(Set(all).count == all.count)
    }

    @Test func `a stream loses nothing and doubles nothing`() throws {
        let faults = try faults("lose 100% *; duplicate 100% *; partition A|B,C")
        for number in 1...1000 as ClosedRange<UInt64> {
            #expect(faults.decision(on: arrival(number, isStream: true)) == LinkFaults.Decision())
        }
    }

    @Test func `a partition takes every datagram across, and none within`() throws {
        let faults = try faults("partition A|B,C")
        #expect(faults.partition(from: 0) == 0)
        #expect(faults.partition(from: 1) == nil)
        for number in 1...100 as ClosedRange<UInt64> {
            #expect(faults.decision(on: arrival(number, from: 0)).lostBy == 0)
            #expect(faults.decision(on: arrival(number, from: 1)).lostBy == nil)
        }
    }

    @Test func `delays lie in their range, and reach to its ends`() throws {
        let faults = try faults("delay 3ns..5ns *")
        let delays = (1...300).map { faults.decision(on: arrival($0)).delaysNanoseconds }
        #expect(Set(delays) == [[3], [4], [5]])
        let fixed = try self.faults("delay 7ms *")
        #expect(fixed.decision(on: arrival(1)).delaysNanoseconds == [7_000_000])
    }

    @Test func `delays add up, and stop at what a number holds`() throws {
        let sum = try faults("delay 3ms *; delay 4ms *")
        #expect(sum.decision(on: arrival(1)).delaysNanoseconds == [7_000_000])
        #expect(sum.decision(on: arrival(1)).hits == [0, 1])
        let longest = Fault(
            .delay(by: .nanoseconds(Int.max)...(.nanoseconds(Int.max)), links: .all),
            .atOnce
        )
        let states = [longest, longest].flatMap { FaultState.states(of: $0, names: Self.names) }
        var faults = LinkFaults(seed: 1, states: states, receiver: 2, nodeCount: 3)
        faults.begin(0)
        faults.begin(1)
        #expect(faults.decision(on: arrival(1)).delaysNanoseconds == [.max])
    }

    @Test func `a copy comes later than what it is a copy of, and is delayed like it`() throws {
        let faults = try faults("duplicate 100% *; delay 2ms *")
        for number in 1...100 as ClosedRange<UInt64> {
            let delays = faults.decision(on: arrival(number)).delaysNanoseconds
            #expect(delays.count == 2 && delays[0] == 2_000_000 && delays[1] >= delays[0])
        }
    }

    @Test func `only what is active counts, and only on its links`() throws {
        var faults = try faults("lose 100% A→C; lose 100% B→C")
        #expect(faults.decision(on: arrival(1, from: 0)).hits == [0])
        #expect(faults.decision(on: arrival(1, from: 1)).hits == [1])
        faults.end(0)
        #expect(faults.active == [1])
        #expect(faults.decision(on: arrival(1, from: 0)) == LinkFaults.Decision())
        // Once is enough, for beginning and for ending.
        faults.begin(0)
        faults.begin(0)
        faults.end(0)
        faults.end(0)
        #expect(faults.active == [1])
    }
}
