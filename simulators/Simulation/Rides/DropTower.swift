import Foundation

/// A drop tower: a car is hoisted by two ropes on a catch car, held, let go, and caught by magnets
/// that run over conducting fins; hydraulic buffers take the last metres a second.
public struct DropTower: Machine {
    private enum Phase: Sendable, Equatable {
        /// On its buffers, in the station's cycle. Next: hoisting.
        case berthed
        /// Under the catch car. Next: held.
        case hoisting
        /// At the top for so many seconds. Next: released.
        case held(left: Double)
        /// The claws open within so many seconds. Next: falling.
        case released(left: Double)
        /// Free, braked or on its buffers. Next: berthed.
        case falling
    }

    private var operation: RideOperation
    private var phase = Phase.berthed
    private var tick = 0
    private var persons = 0.0
    private var height = 0.0
    private var speed = 0.0
    private var felt = 0.0
    private var tilt = 0.0
    private let stroke: Double
    private let brakeTop: Double
    private let capacity: Double

    private var finsLost = 0.0
    private var finForce = 1.0
    private var slip = 0.0
    private var bend = 0.0
    private var isWinchWeak = false
    private var isTripped = false

    private static let dt = 0.005
    private static let gravity = 9.80665
    /// Share of the stroke that is braked.
    private static let brakedShare = 0.52
    /// Greatest force of the brake over the weight of the full car, at the critical speed.
    private static let brakeStrength = 2.6
    /// Speed at which eddy currents brake most, m/s, of a tower of 55 m.
    private static let criticalSpeed = 12.0
    /// Metres over which magnets and fins come to overlap, of the braked stroke.
    private static let entryShare = 0.45
    /// The lowest share of the braked stroke has more fins, up to so much more force, so that the
    /// car comes down to walking pace.
    private static let lowShare = 0.2, lowForce = 1.2
    /// Where the buffers begin, m, and their spring and damping per mass of the car.
    private static let bufferTop = 0.33
    private static let bufferSpring = gravity / bufferTop
    private static let bufferDamping = 4.0
    private static let hoistSpeed = 4.0
    private static let carMass = 3400.0
    private static let personMass = 75.0

    /// A car on its buffers, empty.
    public init(_ parameters: Parameters, random: RandomStream) {
        operation = RideOperation(parameters, random: random)
        operation.measuresMoment = true
        stroke = parameters["stroke"] / 1000
        brakeTop = stroke * Self.brakedShare
        capacity = parameters["seats"]
    }

    /// Moves the car on by 5 ms.
    public mutating func step(in weather: WeatherNow) {
        if tick % 40 == 0 { operate(in: weather) }
        tick += 1
        let before = speed
        switch phase {
        case .berthed:
            felt = 0
            return
        case .hoisting: hoist()
        case .held(let left):
            if operation.isPowered {
                phase = left > 0 ? .held(left: left - Self.dt) : .released(left: 0.15)
            }
        case .released(let left):
            // The claws take their share of the weight off gradually.
            speed -= Self.gravity * (1 - max(left, 0) / 0.15) * Self.dt
            height += speed * Self.dt
            phase = left > 0 ? .released(left: left - Self.dt) : .falling
        case .falling: fall()
        }
        felt = (speed - before) / Self.dt
    }

    private mutating func hoist() {
        let rest = stroke - height
        // The overload relay has been warming up all the way.
        if isWinchWeak, height > stroke / 2 { isTripped = true }
        let isDriven = operation.isPowered && !isTripped
        let wanted = isDriven ? min(Self.hoistSpeed, (1.2 * max(rest, 0)).squareRoot()) : 0
        let change = 1.0 * Self.dt
        speed += min(max(wanted - speed, -2 * change), change)
        height += speed * Self.dt
        // One rope slips on its drum: the car hangs askew, until the guides are at their end.
        tilt = min(tilt + slip / 1000 * speed * Self.dt, 0.9)
        if rest < 0.02 {
            speed = 0
            phase = .held(left: 4)
        }
    }

    private mutating func fall() {
        let mass = Self.carMass + Self.personMass * persons
        let full = Self.carMass + Self.personMass * capacity
        var push = -Self.gravity
        // Air and guide rollers.
        push -= 0.5 * 1.2 * 7 / mass * speed * abs(speed)
        push += speed < -0.05 ? 0.1 : 0
        let entered = min((brakeTop * (1 - finsLost) - height) / (brakeTop * Self.entryShare), 1)
        if entered > 0 {
            // Eddy currents; the critical speed goes with the root of the tower's height.
            let ratio = -speed / (Self.criticalSpeed * (stroke / 55).squareRoot())
            let low = min(max(1 - height / (Self.lowShare * brakeTop), 0), 1)
            let fins = entered * entered * (3 - 2 * entered) * (1 + Self.lowForce * low)
            push +=
                Self.brakeStrength * finForce * Self.gravity * full / mass
                * fins * 2 * ratio / (1 + ratio * ratio)
        }
        if height < Self.bufferTop {
            let pressed = Self.bufferTop - height
            let solid = max(pressed - 0.6, 0)
            push += Self.bufferSpring * pressed + 2000 * solid - Self.bufferDamping * speed
        }
        speed += push * Self.dt
        height += speed * Self.dt
        tilt -= tilt * 1.5 * Self.dt
        if abs(speed) < 0.01, height < 0.05 {
            speed = 0
            tilt = 0
            phase = .berthed
            operation.arrive(persons: persons)
            persons = 0
        }
    }

