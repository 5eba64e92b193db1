import Exploration
import Foundation
import Nodes
import ReferenceModels

let what = CommandLine.arguments[1]
let size = Int(CommandLine.arguments.dropFirst(2).first ?? "3") ?? 3
let cores = Int(CommandLine.arguments.dropFirst(3).first ?? "1") ?? 1
let clock = ContinuousClock()
let began = clock.now
func show<N: Node>(_ result: ExplorationResult<N>) {
let took = clock.now - began
let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
print(result.verdict, result.states, result.transitions, result.depthMax, result.bytesPerState, result.parts, took, Double(result.states) / seconds)
}
if what == "2pc" {
show(try Exploration(TwoPhaseCommit.system(resources: size), options: ExplorationOptions(cores: cores)).run())
} else {
show(try Exploration(PrimaryBackup.system(puts: size), options: ExplorationOptions(timerFiringsMax: nil, crashesMax: 3, cores: cores)).run())
}
