import Foundation

/// A big driven pendulum: a compound pendulum with a counterweight, driven by torque at its axle,
/// with a gondola that turns at its end and riders who look inward.
public struct Pendulum: Machine {
    private enum Phase: Sendable, Equatable {
        /// Hangs still over the raised platform. Next: swinging.
        case berthed
        /// Driven for so many seconds. Next: stopping.
        case swinging(left: Double)
        /// Drive and brake take energy out. Next: rising.
        case stopping
        /// Still; the platform comes up within so many seconds. Next: berthed.
        case rising(left: Double)
    }

    private var operation: RideOperation
    private var phase = Phase.berthed
    private var tick = 0
    private var persons = 0.0
    private var swing = PendulumSwing()
    private var drive = 0.0
    private var target = 0.0
    private var gondola = 0.0
    private var gondolaSpeed = 0.0
    private var stop = StopMeter()
    private let amplitude: Double

    private var encoder = 1.0
    private var brake = 1.0
    private var isPlatformStuck = false
    private var isStopIgnored = false
    private var gondolaSetting = 1.0

    private static let dt = 0.005
    private static let gravity = 9.80665
    /// Greatest torque of the drive over that of gravity at 90 degrees.
    private static let driveTorque = 0.065
    /// Of the service brake, likewise.
    private static let brakeTorque = 0.11
    /// Turning of the gondola, rad/s, and its riders' radius, m.
    private static let turning = 0.5
    private static let radius = 3.2

    /// Hangs still, empty.
    public init(_ parameters: Parameters, random: RandomStream) {
        operation = RideOperation(parameters, random: random)
        amplitude = (parameters["design_angle"] - 3) * .pi / 180
    }

    /// Moves the pendulum on by 5 ms.
    public mutating func step(in weather: WeatherNow) {
        if tick % 40 == 0 { operate(in: weather) }
        if phase == .berthed {
            tick += 1
            return
        }
        if tick % 4 == 0 { command() }
        tick += 1
        let held: Double
        if phase == .stopping, operation.isPowered {
            // Released by and by as the swing dies, so that it comes to rest hanging.
            let energy = PendulumSwing.energy(angle: swing.angle, speed: swing.speed)
            held = Self.brakeTorque * brake * min(energy * 4 + 0.04, 1)
        } else if case .rising = phase {
            held = 0.05
        } else {
            // Without power the brakes come in at a part of their force, so that nobody is hurt.
            held = operation.isPowered ? 0 : 0.05 * brake
        }
        swing.advance(
            Self.dt, drive: drive, held: held, wind: weather.wind)
        gondola += gondolaSpeed * Self.dt
        let isTurning = if case .swinging = phase { operation.isPowered } else { false }
        let wanted = isTurning ? Self.turning * gondolaSetting : 0
        gondolaSpeed += (wanted - gondolaSpeed) * Self.dt / 4
    }

    /// The drive pushes in the direction of motion until the energy, as its encoder tells, is that
    /// of the wanted amplitude, and takes out what is too much.
    private mutating func command() {
        drive = 0
        guard case .swinging = phase, operation.isPowered else { return }
        let told = encoder * swing.angle
        let speed = encoder * swing.speed
        let energy = PendulumSwing.energy(angle: told, speed: speed)
        let wanted = 1 - cos(target)
        let direction = speed > 0.005 ? 1.0 : speed < -0.005 ? -1.0 : (told > 0 ? -1 : 1)
        drive = direction * Self.driveTorque * min(max((wanted - energy) * 12, -1), 1)
    }

    /// The slow task of the control.
    private mutating func operate(in weather: WeatherNow) {
        let time = RideOperation.step
        let isMoving = abs(swing.speed) > 0.002
        let isDriving = phase != .berthed && operation.isPowered
        operation.duty.torque = drive / Self.driveTorque * 0.85
        operation.duty.speed = isDriving ? min(abs(swing.speed) / 1.1, 1) : 0
        operation.duty.isDocked = phase == .berthed
        operation.duty.airUse = 0.0006
        switch phase {
        case .berthed: break
        case .swinging(let left):
            target = min(target + time / 70 * amplitude, amplitude)
            phase = left > 0 || isStopIgnored ? .swinging(left: left - time) : .stopping
        case .stopping:
            if !isMoving, abs(swing.angle) < 0.1, operation.isPowered { phase = .rising(left: 8) }
        case .rising(let left):
            if operation.isPowered, !isPlatformStuck {
                phase = left > 0 ? .rising(left: left - time) : .berthed
            }
            if phase == .berthed { land() }
        }
        stop.watch(
            isBraking: phase == .stopping, speed: abs(swing.speed) * PendulumSwing.reach, by: time)
        if stop.isDone {
            operation.lastStop = (.nan, stop.time)
            stop.isDone = false
        }
        let boarded = operation.station.persons
        let isSent = operation.advance(
            isClear: phase == .berthed, liftOff: cos(swing.angle) < 0 ? 1 : 0, persons: persons,
            in: weather)
        if isSent {
            persons = boarded
            target = 0.25
            phase = .swinging(left: 120)
        }
    }

    private mutating func land() {
        swing = PendulumSwing()
        operation.arrive(persons: persons)
        persons = 0
    }

    /// Makes or mends a fault.
    public mutating func set(fault: Int, size: Double?) {
        switch Fault(rawValue: fault) {
        case .encoderSlips: encoder = size ?? 1
        case .brakeWorn: brake = size ?? 1
        case .platformStuck: isPlatformStuck = size != nil
        case .stopIgnored: isStopIgnored = size != nil
        case .gondolaFast: gondolaSetting = size ?? 1
        case nil:
            if let shared = RideFault(rawValue: fault - Fault.allCases.count) {
                operation.set(shared, size: size)
            }
        }
    }

