/// The scenarios that are built into the program, in the order in which they tell their story.
///
/// They lie in `labs/vectorclocks/scenarios`, and a test compares the folder with this list.
struct ShippedScenario: Sendable {
    let name: String
    let bytes: [UInt8]

    static let all = [
        ShippedScenario(name: "timekeeping", bytes: PackageResources.timekeeping_scenario),
        ShippedScenario(name: "perfect-clocks", bytes: PackageResources.perfect_clocks_scenario),
        ShippedScenario(name: "lost-in-flight", bytes: PackageResources.lost_in_flight_scenario),
        ShippedScenario(name: "drifting-clocks", bytes: PackageResources.drifting_clocks_scenario),
        ShippedScenario(name: "never-occurred", bytes: PackageResources.never_occurred_scenario),
        ShippedScenario(name: "vector-snapshot", bytes: PackageResources.vector_snapshot_scenario),
    ]
}
