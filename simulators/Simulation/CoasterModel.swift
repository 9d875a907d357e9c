import Foundation

/// A coaster: one train on a height profile, with gravity, rolling resistance and drag; chain lift,
/// brake run, station with restraints.
public struct CoasterModel: Machine {
    /// The kind in topics.
    public static let kind = "coaster"
    /// Seconds between two messages.
    public static let period = 0.1
    /// Faults that it can have, by their causes.
    public static let faults = ["restraint_open", "booster_excess", "strong_wind", "storm"]

    private enum Phase: Equatable {
        case station(left: Double)
        case lift
        case coasting
        case braking
    }

    /// Points of the track: metres along it, metres above the station. Between them a cosine.
    private static let profile: [(at: Double, height: Double)] = [
        (0, 0), (30, 0), (85, 30), (95, 30), (150, 1), (195, 19), (240, 3), (275, 13), (310, 2),
        (350, 5), (380, 2), (470, 2),
    ]
    private static let crest = 92.0
    private static let brakes = 385.0
    private static let end = 470.0
    private static let gravity = 9.80665

    private var random: SeededGenerator
    private var phase = Phase.station(left: 4)
    private var position = 0.0
    private var speed = 0.0
    private var meanWind = 4.0
    private var gust = 0.0
    private var oneMinuteWind = 4.0
    private var active: Set<String> = []
    private var hasBoosted = false

    /// A train in the station.
    public init(parameters: MachineParameters, random: SeededGenerator) {
        self.random = random
    }

    /// Switches a cause of trouble on or off.
    public mutating func set(_ fault: String, isOn: Bool) {
        if isOn { active.insert(fault) } else { active.remove(fault) }
    }

    /// Moves the physics on.
    public mutating func advance(by step: Double) {
        let wantedWind = active.contains("storm") ? 19.0 : active.contains("strong_wind") ? 13.0 : 4
        meanWind += (wantedWind - meanWind) * step / 2
        gust += -gust * step / 4 + random.noise(0.08 * meanWind) * (2 * step / 4).squareRoot()
        oneMinuteWind += (meanWind - oneMinuteWind) * step / 5
        switch phase {
        case .station(let left):
            speed = 0
            phase = left > step ? .station(left: left - step) : .lift
        case .lift:
            let wanted = 5.5
            speed += max(min(wanted - speed, 1.2 * step), -1.2 * step)
            position += speed * step
            if position >= Self.crest {
                hasBoosted = false
                phase = .coasting
            }
        case .coasting:
            coast(step)
            if position >= Self.brakes { phase = .braking }
        case .braking:
            let rest = max(Self.end - position, 0.5)
            let need = speed * speed / (2 * rest)
            speed = max(speed - max(need, 1) * step, 1.5)
            position += speed * step
            if position >= Self.end {
                position = 0
                phase = .station(left: 6)
            }
        }
    }

    private mutating func coast(_ step: Double) {
        let slope = (Self.height(position + 0.5) - Self.height(position - 0.5))
        let rolling = 0.012 * Self.gravity
        let drag = 0.00035 * speed * speed
        speed += (-Self.gravity * slope - rolling - drag) * step
        // A booster that pushes too hard on the first drop.
        if active.contains("booster_excess"), !hasBoosted, position > 110, position < 150 {
            speed += 9 * step
            if position > 145 { hasBoosted = true }
        }
        speed = max(speed, 1)
        position += speed * step
    }

    static func height(_ at: Double) -> Double {
        guard let next = profile.firstIndex(where: { $0.at > at }), next > 0 else {
            return at < 0 ? profile[0].height : profile[profile.count - 1].height
        }
        let (from, to) = (profile[next - 1], profile[next])
        let share = (at - from.at) / (to.at - from.at)
        return from.height + (to.height - from.height) * (1 - cos(.pi * share)) / 2
    }

    /// Specific force in the rider's axes, gravity included, in g.
    private var forces: (x: Double, z: Double) {
        let before = Self.height(position - 1)
        let here = Self.height(position)
        let after = Self.height(position + 1)
        let slope = (after - before) / 2
        let angle = atan(slope)
        let curvature = (after - 2 * here + before) * pow(cos(angle), 3)
        let along = phase == .braking ? -0.2 : 0
        return (along + sin(angle) * 0.1, cos(angle) + speed * speed * curvature / Self.gravity)
    }

    /// What the sensors send now.
    public mutating func readings() -> [(name: String, value: SensorValue)] {
        let isInStation: Bool
        var isEnabled = false
        switch phase {
        case .station(let left):
            isInStation = true
            isEnabled = left < 1
        case .lift, .coasting, .braking: isInStation = false
        }
        let forces = forces
        let isOpen = active.contains("restraint_open")
        return [
            ("train.speed", .number(speed + (speed > 0 ? random.noise(0.03) : 0), decimals: 3)),
            ("train.position", .number(position, decimals: 2)),
            ("seat.accelX", .number(forces.x + random.noise(0.02), decimals: 3)),
            ("seat.accelZ", .number(forces.z + random.noise(0.02), decimals: 3)),
            ("restraint.unlockedOccupied", .number(isOpen ? 1 : 0, decimals: 0)),
            ("dispatch.enabled", .boolean(isEnabled)),
            ("block.violation", .boolean(false)),
            ("wind.speed", .number(max(oneMinuteWind, 0), decimals: 2)),
            ("wind.gust3s", .number(max(meanWind + max(gust, 0), 0), decimals: 2)),
            ("persons.onRide", .number(isInStation ? 0 : 20, decimals: 0)),
            ("lift.running", .boolean(phase == .lift)),
        ]
    }
}