    /// The slow task of the control.
    private mutating func operate(in weather: WeatherNow) {
        let isHoisting = phase == .hoisting && speed > 0.01
        let mass = Self.carMass + Self.personMass * persons
        let full = Self.carMass + Self.personMass * capacity
        // The winch is chosen so that a full car takes 90 per cent of its nominal torque.
        operation.duty.torque =
            isHoisting
            ? 0.9 * (mass / full) * (1 + felt / Self.gravity) : phase == .hoisting ? 0.02 : 0
        operation.duty.speed = isHoisting ? speed / Self.hoistSpeed : 0
        operation.duty.isDocked = phase == .berthed
        operation.duty.airUse = 0.0006
        let boarded = operation.station.persons
        let isSent = operation.advance(
            isClear: phase == .berthed && !isTripped, liftOff: phase == .falling ? 1 : 0,
            persons: persons, in: weather)
        if isSent {
            persons = boarded
            phase = .hoisting
        }
    }

    /// Makes or mends a fault.
    public mutating func set(fault: Int, size: Double?) {
        switch Fault(rawValue: fault) {
        case .finsLost: finsLost = size ?? 0
        case .finForce: finForce = size ?? 1
        case .ropeSlip: slip = size ?? 0
        case .guideBent: bend = size ?? 0
        case .winchTripped:
            isWinchWeak = size != nil
            if size == nil { isTripped = false }
        case nil:
            if let shared = RideFault(rawValue: fault - Fault.allCases.count) {
                operation.set(shared, size: size)
            }
        }
    }

    /// Writes what is not sampled fast.
    public func tell(_ values: inout [Double]) {
        values[3] = speed
        values[4] = .nan
        values[5] = (height + tilt / 2) * 1000
        values[6] = (height - tilt / 2) * 1000
        operation.tell(
            &values, from: 7, isMoving: abs(speed) > 0.02, persons: persons, aloft: persons)
    }

    /// Specific force on a rider, in g.
    public func tellFast(_ values: inout [Double]) {
        // Rollers on the joints of the guides, and a rail that is bent over 3 m.
        let rumble = 0.02 * min(abs(speed) / 25, 1) * sin(height * 9)
        let off = height - (stroke * 0.55)
        let wave = 2 * Double.pi / 3
        let kink = abs(off) < 1.5 ? 0.5 * wave * wave * cos(wave * off) : 0
        values[0] = rumble
        values[1] = speed * speed * bend / 1000 * kink / Self.gravity + tilt / 3 + rumble
        values[2] = 1 + felt / Self.gravity
    }
}

extension DropTower {
    /// Faults of a drop tower alone, by their places in the data sheet.
    enum Fault: Int, CaseIterable {
        case finsLost, finForce, ropeSlip, guideBent, winchTripped
    }

    /// Signals, parameters and faults of a drop tower.
    public static let sheet = DataSheet(
        model: "drop_tower", kind: "ride", title: Bilingual("Drop tower", "跳楼机"),
        about: """
            A car with hoist, free fall, eddy current brake and buffers; two ropes whose lengths \
            may differ.
            """,
        step: 0.005, period: 0.2, fastPeriod: 0.005,
        parameters: [
            ParameterSheet("design_speed", "m/s", 24.5, in: 5...40, "that the agent knows"),
            ParameterSheet("ride_height", "m", 60, in: 10...90, "that the agent knows"),
            ParameterSheet("stroke", "mm", 55_000, in: 30_000...80_000, "of the car"),
        ] + RideSheet.parameters(seats: 16, hydraulic: 140, air: 8, lock: 60, current: 600),
        signals: RideSheet.seat + RideSheet.motion + RideSheet.common,
        faults: [
            FaultSheet(
                "fins_lost", Bilingual("Uppermost brake fins are missing", "上部制动板缺失"),
                size: "share of the braked stroke", usual: 0.4, in: 0...0.7),
            FaultSheet(
                "fin_force", Bilingual("Air gap of the magnets has changed", "制动磁体气隙改变"),
                size: "times the usual force", usual: 0.5, in: 0.25...4),
            FaultSheet(
                "rope_slip", Bilingual("A hoisting rope slips on its drum", "一侧提升绳打滑"),
                size: "mm per metre of hoist", usual: 8, in: 0...20),
            FaultSheet(
                "guide_bent", Bilingual("Bent guide rail", "导轨弯曲"),
                size: "mm over 3 m", usual: 60, in: 0...200),
            FaultSheet(
                "winch_tripped", Bilingual("Winch trips half way up", "卷扬机中途跳闸")),
        ] + RideSheet.faultsOffTrack)
}
