import Foundation
import Yams

/// A scenario file: a site, a seed, a duration, and faults with what they must lead to.
public struct Scenario: Codable, Sendable {
    /// A machine of the site.
    public struct Unit: Codable, Sendable {
        /// Its id, as in the site's configuration.
        public var id: String
        /// Its kind: `lift`, `ropeway` or `coaster`.
        public var kind: String
        /// Numbers that describe it.
        public var parameters: [String: Double]
    }

    /// A fault that is switched on for a while.
    public struct Fault: Codable, Sendable {
        /// Which machine.
        public var equipment: String
        /// Which fault; `silence` stops the machine's messages.
        public var fault: String
        /// Seconds from the start.
        public var at: Double
        /// How long it lasts, in seconds.
        public var lasts: Double
        /// What must be raised.
        public var expects: [Expectation]

        /// Describes a fault.
        public init(
            equipment: String, fault: String, at: Double, lasts: Double, expects: [Expectation]
        ) {
            self.equipment = equipment
            self.fault = fault
            self.at = at
            self.lasts = lasts
            self.expects = expects
        }
    }

    /// A hazard that a fault must lead to.
    public struct Expectation: Codable, Sendable {
        /// The rule.
        public var rule: String
        /// Seconds from the fault's start within which it must be raised.
        public var within: Double

        /// Describes what must be found.
        public init(rule: String, within: Double) {
            self.rule = rule
            self.within = within
        }
    }

    /// What it is called.
    public var name: String
    /// What it shows, in a sentence.
    public var about: String
    /// The site's id in topics.
    public var site: String
    /// The seed of everything random.
    public var seed: UInt64
    /// Length in seconds.
    public var duration: Double
    /// The machines.
    public var equipment: [Unit]
    /// The faults.
    public var faults: [Fault]

    /// Why a scenario cannot be used.
    public struct Invalid: Error, Sendable {
        /// For people.
        public var message: String
    }

    /// Reads a scenario file and checks it.
    public static func load(_ path: String) throws(Invalid) -> Scenario {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Invalid(message: "\(path): cannot be read")
        }
        let scenario: Scenario
        do {
            scenario = try YAMLDecoder().decode(Scenario.self, from: data)
        } catch {
            throw Invalid(message: "\(path): \(error)")
        }
        try scenario.check(path)
        return scenario
    }

    private func check(_ path: String) throws(Invalid) {
        for unit in equipment where Fleet.faults[unit.kind] == nil {
            throw Invalid(message: "\(path): \(unit.id): there is no kind \(unit.kind)")
        }
        for fault in faults {
            guard let unit = equipment.first(where: { $0.id == fault.equipment }) else {
                throw Invalid(
                    message: "\(path): a fault names unknown equipment \(fault.equipment)")
            }
            let known = (Fleet.faults[unit.kind] ?? []) + ["silence"]
            guard known.contains(fault.fault) else {
                throw Invalid(
                    message: "\(path): a \(unit.kind) has no fault \(fault.fault): it has "
                        + known.joined(separator: ", "))
            }
            guard fault.at >= 0, fault.lasts > 0, fault.at < duration else {
                throw Invalid(message: "\(path): \(fault.fault) lies outside the scenario")
            }
        }
    }
}
