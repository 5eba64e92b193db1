import Exploration
import LabKit

/// What `explore` was asked for, the lab's own options left out.
struct ExploreOptions: Sendable {
    /// In which order states are looked at.
    enum Order: String, CaseIterable {
        case breadth, depth, walk
    }

    /// Which timers may fire.
    enum Timers: String, CaseIterable {
        case any, bounded
    }

    var order = Order.breadth
    var seed: UInt64 = 1
    var walks = 10_000
    var crashes = 0
    var withoutRestart = false
    var withRestart = false
    var drops: Int?
    var duplicates: Int?
    var timers = Timers.any
    var timerFirings: Int?
    var states = 50_000_000
    var depth = 10_000
    var inFlight = 1_000
    var megabytes = 1024
    var symmetry = false
    var checks = false
    var cores = SimulateOptions.coresOfThisMachine
    var log: Argument?
    var json = false
    /// What a lab explores its system with, where nothing is said.
    private let defaults: ExplorationOptions

    /// Nothing asked for yet.
    ///
    /// - Parameter defaults: What a lab explores its system with. On how many cores, and whether with checks,
    ///   is nothing that a lab says.
    init(_ defaults: ExplorationOptions) {
        self.defaults = defaults
        switch defaults.order {
        case .breadthFirst: order = .breadth
        case .depthFirst: order = .depth
        case .randomWalk(let seed, let walks):
            order = .walk
            self.seed = seed
            self.walks = walks
        }
        crashes = defaults.crashesMax
        switch defaults.datagrams {
        case .remembered: break
        case .consumed(let dropsMax, let duplicatesMax):
            drops = dropsMax
            duplicates = duplicatesMax
        }
        switch defaults.timers {
        case .anyOrder: timers = .any
        case .bounded: timers = .bounded
        }
        timerFirings = defaults.timerFiringsMax
        states = defaults.statesMax
        depth = defaults.depthMax
        inFlight = defaults.inFlightMax
        megabytes = max(1, defaults.memoryBytesMax >> 20)
        symmetry = defaults.usesSymmetry
    }

    @OptionBuilder<ExploreOptions> static var declaration: [Option<ExploreOptions>] {
        searching
        happening
        Option.flag("--check", \.checks, "run each handler a second time on a copy, and compare")
        Option.value(
            "--cores",
            "N",
            \.cores,
            .whole(in: 1...256),
            "threads of a breadth-first search"
        )
        Option.value("--log", "FILE", \.log, .path, "where to write the trace of a violation")
        Option.flag("--json", \.json, "one JSON object on standard output")
    }

    /// How the search goes about it, and when it gives up.
    @OptionBuilder<ExploreOptions> private static var searching: [Option<ExploreOptions>] {
        Option.value(
            "--order",
            "ORDER",
            \.order,
            .choice,
            "breadth gives a shortest trace; depth and walk find deep mistakes sooner"
        )
        Option.value("--seed", "S", \.seed, .whole(), "what a walk's steps follow from")
        Option.value("--walks", "N", \.walks, .whole(in: 1...Int.max), "walks of --order walk")
        Option.value("--states", "N", \.states, .whole(in: 1...Int.max), "the most states to keep")
        Option.value(
            "--depth",
            "N",
            \.depth,
            .whole(in: 1...Int(Int32.max)),
            "the most steps from the start"
        )
        Option.value("--memory", "MB", \.megabytes, .whole(in: 1...1 << 30), "the most memory")
        Option.flag("--symmetry", \.symmetry, "states that differ only in who is who are one")
    }

    /// What may happen in the system.
    @OptionBuilder<ExploreOptions> private static var happening: [Option<ExploreOptions>] {
        Option.value(
            "--crashes",
            "N",
            \.crashes,
            .whole(in: 0...65535),
            "how often a node may crash"
        )
        Option.flag("--no-restart", \.withoutRestart, "leave the crashed dead, unless launched")
        Option.flag("--restart", \.withRestart, "let the crashed begin again by themselves")
            .conflicts(with: "--no-restart")
        Option.value(
            "--drops",
            "N",
            \.drops,
            .whole(in: 0...65535),
            "datagrams that may be lost; with neither this nor --duplicates, any, and any number twice"
        )
        Option.value(
            "--duplicates",
            "N",
            \.duplicates,
            .whole(in: 0...65535),
            "datagrams that may arrive twice"
        )
        Option.value(
            "--timers",
            "any|bounded",
            \.timers,
            .choice,
            "whether delays say who is first"
        )
        Option.value(
            "--timer-firings",
            "N",
            \.timerFirings,
            .whole(in: 1...65535),
            "how often timers may fire in all; without it, without bound"
        )
        Option.value(
            "--in-flight",
            "N",
            \.inFlight,
            .whole(in: 1...65535),
            "the most messages in flight"
        )
    }

    /// Contradictions that a rule about two names cannot say.
    func check(given: Set<String>) throws(UsageError) {
        for name in ["--seed", "--walks"] where given.contains(name) && order != .walk {
            throw UsageError("\(name) needs --order walk as well")
        }
        for name in ["--no-restart", "--restart"] where given.contains(name) && crashes == 0 {
            throw UsageError("\(name) needs --crashes as well")
        }
    }

    /// The options of the search.
    var search: ExplorationOptions {
        var search = ExplorationOptions(
            timers: timers == .any ? .anyOrder : .bounded,
            timerFiringsMax: timerFirings,
            crashesMax: crashes,
            restarts: withRestart || defaults.restarts && !withoutRestart,
            statesMax: states,
            depthMax: depth,
            memoryBytesMax: megabytes << 20,
            inFlightMax: inFlight,
            cores: cores,
            usesSymmetry: symmetry,
            checksPurity: checks || ExplorationOptions.isDebugBuild
        )
        search.order =
            switch order {
            case .breadth: .breadthFirst
            case .depth: .depthFirst
            case .walk: .randomWalk(seed: seed, walks: walks)
            }
        if drops != nil || duplicates != nil {
            search.datagrams = .consumed(dropsMax: drops ?? 0, duplicatesMax: duplicates ?? 0)
        }
        return search
    }
}
