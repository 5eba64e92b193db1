import Exploration
import ReferenceModels
import Testing

@Suite struct ReferenceCountTests {
    /// Published by another checker for the same model.
    @Test(arguments: [(3, 288), (5, 8832)])
    func `two-phase commit has as many states as published`(resources: Int, states: Int) throws {
        let search = try Exploration(TwoPhaseCommit.system(resources: resources))
        let result = search.run()
        #expect(result.states == states)
        guard case .holds = result.verdict else {
            Issue.record("\(result.verdict)")
            return
        }
    }
}
