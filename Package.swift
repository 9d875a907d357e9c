// swift-tools-version: 6.2
import PackageDescription

// Every target: Swift 6 mode, no implicit existentials, imports that state what they expose,
// and no warning that a reader has to wave through.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

// Where C or raw memory is touched, each such use must say `unsafe`.
let memorySafe = settings + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
// SQLite's own interface, for the one statement that every entry takes.
let sqliteC = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "tocsin",
    products: [
        .executable(name: "tocsin", targets: ["tocsin"]),
        .executable(name: "tocsin-sim", targets: ["tocsin-sim"]),
        .library(name: "Detection", targets: ["Detection"]),
        .library(name: "Telemetry", targets: ["Telemetry"]),
        .library(name: "Line", targets: ["Line"]),
        .library(name: "TocsinTestKit", targets: ["TocsinTestKit"]),
        .library(name: "RuleLanguage", targets: ["RuleLanguage"]),
        .library(name: "MQTTTransport", targets: ["MQTTTransport"]),
        .library(name: "Configuration", targets: ["Configuration"]),
        .library(name: "Ledger", targets: ["Ledger"]),
        .library(name: "LedgerStore", targets: ["LedgerStore"]),
        .library(name: "Supervision", targets: ["Supervision"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(
            url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Cores: no I/O, no clock, no logging.
        .systemLibrary(name: "CHint"),
        .target(name: "Detection", dependencies: ["CHint"], swiftSettings: memorySafe),
        .target(name: "Timestamps", dependencies: ["Detection"], swiftSettings: settings),
        .target(name: "RuleLanguage", dependencies: ["Detection"], swiftSettings: settings),
        .target(
            name: "Telemetry", dependencies: ["Detection", "Timestamps"], swiftSettings: memorySafe),
        .target(name: "Evidence", dependencies: ["CHint", "Detection"], swiftSettings: memorySafe),
        .target(name: "Ledger", swiftSettings: settings),
        .target(
            name: "Supervision",
            dependencies: ["Detection", "Ledger", "RuleLanguage", "Timestamps"],
            swiftSettings: settings),

        // The line: the cores strung together, still pure.
        .target(
            name: "Line",
            dependencies: [
                "Detection", "Telemetry", "RuleLanguage", "Supervision", "Ledger", "Evidence",
                "Timestamps",
            ],
            swiftSettings: memorySafe),

        // What alerts look like to others: CAP, CloudEvents, the forms of platforms.
        .target(
            name: "AlertFormats",
            dependencies: ["Detection", "Ledger", "RuleLanguage", "Supervision", "Timestamps"],
            swiftSettings: settings),

        // Tests of rules, as data: series of readings through the line.
        .target(
            name: "RuleTesting",
            dependencies: ["Detection", "Line", "RuleLanguage", "Supervision", "Telemetry"],
            swiftSettings: settings),

        // Edges: each owns one kind of I/O.
        .systemLibrary(
            name: "CMosquitto", pkgConfig: "libmosquitto",
            providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .target(
            name: "MQTTTransport", dependencies: ["CMosquitto", "Detection"],
            swiftSettings: memorySafe),
        .target(
            name: "LedgerStore",
            dependencies: [
                "Ledger", "Supervision", "Detection", "Timestamps", crypto, sqlite, sqliteC,
            ],
            swiftSettings: memorySafe),
        .target(
            name: "Configuration",
            dependencies: [
                "AlertFormats", "Detection", "RuleLanguage", "Telemetry", "Line", "RuleTesting",
                "Supervision", yaml,
                crypto,
            ],
            swiftSettings: settings),
        .target(
            name: "AlertFeed",
            dependencies: [
                "AlertFormats", "Ledger", "LedgerStore", "MQTTTransport", "Detection",
                "Supervision", "Timestamps", sqlite,
            ],
            swiftSettings: memorySafe),

        // The agent and its commands.
        .target(
            name: "Agent",
            dependencies: [
                "CMalloc", "Line", "MQTTTransport", "LedgerStore", "AlertFeed", "Configuration",
                "Detection", "Telemetry", "RuleLanguage", "Supervision", "Ledger", "Timestamps",
                logging, lifecycle, signals,
            ],
            swiftSettings: memorySafe),
        .target(
            name: "Console", dependencies: ["Detection", "Ledger", "Timestamps"],
            swiftSettings: settings),
        .target(
            name: "Documents",
            dependencies: [
                "Detection", "Ledger", "Supervision", "RuleLanguage", "Timestamps", mustache,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "tocsin",
            dependencies: [
                "Agent", "AlertFeed", "AlertFormats", "Console", "Documents", "Configuration",
                "Line", "LedgerStore", "Ledger",
                "MQTTTransport", "Telemetry", "Detection", "Supervision", "RuleLanguage",
                "Timestamps", "RuleTesting", argumentParser, logging,
            ],
            swiftSettings: settings),

        // The simulated machines know nothing of the detection code; the kit and the program bring
        // both together.
        .target(name: "Simulation", path: "simulators/Simulation", swiftSettings: settings),
        .target(
            name: "TocsinTestKit",
            dependencies: [
                "Simulation", "Configuration", "Line", "RuleLanguage", "Supervision", "Detection",
                "Ledger", "Telemetry", "Timestamps", yaml,
            ],
            path: "simulators/TocsinTestKit", swiftSettings: settings),
        .executableTarget(
            name: "tocsin-sim",
            dependencies: [
                "Simulation", "TocsinTestKit", "Configuration", "MQTTTransport", "Line",
                "Detection",
                "Timestamps", argumentParser,
            ],
            path: "simulators/tocsin-sim", swiftSettings: settings),

        // Tests. One target per module; IntegrationTests drives the built programs.
        .testTarget(
            name: "DetectionTests", dependencies: ["Detection", "RuleLanguage"],
            swiftSettings: settings),
        .testTarget(
            name: "RuleLanguageTests", dependencies: ["RuleLanguage"], swiftSettings: settings),
        .testTarget(
            name: "RuleTestingTests",
            dependencies: ["RuleTesting", "RuleLanguage", "Configuration", "Line", "Detection"],
            swiftSettings: settings),
        .testTarget(
            name: "SupervisionTests",
            dependencies: ["Supervision", "RuleLanguage", "Ledger", "Detection", "Timestamps"],
            swiftSettings: settings),
        .testTarget(
            name: "EvidenceTests", dependencies: ["Evidence", "Detection", "RuleLanguage"],
            swiftSettings: settings),
        .testTarget(
            name: "AlertFormatsTests",
            dependencies: [
                "AlertFormats", "Detection", "Ledger", "RuleLanguage", "Supervision", "Timestamps",
            ],
            swiftSettings: settings),
        .testTarget(name: "LineTests", dependencies: ["Line"], swiftSettings: settings),
        .testTarget(
            name: "TelemetryTests", dependencies: ["Telemetry", "Detection"],
            swiftSettings: settings),
        .testTarget(
            name: "TimestampsTests", dependencies: ["Timestamps", "Detection"],
            swiftSettings: settings),
        .testTarget(
            name: "LedgerTests", dependencies: ["Ledger", crypto], swiftSettings: settings),
        .testTarget(
            name: "LedgerStoreTests",
            dependencies: [
                "LedgerStore", "Ledger", "Supervision", "Detection", "Timestamps", sqlite,
                "AlertFeed",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: [
                "AlertFormats", "Configuration", "Line", "Detection", "RuleLanguage",
                "Supervision", "Telemetry", "Ledger",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EdgeTests",
            dependencies: ["MQTTTransport", "AlertFeed", "Console", "Ledger", "Line", "Detection"],
            swiftSettings: settings),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Simulation", "TocsinTestKit", "Configuration", "Detection", "Line"],
            swiftSettings: settings),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "tocsin", "tocsin-sim", "MQTTTransport", "Ledger", "LedgerStore", "Detection",
                "Supervision",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "DocumentTests",
            dependencies: [
                "Documents", "Supervision", "RuleLanguage", "Ledger", "Detection", "Timestamps",
            ],
            swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ]
)
