// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product never builds or resolves what only measures it.
let package = Package(
    name: "tocsin-benchmarks",
    dependencies: [
        .package(name: "tocsin", path: ".."),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "CAllocationCount"),
        // As fast as C gets by itself; SwiftPM would take -O2.
        .target(name: "CTwin", cSettings: [.unsafeFlags(["-O3"])]),
        .executableTarget(
            name: "bench",
            dependencies: [
                "CAllocationCount", "CTwin",
                .product(name: "RuleLanguage", package: "tocsin"),
                .product(name: "Line", package: "tocsin"),
                .product(name: "Detection", package: "tocsin"),
                .product(name: "Configuration", package: "tocsin"),
                .product(name: "MQTTTransport", package: "tocsin"),
                .product(name: "Telemetry", package: "tocsin"),
                .product(name: "Ledger", package: "tocsin"),
                .product(name: "LedgerStore", package: "tocsin"),
                .product(name: "Supervision", package: "tocsin"),
                // SQLite itself, for the bare loop.
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
