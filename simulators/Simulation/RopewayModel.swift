import Foundation

/// A gondola line: drive with inertia, hydraulic tension, wind as mean with gusts, cabins.
public struct RopewayModel: Machine {
    /// The kind in topics.
    public static let kind = "ropeway"
    /// Seconds between two messages.
    public static let period = 0.5
    /// Faults that it can have, by their causes.
    public static let faults = [
        "drive_overspeed", "tension_leak", "derailment", "door_unlocked", "storm",
    ]

    private let maxSpeed: Double
    private let nominalTension: Double
    private let nominalWind: Double
    private var random: SeededGenerator
    private var speed: Double
    private var tension: Double
    private var gust = 0.0
    private var meanWind: Double
    private var oneMinuteWind: Double
    private var active: Set<String> = []

    /// A line at its nominal speed.
    public init(parameters: MachineParameters, random: SeededGenerator) {
        maxSpeed = parameters.number("max_speed", orIn: ["max_speed": 6])
        nominalTension = parameters.number("nominal_tension", orIn: ["nominal_tension": 180])
        nominalWind = parameters.number("wind", orIn: ["wind": 5])
        speed = maxSpeed * 0.95
        tension = nominalTension
        meanWind = nominalWind
        oneMinuteWind = nominalWind
        self.random = random
    }

    /// Switches a cause of trouble on or off.
    public mutating func set(_ fault: String, isOn: Bool) {
        if isOn { active.insert(fault) } else { active.remove(fault) }
    }

    /// Moves the physics on.
    public mutating func advance(by step: Double) {
        // The regulator pulls the rope to its set speed with the inertia of the line (6 s).
        var wanted = maxSpeed * 0.95
        if active.contains("drive_overspeed") { wanted = maxSpeed * 1.16 }
        if active.contains("derailment") { wanted = 0 }
        let lag = active.contains("derailment") ? 2.0 : 6.0
        speed += (wanted - speed) * step / lag
        // A leak lets the pressure fall; the pump brings it back once it is mended.
        let wantedTension = active.contains("tension_leak") ? nominalTension * 0.84 : nominalTension
        tension += (wantedTension - tension) * step / 4
        // Wind: the mean moves slowly, gusts are a first-order process with a time scale of 4 s.
        let wantedWind = active.contains("storm") ? 24.0 : nominalWind
        meanWind += (wantedWind - meanWind) * step / 3
        gust += -gust * step / 4 + random.noise(0.12 * meanWind) * (2 * step / 4).squareRoot()
        oneMinuteWind += (meanWind + gust - oneMinuteWind) * step / 60
    }

    /// What the sensors send now.
    public mutating func readings() -> [(name: String, value: SensorValue)] {
        let unlocked = active.contains("door_unlocked") ? 1.0 : 0
        let wind = max(meanWind + max(gust, 0), 0)
        return [
            ("rope.speed", .number(speed + random.noise(0.01), decimals: 3)),
            ("rope.speed.b", .number(speed + random.noise(0.01), decimals: 3)),
            ("rope.direction", .number(speed > 0.05 ? 1 : 0, decimals: 0)),
            ("rope.position.open", .boolean(active.contains("derailment"))),
            ("wind.speed", .number(max(oneMinuteWind, 0), decimals: 2)),
            ("wind.gust3s", .number(wind, decimals: 2)),
            ("tension.force", .number(tension + random.noise(0.4), decimals: 2)),
            ("carrier.unlockedOnLine", .number(unlocked, decimals: 0)),
            ("carrier.onLine", .number(42, decimals: 0)),
            ("persons.online", .number(118, decimals: 0)),
            ("brake.safety", .boolean(false)),
            ("motor.current", .number(410 + random.noise(6), decimals: 1)),
            ("safetycircuit.closed", .boolean(!active.contains("derailment"))),
            ("power.mains", .boolean(true)),
        ]
    }
}
