import Chance
import Nodes

/// The fault modes of the classic course, as fault plans.
///
/// There faults come by the clock: one after 3 s, or one every 4 s. By default they come when so much has
/// been read, so that they land however fast the job is.
enum FaultMode: String, CaseIterable {
    case none
    case mapperOnce = "mapper_once"
    case reducerOnce = "reducer_once"
    case testMapper = "test_mapper"
    case testReducer = "test_reducer"
    case testBoth = "test_both"
    case testAll = "test_all"

    /// All of them, for people.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// When the single fault comes, and how far apart those of a test are.
    private static let onceAfter = Duration.seconds(3)
    private static let every = Duration.seconds(4)
    /// The course gives such a test 200 s.
    private static let countMax = 50
    private static let oncePercent = 30.0
    private static let percents = [15.0, 30, 45, 60, 75, 90]

    /// Whether the job may be over before all faults have come.
    var mayBeOutrun: Bool {
        switch self {
        case .none, .mapperOnce, .reducerOnce: false
        case .testMapper, .testReducer, .testBoth, .testAll: true
        }
    }

    /// The plan.
    ///
    /// - Parameters:
    ///   - mappers: What the mappers are called.
    ///   - reducers: What the reducers are called.
    ///   - byClock: Whether faults come at the course's times.
    ///   - seed: What decides who dies.
    /// - Returns: Kills without a restart: that is the coordinator's affair.
    func plan(mappers: [String], reducers: [String], byClock: Bool, seed: UInt64) -> FaultPlan {
        func kill(_ names: [String], _ trigger: Fault.Trigger) -> Fault {
            Fault(.kill(nodes: names.map { NodePattern($0) }, restartAfter: nil), trigger)
        }
        let once: Fault.Trigger =
            byClock ? .at(Self.onceAfter) : .progress(percent: Self.oncePercent)
        let times: [Fault.Trigger] =
            byClock
            ? (1...Self.countMax).map { .at(Self.every * $0) }
            : Self.percents.map { .progress(percent: $0) }
        var chance = SplitMix64(seed: seed)
        func oneOf(_ names: [String]) -> [String] {
            [names[Int(chance.next(below: UInt64(names.count)))]]
        }
        var plan = FaultPlan()
        switch self {
        case .none: break
        case .mapperOnce: plan.faults = [kill([mappers[0]], once)]
        case .reducerOnce: plan.faults = [kill([reducers[0]], once)]
        case .testMapper: plan.faults = times.map { kill(oneOf(mappers), $0) }
        case .testReducer: plan.faults = times.map { kill(oneOf(reducers), $0) }
        case .testBoth: plan.faults = times.map { kill(oneOf(mappers + reducers), $0) }
        case .testAll: plan.faults = times.map { kill(mappers + reducers, $0) }
        }
        return plan
    }
}
