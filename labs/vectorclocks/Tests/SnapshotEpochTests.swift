import Testing

@testable import vectorclocks

/// The general algorithm as a value, apart from any program.
@Suite struct SnapshotEpochTests {
    @Test func `a message is of the past, the present or the future by its epoch alone`() {
        let process = EpochSnapshot(epoch: 2)
        #expect(process.arrival(of: 1) == .past)
        #expect(process.arrival(of: 2) == .present)
        #expect(process.arrival(of: 3) == .future)
    }

    @Test
    func `the share of the deficit is what was sent, less what was received of the old epoch`() {
        var process = EpochSnapshot()
        for _ in 0..<3 { process.send() }
        process.receive(of: 0)
        #expect(process.checkpoint(into: 1) == 2)
        // What comes late is told one by one; it is in no share of the next snapshot.
        process.receive(of: 0)
        process.send()
        #expect(process.checkpoint(into: 2) == 2)
    }

    @Test func `what was received of the new epoch before the checkpoint is told apart`() {
        var process = EpochSnapshot()
        process.receive(of: 1)
        #expect(process.ahead == 1)
        #expect(process.checkpoint(into: 1) == 0)
        #expect(process.ahead == 0)
        #expect(process.checkpoint(into: 2) == -1, "it was sent in epoch 1, and received")
    }

    /// Two processes, and what each may do next.
    private struct World {
        struct Flight: Hashable {
            let to: Int
            let epoch: Int
        }

        var processes = [EpochSnapshot(), EpochSnapshot()]
        var flights: [Flight] = []
        /// What the coordinator knows: the sum of shares, less what came late.
        var deficit = 0
        var sendsLeft: Int
        /// Old messages that were delivered behind the cut.
        var recorded = 0
        var crossed: Int?

        /// All that were sent before the cut of their sender, and are not delivered.
        var oldInFlight: Int { flights.count { $0.epoch == 0 } }
        var isCut: Bool { processes.allSatisfy { $0.epoch == 1 } }

        mutating func enter(_ process: Int) {
            deficit += processes[process].checkpoint(into: 1)
        }

        mutating func deliver(_ place: Int) {
            let flight = flights.remove(at: place)
            switch processes[flight.to].arrival(of: flight.epoch) {
            case .future: enter(flight.to)
            case .past:
                deficit -= 1
                recorded += 1
            case .present: break
            }
            processes[flight.to].receive(of: flight.epoch)
        }
    }

    @Test func `in every order of all that two processes can do, the deficit is what is in flight`()
    {
        var ended = 0
        var withInFlight = 0
        func explore(_ world: World) {
            if world.isCut {
                #expect(world.deficit == world.oldInFlight)
                #expect(world.processes.allSatisfy { $0.ahead == 0 })
            }
            var isEnd = true
            for process in 0..<2 where world.sendsLeft > 0 {
                isEnd = false
                var next = world
                next.sendsLeft -= 1
                next.processes[process].send()
                let epoch = next.processes[process].epoch
                next.flights.append(.init(to: 1 - process, epoch: epoch))
                explore(next)
            }
            for place in world.flights.indices {
                isEnd = false
                var next = world
                next.deliver(place)
                explore(next)
            }
            // The coordinator's word comes at some time, if no message was quicker.
            for process in 0..<2 where world.processes[process].epoch == 0 {
                isEnd = false
                var next = world
                next.enter(process)
                explore(next)
            }
            guard isEnd else { return }
            ended += 1
            if world.recorded > 0 { withInFlight += 1 }
            #expect(world.deficit == 0)
        }
        explore(World(sendsLeft: 3))
        #expect(ended == 5_964)
        #expect(withInFlight > ended / 4)
    }
}