    /// Writes what is not sampled fast.
    public func tell(_ values: inout [Double]) {
        values[3] = swing.speed * PendulumSwing.reach
        values[4] = swing.angle * 180 / .pi
        values[5] = .nan
        values[6] = .nan
        operation.tell(
            &values, from: 7, isMoving: abs(swing.speed) > 0.002, persons: persons,
            aloft: persons)
    }

    /// Specific force on a rider at the gondola's rim, in g.
    ///
    /// The rider's place in the arm's frame is -R n + u t + w b, with n towards the axle, t along
    /// the swing and b along the axle; u and w turn with the gondola. Its second derivative, with
    /// Coriolis' term, and gravity give the force; the rider looks at the gondola's middle.
    public func tellFast(_ values: inout [Double]) {
        let (sine, cosine) = (sin(gondola), cos(gondola))
        let (along, across) = (Self.radius * cosine, Self.radius * sine)
        let turn = gondolaSpeed
        let rate = swing.speed
        let toAxle =
            PendulumSwing.reach * rate * rate + along * swing.acceleration
            - 2 * across * turn * rate + Self.gravity * cos(swing.angle)
        let tangential =
            PendulumSwing.reach * swing.acceleration
            + Self.gravity * sin(swing.angle) - along * (rate * rate + turn * turn)
        let axial = -across * turn * turn
        values[0] = -(tangential * cosine + axial * sine) / Self.gravity
        values[1] = (tangential * sine - axial * cosine) / Self.gravity
        values[2] = toAxle / Self.gravity
    }
}

/// The swing of a compound pendulum whose counterweight makes it slower than a simple one.
struct PendulumSwing: Sendable {
    /// Radians from hanging, between -pi and pi.
    private(set) var angle = 0.0
    /// rad/s.
    private(set) var speed = 0.0
    /// rad/s2.
    private(set) var acceleration = 0.0

    /// From the axle to the riders, m.
    static let reach = 18.0
    /// Length of the simple pendulum that swings as fast, m.
    static let reducedLength = 22.0
    private static let gravity = 9.80665
    /// Bearing friction over gravity's torque at 90 degrees (typical of big slewing bearings).
    private static let bearing = 0.003

    /// Energy over that of hanging, in units of gravity's torque: 1 - cos at the end of a swing.
    static func energy(angle: Double, speed: Double) -> Double {
        1 - cos(angle) + speed * speed * reducedLength / (2 * gravity)
    }

    /// Moves it on; torques are over gravity's at 90 degrees.
    mutating func advance(_ time: Double, drive: Double, held: Double, wind: Double) {
        let scale = Self.gravity / Self.reducedLength
        // Drag of gondola and arm, and the wind's mean push on them.
        let drag = 0.010 * speed * abs(speed) - 0.00002 * wind * abs(wind) * cos(angle)
        let push = scale * (drive - sin(angle)) - drag
        let driven = speed + push * time
        let friction = scale * (Self.bearing + held) * time
        let next = abs(driven) <= friction ? 0 : driven > 0 ? driven - friction : driven + friction
        acceleration = (next - speed) / time
        speed = next
        angle += speed * time
        if angle > .pi { angle -= 2 * .pi }
        if angle < -.pi { angle += 2 * .pi }
    }
}

extension Pendulum {
    /// Faults of a pendulum alone, by their places in the data sheet.
    enum Fault: Int, CaseIterable {
        case encoderSlips, brakeWorn, platformStuck, stopIgnored, gondolaFast
    }

    /// Signals, parameters and faults of a big pendulum.
    public static let sheet = DataSheet(
        model: "pendulum", kind: "ride", title: Bilingual("Big pendulum", "大摆锤"),
        about: """
            A driven compound pendulum with a turning gondola; the amplitude follows from drive, \
            friction and what the control's encoder tells.
            """,
        step: 0.005, period: 0.2, fastPeriod: 0.005,
        parameters: [
            ParameterSheet("design_speed", "m/s", 21.5, in: 5...40, "that the agent knows"),
            ParameterSheet("design_angle", "deg", 120, in: 30...125, "greatest swing"),
            ParameterSheet("ride_height", "m", 32, in: 10...60, "that the agent knows"),
            ParameterSheet("stop_time", "s", 65, in: 1...200, "at acceptance"),
        ] + RideSheet.parameters(seats: 30, hydraulic: 160, air: 7, lock: 60, current: 900),
        signals: RideSheet.seat + RideSheet.motion + RideSheet.common,
        faults: [
            FaultSheet(
                "encoder_slips", Bilingual("Angle encoder's coupling slips", "角度编码器联轴器打滑"),
                size: "share of the angle that it tells", usual: 0.9, in: 0.6...1),
            FaultSheet(
                "brake_worn", Bilingual("Worn service brake", "工作制动器磨损"),
                size: "share of its torque left", usual: 0.5, in: 0...1),
            FaultSheet("platform_stuck", Bilingual("Platform does not rise", "升降站台卡住")),
            FaultSheet(
                "stop_ignored", Bilingual("Timer does not end the ride", "计时器不结束运行")),
            FaultSheet(
                "gondola_fast", Bilingual("Set speed of the gondola too high", "座舱自转设定过快"),
                size: "times the usual set speed", usual: 2, in: 1...5),
        ] + RideSheet.faultsOffTrack)
}
