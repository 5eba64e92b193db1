/// The states from which a search begins.
struct Roots {
    /// One for each way to die at the beginning, that of no death first.
    private(set) var list: [Root] = []
    /// What is wrong with a beginning, and the beginnings that lead to it.
    private(set) var problem: (index: Int, moves: [Move])?
    /// Whether a beginning sends more than the bound on messages in flight allows.
    private(set) var isCutOff = false

    init(_ stepper: Stepper, locals: [UInt32], beginning: [Int]) {
        stepper.state.clear(locals: locals)
        list = [Root(stepper.state.packed(), moves: [])]
        for node in beginning {
            var next: [Root] = []
            for root in list where problem == nil {
                root.withRecord { record in
                    let deaths = stepper.deathCount(ofBeginning: node, in: record)
                    for death in -1..<Int32(deaths) {
                        let move = stepper.begin(node, in: record, death: death)
                        let moves = root.moves + [move]
                        if let index = stepper.problem(of: move) {
                            problem = (index, moves)
                            return
                        }
                        if stepper.state.isCutOff {
                            isCutOff = true
                            continue
                        }
                        stepper.state.depth = 0
                        next.append(Root(stepper.state.packed(), moves: moves))
                    }
                }
            }
            list = next
        }
    }
}
