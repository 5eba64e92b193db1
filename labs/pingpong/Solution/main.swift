import Nodes
import Simulation

let system = try System<Role>("pingpong", members: [
  .init("Client") { .client(Client(server: NodeID(1), goal: 1_000_000)) },
  .init("Server") { .server(Server()) }])
let t = ContinuousClock.now
var sim = Simulation(system, SimulationOptions(seed: 1))
let o = sim.run()
let d = t.duration(to: .now)
let s = d / .seconds(1)
import Glibc
puts("\(o.verdict) \(o.statistics) \(s) \(Double(o.statistics.deliveries)/s)")
