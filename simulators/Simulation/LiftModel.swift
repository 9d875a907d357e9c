import Foundation

/// A traction lift: trapezoid motion between floors, doors, passengers, load, brake.
///
/// Faults act on causes: a drive that regulates to the wrong speed, a controller that stops
/// between floors, a brake that slips at the landing, a load weighing that nobody heeds.
public struct LiftModel: Machine {
    /// The kind in topics.
    public static let kind = "lift"
    /// Seconds between two messages.
    public static let period = 0.2
    /// Faults that it can have, by their causes.
    public static let faults = [
        "drive_overspeed", "governor_stuck", "controller_stop", "brake_slip", "overload_ignored",
        "door_lock_bridged", "final_limit", "motor_stall", "machine_room_heat",
    ]

    private enum Phase: Equatable {
        case standing(left: Double)
        case closing(left: Double)
        case running(target: Double)
        case opening(left: Double)
        /// Held between floors by a fault.
        case stopped(since: Double)
        /// Brought level by the rescuers.
        case levelling(target: Double)
    }

    private static let floorHeight = 3.3
    private static let floors = 8
    private static let acceleration = 0.9
    private static let doorTime = 1.8
    private static let zone = 0.20

    private let ratedSpeed: Double
    private var random: SeededGenerator
    private var time = 0.0
    private var phase = Phase.standing(left: 2)
    private var position = 0.0
    private var speed = 0.0
    private var passengers = 0
    private var roomTemperature = 22.0
    private var active: Set<String> = []
    private var buttonUntil = -1.0

    /// A lift at its lowest floor.
    public init(parameters: MachineParameters, random: SeededGenerator) {
        ratedSpeed = parameters.number("rated_speed", orIn: ["rated_speed": 1.75])
        self.random = random
    }

    /// Switches a cause of trouble on or off.
    public mutating func set(_ fault: String, isOn: Bool) {
        if isOn { active.insert(fault) } else { active.remove(fault) }
        if fault == "controller_stop", isOn {
            passengers = max(passengers, 2)
            if !isBetweenFloors { phase = .running(target: farFloor()) }
        }
        if fault == "brake_slip", isOn {
            phase = .standing(left: 60)
            speed = 0
        }
        if fault == "overload_ignored", isOn { phase = .standing(left: 3) }
        if !isOn, ["controller_stop", "brake_slip", "motor_stall"].contains(fault) {
            phase = .levelling(target: nearestFloor())
        }
    }

    /// Moves the physics on.
    public mutating func advance(by step: Double) {
        time += step
        let wanted = active.contains("machine_room_heat") ? 46.0 : 22.0
        roomTemperature += (wanted - roomTemperature) * step / 120
        switch phase {
        case .standing(let left): stand(left - step, step)
        case .closing(let left):
            phase = left > step ? .closing(left: left - step) : .running(target: farFloor())
        case .running(let target): run(to: target, step)
        case .opening(let left):
            if left <= step {
                exchangePassengers()
                phase = .standing(left: random.uniform(3, 6))
            } else {
                phase = .opening(left: left - step)
            }
        case .stopped(let since):
            speed = 0
            if time - since > 6, time - since < 6 + step * 1.5 { buttonUntil = time + 5 }
        case .levelling(let target): level(to: target, step)
        }
    }

    private mutating func stand(_ left: Double, _ step: Double) {
        if active.contains("brake_slip") {
            // The brake holds less than the imbalance: the car creeps away, doors open, until the
            // unintended-movement protection stops it within 1.2 m.
            let limit = nearestFloor() + 0.9
            speed = position < limit ? min(speed + 0.35 * step, 0.6) : 0
            position = min(position + speed * step, limit)
            return
        }
        if left <= 0 {
            phase = .closing(left: Self.doorTime)
        } else {
            phase = .standing(left: left)
        }
    }

