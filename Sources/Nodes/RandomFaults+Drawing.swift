import Chance

extension RandomFaults {
    /// Draws a plan: the same for the same seed, on every machine.
    ///
    /// Nodes that did nothing in the reference run are left in peace; a run of which nobody did
    /// anything can only lose and double datagrams. Each kind of fault has its own random numbers: with
    /// one more stop, the kills stay where they were.
    ///
    /// - Parameters:
    ///   - names: What the nodes are called, by index.
    ///   - reference: A run in which nothing went wrong.
    ///   - seed: What decides.
    /// - Returns: A plan with as many faults of each kind as the budget says.
    public func plan(nodes names: [String], reference: Reference, seed: UInt64) -> FaultPlan {
        let stage = RandomFaultsStage(names: names, reference: reference, within: within)
        var plan = FaultPlan()
        if loseProbability > 0 {
            plan.faults.append(Fault(.lose(probability: min(1, loseProbability), links: .all)))
        }
        if duplicateProbability > 0 {
            let probability = min(1, duplicateProbability)
            plan.faults.append(Fault(.duplicate(probability: probability, links: .all)))
        }
        plan.faults += killsAndCorruptions(on: stage, seed: seed)
        plan.faults += Self.draw(stops, .stops, seed) { stage.stop(&$0) }
        plan.faults += Self.draw(slows, .slows, seed) { stage.slow(&$0) }
        plan.faults += Self.draw(partitions, .partitions, seed) { stage.partition(&$0) }
        plan.faults += Self.draw(fills, .fills, seed) { stage.fill(&$0) }
        return plan
    }

    /// Kills, and before each of the first of them a corruption at the same moment: damage is only
    /// found by who reads, and a node reads what it saved when it begins again.
    private func killsAndCorruptions(on stage: RandomFaultsStage, seed: UInt64) -> [Fault] {
        let kills = Self.draw(kills, .kills, seed) { stage.kill(&$0, restartAfter: restartAfter) }
        var faults: [Fault] = []
        var left = corruptions
        for kill in kills {
            if left > 0, case .kill(let nodes, _) = kill.action {
                faults.append(Fault(.corrupt(nodes: nodes, name: nil), kill.trigger))
                left -= 1
            }
            faults.append(kill)
        }
        return faults + Self.draw(left, .corruptions, seed) { stage.corrupt(&$0) }
    }

    /// Whose random numbers.
    private enum Kind: UInt64 { case kills = 1, stops, slows, partitions, corruptions, fills }

    private static func draw(
        _ count: Int,
        _ kind: Kind,
        _ seed: UInt64,
        _ fault: (inout SplitMix64) -> Fault?
    ) -> [Fault] {
        // Mixed, since generators whose seeds lie near each other would walk in each other's steps.
        var chance = SplitMix64(seed: SplitMix64.mixed(SplitMix64.mixed(seed) &+ kind.rawValue))
        var faults: [Fault] = []
        while faults.count < min(count, countMax), let fault = fault(&chance) {
            faults.append(fault)
        }
        return faults
    }
}
