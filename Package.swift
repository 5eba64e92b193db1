// swift-tools-version: 6.2
import PackageDescription

// The module graph, in flow order: a target may import only what stands above it.
// `docs/architecture.md` says why each edge is there; a test (TidyTests) holds them.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// For the rooms whose generic code runs in hot loops: without it, what a world does with a lab's own node
/// type is not specialised, and ten times as slow (measured: `docs/performance.md`).
let hot: [SwiftSetting] =
    strict + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

let package = Package(
    name: "Lightcone",
    products: [
        .executable(name: "pingpong", targets: ["pingpong"]),
        .executable(name: "wordcount", targets: ["wordcount"]),
        .executable(name: "checkpointing", targets: ["CheckpointingSolution"]),
        .executable(name: "vectorclocks", targets: ["vectorclocks"]),
        .executable(name: "timeline", targets: ["TimelineProgram"]),
    ],
    targets: [
        .target(name: "Chance", swiftSettings: hot),
        .target(name: "Threads", swiftSettings: strict),
        .target(name: "Causality", swiftSettings: strict),
        .target(name: "Nodes", dependencies: ["Chance", "Causality"], swiftSettings: hot),
        .target(
            name: "Simulation",
            dependencies: ["Chance", "Threads", "Causality", "Nodes"],
            swiftSettings: hot
        ),
        .target(
            name: "Exploration",
            dependencies: ["Chance", "Threads", "Causality", "Nodes"],
            swiftSettings: hot
        ),
        .target(name: "Text", dependencies: ["Chance"], swiftSettings: strict),
        .systemLibrary(name: "CLinux"),
        .target(name: "Processes", dependencies: ["CLinux"], swiftSettings: strict),
        .systemLibrary(
            name: "CDeflate",
            pkgConfig: "libdeflate",
            providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]
        ),
        .target(
            name: "Messaging",
            dependencies: ["CDeflate", "CLinux"],
            swiftSettings: strict
        ),
        .target(name: "Files", dependencies: ["Messaging"], swiftSettings: strict),
        .target(name: "Failpoints", dependencies: ["Threads"], swiftSettings: strict),
        .target(
            name: "Checkpointing",
            dependencies: ["Files", "Failpoints"],
            swiftSettings: strict
        ),
        .target(
            name: "Deployment",
            dependencies: [
                "Chance", "Threads", "Causality", "Nodes", "Messaging", "Files", "Failpoints",
                "Processes",
            ],
            swiftSettings: hot
        ),
        .systemLibrary(
            name: "CHiredis",
            pkgConfig: "hiredis",
            providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]
        ),
        .target(name: "Redis", dependencies: ["CHiredis", "Processes"], swiftSettings: strict),
        .target(name: "LabKit", swiftSettings: strict),
        .target(
            name: "Timeline",
            dependencies: ["Causality"],
            resources: [.embedInCode("Page")],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "TimelineProgram",
            dependencies: ["Causality", "Timeline", "LabKit"],
            swiftSettings: strict
        ),
        .target(
            name: "Worlds",
            dependencies: [
                "Causality", "Nodes", "Simulation", "Exploration", "Processes", "LabKit",
                "Messaging", "Failpoints", "Deployment",
            ],
            swiftSettings: hot
        ),

        .target(name: "LabInput", dependencies: ["Text", "LabKit"], swiftSettings: strict),

        // The labs.
        .executableTarget(
            name: "pingpong",
            dependencies: ["Nodes", "LabKit", "Worlds"],
            path: "labs/pingpong/Solution",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "wordcount",
            dependencies: ["Causality", "Text", "Processes", "Redis", "LabKit", "LabInput"],
            path: "labs/wordcount/Solution",
            resources: [.embedInCode("wordcount.lua")],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "CheckpointingSolution",
            dependencies: [
                "Chance", "Nodes", "Text", "Threads", "Checkpointing", "Deployment", "Processes",
                "Exploration", "Files", "Messaging", "Redis", "LabKit", "LabInput",
                "Worlds",
            ],
            path: "labs/checkpointing/Solution",
            swiftSettings: hot
        ),
        .executableTarget(
            name: "vectorclocks",
            dependencies: [
                "Chance", "Causality", "Checkpointing", "Exploration", "LabKit", "Nodes",
                "Simulation",
                "Threads", "Timeline", "Worlds",
            ],
            path: "labs/vectorclocks",
            exclude: ["Tests", "README.md"],
            sources: ["Solution"],
            resources: [.embedInCode("scenarios")],
            swiftSettings: hot
        ),

        // Tests: files mirror files.
        .testTarget(
            name: "TimelineTests",
            dependencies: ["Timeline", "TimelineProgram", "Causality", "Processes"],
            exclude: ["Golden", "Page"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CausalityTests",
            dependencies: ["Causality", "Chance"],
            swiftSettings: strict
        ),
        .testTarget(name: "ChanceTests", dependencies: ["Chance"], swiftSettings: strict),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: strict),
        .testTarget(name: "NodesTests", dependencies: ["Nodes", "Chance"], swiftSettings: strict),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Causality", "Chance", "Nodes", "Simulation"],
            swiftSettings: strict
        ),
        .target(
            name: "ReferenceModels",
            dependencies: ["Nodes"],
            path: "Tests/ReferenceModels",
            swiftSettings: hot
        ),
        .testTarget(
            name: "ExplorationTests",
            dependencies: ["Exploration", "Nodes", "Causality", "Chance", "ReferenceModels"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "worlds-bench",
            dependencies: ["Exploration", "Simulation", "Nodes", "ReferenceModels"],
            path: "assets/bench/worlds",
            swiftSettings: hot
        ),
        .executableTarget(
            name: "failpoints-bench",
            dependencies: ["Failpoints"],
            path: "assets/bench/failpoints",
            swiftSettings: strict
        ),
        .target(
            name: "ParityScripts",
            dependencies: ["Nodes"],
            path: "Tests/ParityScripts",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "parity-node",
            dependencies: ["Deployment", "Failpoints", "Nodes", "ParityScripts"],
            path: "Tests/ParityNode",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ledger",
            dependencies: ["Nodes", "LabKit", "Worlds"],
            path: "Tests/Ledger",
            swiftSettings: strict
        ),
        .testTarget(
            name: "DeploymentTests",
            dependencies: [
                "Deployment", "ledger", "Causality", "Chance", "Nodes", "Messaging", "Files",
                "Failpoints", "Processes", "Simulation", "ParityScripts", "parity-node",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ParityTests",
            dependencies: [
                "Causality", "Chance", "Deployment", "Exploration", "Nodes", "ParityScripts",
                "Processes", "Simulation", "Threads", "parity-node",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MessagingTests",
            dependencies: ["Messaging", "Chance"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FailpointsTests",
            dependencies: ["Failpoints", "Threads", "Nodes", "Chance"],
            swiftSettings: strict
        ),
        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: strict),
        .testTarget(
            name: "CheckpointingTests",
            dependencies: ["Checkpointing", "Failpoints", "Files"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "checkpointing-bench",
            dependencies: ["Checkpointing"],
            path: "assets/bench/checkpointing",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "causality-bench",
            dependencies: ["Causality"],
            path: "assets/bench/causality",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "wire-fuzz",
            dependencies: ["Messaging", "CDeflate", "Chance"],
            path: "assets/fuzz/wire",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "text-bench",
            dependencies: ["Text"],
            path: "assets/bench/text",
            swiftSettings: strict
        ),
        .testTarget(name: "TextTests", dependencies: ["Text", "Chance"], swiftSettings: strict),
        .testTarget(name: "ProcessesTests", dependencies: ["Processes"], swiftSettings: strict),
        .testTarget(
            name: "RedisTests",
            dependencies: ["Redis", "Processes"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "messaging-bench",
            dependencies: ["Messaging", "Processes"],
            path: "assets/bench/messaging",
            swiftSettings: strict
        ),
        .testTarget(name: "LabKitTests", dependencies: ["LabKit"], swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .testTarget(
            name: "WorldsTests",
            dependencies: ["Worlds", "Causality", "Exploration", "Nodes", "LabKit", "Processes"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PingPongTests",
            dependencies: [
                "pingpong", "Nodes", "Simulation", "Exploration", "Worlds", "Processes",
            ],
            path: "labs/pingpong/Tests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "WordCountTests",
            dependencies: ["wordcount", "Chance", "Text", "Redis", "Processes"],
            path: "labs/wordcount/Tests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabInputTests",
            dependencies: ["LabInput", "LabKit", "Text"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CheckpointingLabTests",
            dependencies: [
                "CheckpointingSolution", "Chance", "Checkpointing", "Deployment", "Exploration",
                "LabInput", "LabKit", "Messaging", "Nodes", "Processes", "Redis", "Simulation",
                "Text", "Worlds",
            ],
            path: "labs/checkpointing/Tests",
            exclude: ["classic_worker.py", "classic_check.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "VectorClocksTests",
            dependencies: [
                "vectorclocks", "Chance", "Causality", "Exploration", "LabKit", "Nodes",
                "Processes",
                "Simulation",
            ],
            path: "labs/vectorclocks/Tests",
            swiftSettings: strict
        ),
    ]
)