    private mutating func run(to target: Double, _ step: Double) {
        if active.contains("controller_stop"), abs(speed) > 0.9 * ratedSpeed || isDeepBetween {
            // Emergency stop: the brake takes the car down at 1.5 m/s2.
            let slower = max(abs(speed) - 1.5 * step, 0)
            speed = slower * (speed < 0 ? -1 : 1)
            position += speed * step
            if slower == 0 { phase = .stopped(since: time) }
            return
        }
        if active.contains("motor_stall") {
            speed = 0
            return
        }
        let distance = target - position
        let direction = distance < 0 ? -1.0 : 1.0
        let regulated = ratedSpeed * (active.contains("drive_overspeed") ? 1.19 : 1)
        let braking = (2 * Self.acceleration * abs(distance)).squareRoot()
        let wanted = min(regulated, braking)
        let change = Self.acceleration * step
        let current = abs(speed)
        let next =
            wanted > current ? min(current + change, wanted) : max(current - change * 1.3, wanted)
        speed = next * direction
        position += speed * step
        if abs(target - position) < 0.002 || (target - position) * direction < 0 {
            position = target
            speed = 0
            phase = .opening(left: Self.doorTime)
        }
    }

    private mutating func level(to target: Double, _ step: Double) {
        let distance = target - position
        speed = abs(distance) < 0.003 ? 0 : (distance < 0 ? -0.25 : 0.25)
        position += speed * step
        if speed == 0 || abs(target - position) < 0.003 {
            position = target
            speed = 0
            passengers = 0
            phase = .standing(left: 14)
        }
    }

    private mutating func exchangePassengers() {
        passengers = Int(random.uniform(0, 6))
    }

    private var isBetweenFloors: Bool { abs(position - nearestFloor()) > Self.zone }

    private var isDeepBetween: Bool { abs(position - nearestFloor()) > 1 }

    private func nearestFloor() -> Double {
        (position / Self.floorHeight).rounded() * Self.floorHeight
    }

    /// A floor far enough for the rated speed to be reached.
    private mutating func farFloor() -> Double {
        let here = Int((position / Self.floorHeight).rounded())
        var floor = here
        while abs(floor - here) < 3 { floor = Int(random.uniform(0, Double(Self.floors))) }
        return Double(floor) * Self.floorHeight
    }

    private var doorState: String {
        switch phase {
        case .standing: "open"
        case .closing: "closing"
        case .opening: "opening"
        case .running, .stopped, .levelling: active.contains("brake_slip") ? "open" : "closed"
        }
    }

    private var isOverloaded: Bool { active.contains("overload_ignored") }

    /// What the sensors send now.
    public mutating func readings() -> [(name: String, value: SensorValue)] {
        let isMoving = abs(speed) > 0.01
        let isRunning: Bool
        switch phase {
        case .running, .levelling: isRunning = true
        case .standing, .closing, .opening, .stopped: isRunning = false
        }
        let door = doorState
        let isLocked = door == "closed" && !active.contains("door_lock_bridged")
        let load = isOverloaded ? 118.0 : Double(passengers) * 7.5 + random.noise(0.2)
        let measured = isMoving ? speed + random.noise(0.004) : 0
        return [
            ("car.speed", .number(measured, decimals: 3)),
            ("car.position", .number(position, decimals: 3)),
            ("car.floor", .number((position / Self.floorHeight).rounded(), decimals: 0)),
            ("car.doorZone", .boolean(!isBetweenFloors)),
            ("car.status", .label(isRunning && isMoving ? "running" : "stopped")),
            ("car.direction", .label(!isMoving ? "none" : speed > 0 ? "up" : "down")),
            ("car.serviceMode", .label("normal")),
            ("car.passenger", .boolean(passengers > 0)),
            ("car.passengerCount", .number(Double(passengers), decimals: 0)),
            ("car.load", .number(load, decimals: 1)),
            ("door.car", .label(door)),
            ("door.carClosed", .boolean(door == "closed")),
            ("door.landingLocked", .boolean(isLocked)),
            ("chain.safety", .boolean(isLocked)),
            ("chain.doorLock", .boolean(isLocked)),
            ("alarm.button", .boolean(time < buttonUntil)),
            ("sw.governor", .boolean(abs(speed) > 1.2 * ratedSpeed)),
            ("sw.finalUp", .boolean(active.contains("final_limit"))),
            ("sw.finalDown", .boolean(false)),
            ("motor.run", .boolean(isRunning)),
            ("motor.runLimiter", .boolean(false)),
            ("brake.cmd", .boolean(isRunning)),
            ("mr.temp", .number(roomTemperature + random.noise(0.05), decimals: 2)),
            ("supply.mains", .boolean(true)),
        ]
    }
}
