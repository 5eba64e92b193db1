import Glibc
import Nodes
import Simulation

/// How fast the simulator delivers, and whether its memory stays flat.
enum SimulationBench {
    static func run() throws {
        puts("| nodes | delivered | seconds | delivered/s, one core | peak memory | target |")
        puts("|---|---|---|---|---|---|")
        for (nodes, goal) in [(2, 500_000), (2, 2_000_000), (100, 10_000), (100, 40_000)] {
            let system = try System<Player>(
                "ping-pong",
                members: (0..<nodes).map { index in
                    .init("Player_\(index)") {
                        Player(peer: NodeID(index ^ 1), serves: index % 2 == 0, goal: goal)
                    }
                }
            )
            let options = SimulationOptions(
                seed: 1,
                timeMax: .seconds(1_000_000),
                eventsMax: 100_000_000,
                checksPurity: false
            )
            let clock = ContinuousClock()
            var delivered = 0
            let elapsed = clock.measure {
                var simulation = Simulation(system, options)
                delivered = simulation.run().statistics.deliveries
            }
            let seconds = elapsed / .seconds(1)
            let rate = Double(delivered) / seconds
            let row = [
                "\(nodes)", "\(delivered)", "\((seconds * 100).rounded() / 100)",
                "\(Int(rate))", "\(peakMebibytes()) MiB", "1000000",
            ]
            puts("| " + row.joined(separator: " | ") + " |")
        }
    }

    private static func peakMebibytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}
