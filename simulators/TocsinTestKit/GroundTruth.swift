import Foundation
public import Simulation

/// What was really wrong, and when: written beside a simulation, read by the judge.
public struct GroundTruth: Codable, Sendable {
    /// The scenario's name.
    public var scenario: String
    /// Its start, in nanoseconds since 1970.
    public var startNanoseconds: Int64
    /// Messages sent.
    public var messages: Int
    private var injections: [Entry]

    private struct Entry: Codable {
        struct Cause: Codable {
            var fault: String
            var size: Double?
            var signal: String?
        }
        struct Expectation: Codable {
            var rule: String
            var within: Double
        }

        var equipment: String
        var causes: [Cause]
        var at: Double
        var lasts: Double
        var after: Double
        var expects: [Expectation]
        var allows: [String]
    }

    /// Writes down a run.
    public init(_ scenario: Scenario, startNanoseconds: Int64, messages: Int) {
        self.scenario = scenario.name
        self.startNanoseconds = startNanoseconds
        self.messages = messages
        injections = scenario.injections.map { injection in
            Entry(
                equipment: injection.unit,
                causes: injection.causes.map {
                    .init(fault: $0.fault, size: $0.size, signal: $0.signal)
                },
                at: injection.at, lasts: injection.lasts, after: injection.after,
                expects: injection.expects.map { .init(rule: $0.rule, within: $0.within) },
                allows: injection.allows)
        }
    }

    /// What was wrong.
    public var faults: [Injection] {
        injections.map { entry in
            Injection(
                unit: entry.equipment,
                causes: entry.causes.map {
                    .init(fault: $0.fault, size: $0.size, signal: $0.signal)
                },
                at: entry.at, lasts: entry.lasts,
                expects: entry.expects.map { .init(rule: $0.rule, within: $0.within) },
                allows: entry.allows, after: entry.after)
        }
    }

    /// Why a truth file cannot be used.
    public struct Invalid: Error, Sendable {
        /// For people.
        public var message: String
    }

    /// Reads a truth file.
    public static func load(_ path: String) throws(Invalid) -> GroundTruth {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Invalid(message: "\(path): cannot be read")
        }
        do {
            return try JSONDecoder().decode(GroundTruth.self, from: data)
        } catch {
            throw Invalid(message: "\(path): no truth file of tocsin-sim run --truth: \(error)")
        }
    }

    /// Writes it to a file.
    public func save(_ path: String) throws(Invalid) {
        do {
            try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path))
        } catch {
            throw Invalid(message: "\(path): cannot be written: \(error)")
        }
    }
}
