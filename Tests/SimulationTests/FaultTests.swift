import Nodes
import Simulation
import Testing

/// Each kind of fault, in a run in which it changes the outcome, with the proof that it landed.
@Suite struct FaultTests {
    private let feeder = [NodePattern("Feeder")]
    private let counter = [NodePattern("Counter")]
    private let way = LinkPattern(from: [NodePattern("Feeder")], to: [NodePattern("Counter")])

    private func run(
        _ faults: [Fault],
        link: Link = .datagram,
        goal: Int = 20,
        seed: UInt64 = 1
    ) throws -> Outcome<CountingRole> {
        let system = try CountingRole.system(goal: goal, link: link)
        var simulation = Simulation(
            system,
            SimulationOptions(seed: seed, faults: FaultPlan(faults), checksPurity: true)
        )
        return simulation.run()
    }

    private func milliseconds(_ outcome: Outcome<CountingRole>) -> Int {
        outcome.statistics.nanoseconds / 1_000_000
    }

    @Test(arguments: Link.allCases) func `without faults all arrive and the run ends`(
        link: Link
    ) throws {
        let outcome = try run([], link: link)
        #expect(outcome.verdict == .passed)
        #expect(outcome.counted == Array(1...20))
        #expect((200...210).contains(milliseconds(outcome)))
        #expect(outcome.places[0].status == .halted)
    }

    @Test func `a kill after so many saves ends the count there`() throws {
        let outcome = try run([
            Fault(.kill(nodes: counter, restartAfter: nil), .after(count: 3, of: .saves))
        ])
        #expect(outcome.verdict == .passed)
        #expect(outcome.counted == [1, 2, 3])
        #expect(outcome.places[1].status == .crashed)
        #expect(outcome.places[1].saved["count"]?.count == 3)
        #expect(outcome.proofs.map(\.hits) == [1])
    }

    @Test func `a kill between two effects keeps the first and not the second`() throws {
        // Effects of the counter: emit 1, save 1, emit 2, save 2, emit 3.
        let outcome = try run([
            Fault(.kill(nodes: counter, restartAfter: nil), .after(count: 5, of: .effects))
        ])
        #expect(outcome.counted == [1, 2, 3])
        #expect(outcome.places[1].saved["count"]?.count == 2)
    }

    @Test func `a node that restarts misses what came meanwhile and keeps what it saved`() throws {
        let outcome = try run([
            Fault(
                .kill(nodes: counter, restartAfter: .milliseconds(45)),
                .after(count: 3, of: .saves)
            )
        ])
        #expect(outcome.places[1].incarnation == 1)
        #expect(outcome.counted.starts(with: [1, 2, 3]))
        #expect((14...16).contains(outcome.counted.count), "\(outcome.counted)")
        #expect(outcome.places[1].saved["count"]?.count == outcome.counted.count)
    }

    @Test func `a node that is stopped takes everything later`() throws {
        let stop = Fault(.stop(nodes: counter), .at(.milliseconds(50)), lasting: .seconds(2))
        let outcome = try run([stop], link: .stream)
        #expect(outcome.verdict == .passed)
        #expect(outcome.counted == Array(1...20))
        #expect(milliseconds(outcome) == 2050)
    }

    @Test func `a node that is stopped for ever takes nothing more`() throws {
        let outcome = try run([Fault(.stop(nodes: counter), .progress(percent: 25))])
        #expect(outcome.counted == [1, 2, 3, 4, 5])
    }

    @Test func `a slow node takes one after the other`() throws {
        let outcome = try run([Fault(.slow(nodes: counter, by: .milliseconds(100)))], link: .stream)
        #expect(outcome.counted == Array(1...20))
        // The first comes after 10 ms or a little later; 19 more of 100 ms follow.
        #expect((1910...2120).contains(milliseconds(outcome)), "\(milliseconds(outcome))")
        #expect(outcome.proofs[0].hits == 21)
    }

