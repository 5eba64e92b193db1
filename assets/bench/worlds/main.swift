import Exploration
import Foundation
import Nodes
import ReferenceModels

let resources = Int(CommandLine.arguments.dropFirst().first ?? "3") ?? 3
let cores = Int(CommandLine.arguments.dropFirst(2).first ?? "1") ?? 1
let search = try Exploration(
    TwoPhaseCommit.system(resources: resources),
    options: ExplorationOptions(cores: cores)
)
let clock = ContinuousClock()
let began = clock.now
let result = search.run()
let took = clock.now - began
print(result.verdict, result.states, result.transitions, result.depthMax, result.bytesPerState, result.parts, took)
