/// A value as a sensor would send it.
public enum SensorValue: Sendable, Equatable {
    case number(Double, decimals: Int)
    case boolean(Bool)
    case label(String)
}

/// A simulated piece of equipment: physics in fixed steps, sensors that read it.
public protocol Machine {
    /// The kind in topics.
    static var kind: String { get }
    /// Seconds between two messages.
    static var period: Double { get }
    /// Faults that it can have.
    static var faults: [String] { get }

    /// Moves on by `step` seconds.
    mutating func advance(by step: Double)
    /// Switches a fault on or off.
    mutating func set(_ fault: String, isOn: Bool)
    /// What the sensors send now, in the order of the payload.
    mutating func readings() -> [(name: String, value: SensorValue)]
}

/// Numbers that describe a machine of a scenario, by name; every one must be asked for.
public struct MachineParameters: Sendable {
    let values: [String: Double]

    /// Wraps the numbers of a scenario.
    public init(values: [String: Double]) { self.values = values }

    func number(_ name: String, orIn defaults: [String: Double]) -> Double {
        values[name] ?? defaults[name] ?? 0
    }
}