    @Test(arguments: [(100.0, 100...110), (-50.0, 400...410)])
    func `a clock that drifts makes all timers early or late`(
        percent: Double,
        expected: ClosedRange<Int>
    ) throws {
        let outcome = try run([Fault(.drift(nodes: feeder, percent: percent))])
        #expect(expected.contains(milliseconds(outcome)), "\(milliseconds(outcome))")
        #expect(outcome.proofs[0].hits == 20)
    }

    @Test func `a clock that nearly stands still lets the run not end`() throws {
        let outcome = try run([Fault(.drift(nodes: feeder, percent: -99.999_999_999_999_99))])
        #expect(outcome.failure?.kind == .unfinished)
    }

    @Test func `a clock that jumps makes the armed timer early`() throws {
        let jump = Fault(.skew(nodes: feeder, by: .milliseconds(8)), .at(.milliseconds(51)))
        let outcome = try run([jump])
        // The sixth tick comes at 52 instead of 60 ms, and all that follow with it.
        #expect((192...202).contains(milliseconds(outcome)), "\(milliseconds(outcome))")
    }

    @Test func `a damaged save is told from one that was never there`() throws {
        let outcome = try run([
            Fault(.corrupt(nodes: counter, name: nil), .after(count: 3, of: .saves)),
            Fault(
                .kill(nodes: counter, restartAfter: .milliseconds(1)),
                .after(count: 3, of: .saves)
            ),
        ])
        #expect(outcome.verdict == .passed)
        #expect(outcome.places[1].outputs.contains(.damaged))
        // The next save takes its place.
        #expect(outcome.places[1].damaged == [])
    }

    @Test func `datagrams are lost as often as asked`() throws {
        let outcome = try run([Fault(.lose(probability: 0.3, links: way))], goal: 1000)
        #expect((640...760).contains(outcome.counted.count), "\(outcome.counted.count)")
        #expect(outcome.proofs[0].hits == 1000 - outcome.counted.count)
        #expect(outcome.statistics.losses == outcome.proofs[0].hits)
    }

    @Test func `datagrams are doubled as often as asked`() throws {
        let outcome = try run([Fault(.duplicate(probability: 0.3, links: way))], goal: 1000)
        #expect((1240...1360).contains(outcome.counted.count), "\(outcome.counted.count)")
        #expect(Set(outcome.counted).count == 1000)
    }

    @Test func `datagrams that are delayed overtake each other, and streams do not`() throws {
        let delay = Fault(.delay(by: .zero ... .milliseconds(100), links: way))
        let datagrams = try run([delay])
        #expect(datagrams.counted != Array(1...20))
        #expect(datagrams.counted.sorted() == Array(1...20))
        #expect(try run([delay], link: .stream).counted == Array(1...20))
    }

    @Test(arguments: Link.allCases) func `streams and acknowledged datagrams outlast a partition`(
        link: Link
    ) throws {
        let partition = Fault(
            .partition(links: way),
            .at(.milliseconds(55)),
            lasting: .milliseconds(60)
        )
        let outcome = try run([partition], link: link)
        switch link {
        case .stream:
            #expect(outcome.counted == Array(1...20))
            #expect(outcome.proofs[0].hits == 6)
        case .datagram:
            #expect(Set(outcome.counted) == Set(1...20).subtracting(6...11))
            #expect(outcome.proofs[0].hits == 6)
        case .acknowledged:
            #expect(outcome.counted.sorted() == Array(1...20))
            // Sent at 60, 70, … 110 ms; again after 20 ms, and after 40 more: the first at 80 ms, say.
            #expect(outcome.proofs[0].hits == 10)
            #expect(outcome.counted != Array(1...20), "others have overtaken what waited")
        }
    }

    @Test func `loss and doubling leave streams alone, and so land on nothing`() throws {
        let faults = [
            Fault(.lose(probability: 1, links: way)), Fault(.duplicate(probability: 1, links: way)),
        ]
        let outcome = try run(faults, link: .stream)
        #expect(outcome.counted == Array(1...20))
        guard case .inconclusive(let missed) = outcome.verdict else {
            Issue.record("\(outcome.verdict)")
            return
        }
        #expect(missed.map(\.fault) == faults)
    }

    @Test func `a fault that comes too late makes the run inconclusive`() throws {
        let late = Fault(.kill(nodes: counter, restartAfter: nil), .at(.seconds(5)))
        let outcome = try run([late])
        guard case .inconclusive(let missed) = outcome.verdict else {
            Issue.record("\(outcome.verdict)")
            return
        }
        #expect(missed.map(\.target) == ["Counter"])
        #expect(milliseconds(outcome) < 300)
    }

    @Test func `each of the nodes that a pattern means must be hit`() throws {
        // The feeder has halted by then, so that only the counter is there.
        let kill = Fault(
            .kill(nodes: [NodePattern("*")], restartAfter: nil),
            .progress(percent: 100)
        )
        let outcome = try run([kill])
        #expect(outcome.proofs.map { $0.landed == nil } == [true, false])
    }

    // MARK: Ends

    @Test func `what lasts for a while is over after that`() throws {
        let lost = try run([
            Fault(
                .lose(probability: 1, links: way),
                .at(.milliseconds(55)),
                lasting: .milliseconds(60)
            )
        ])
        #expect(Set(lost.counted) == Set(1...20).subtracting(6...11))
        let doubled = try run([
            Fault(
                .duplicate(probability: 1, links: way),
                .at(.milliseconds(55)),
                lasting: .milliseconds(60)
            )
        ])
        #expect(doubled.counted.count == 26)
        let drifting = try run([
            Fault(.drift(nodes: feeder, percent: 100), .atOnce, lasting: .milliseconds(49))
        ])
        // Ten ticks of 5 ms, then ten of 10.
        #expect((150...160).contains(milliseconds(drifting)), "\(milliseconds(drifting))")
        let slow = Fault(
            .slow(nodes: counter, by: .milliseconds(40)),
            .atOnce,
            lasting: .milliseconds(50)
        )
        #expect((200...215).contains(milliseconds(try run([slow], link: .stream))))
    }

    @Test func `of two that overlap, each counts until its own end`() throws {
        func partition(at: Int) -> Fault {
            Fault(.partition(links: way), .at(.milliseconds(at)), lasting: .milliseconds(60))
        }
        let cut = try run([partition(at: 55), partition(at: 75)])
        #expect(Set(cut.counted) == Set(1...20).subtracting(6...13))
        func stop(at: Int) -> Fault {
            Fault(.stop(nodes: counter), .at(.milliseconds(at)), lasting: .milliseconds(200))
        }
        let stopped = try run([stop(at: 55), stop(at: 155)], link: .stream)
        #expect(stopped.counted == Array(1...20))
        #expect(milliseconds(stopped) == 355)
    }

    @Test func `a fault after the end has nothing to hit, and adds no time`() throws {
        // The last number arrives before 211 ms.
        for fault in [
            Fault(.kill(nodes: counter, restartAfter: nil), .at(.milliseconds(215))),
            Fault(.slow(nodes: [NodePattern("Counter")], by: .zero), .at(.seconds(1))),
        ] {
            let outcome = try run([fault])
            #expect(outcome.proofs[0].landed == nil)
            #expect(milliseconds(outcome) <= 210)
        }
        let long = Fault(.lose(probability: 0.5, links: way), .atOnce, lasting: .seconds(18_000))
        let outcome = try run([long])
        #expect(outcome.verdict == .passed)
        #expect(milliseconds(outcome) <= 210)
    }

    @Test func `a new life is not held by the stop of the old one`() throws {
        let outcome = try run([
            Fault(.stop(nodes: counter), .at(.milliseconds(55)), lasting: .seconds(5)),
            Fault(.kill(nodes: counter, restartAfter: .milliseconds(20)), .at(.milliseconds(75))),
        ])
        #expect(outcome.verdict == .passed)
        #expect(milliseconds(outcome) <= 210)
        #expect(outcome.counted.contains(20))
    }

    @Test func `years upon years end in one line`() throws {
        let year = Duration.seconds(31_536_000)
        let slow = Fault(.slow(nodes: counter, by: year))
        let delay = Fault(.delay(by: year...year, links: way))
        for fault in [slow, delay] {
            let outcome = try run(Array(repeating: fault, count: 400))
            #expect(outcome.failure?.kind == .unfinished)
        }
    }
}
