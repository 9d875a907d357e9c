import Foundation

/// A chair swing on a tower: chairs on chains under a turning crown that two ropes hoist. Each
/// chair hangs where gravity, its circle and the wind want it.
public struct ChairSwing: Machine {
    private enum Phase: Sendable, Equatable {
        /// Down and still. Next: running.
        case berthed
        /// Up and turning for so many seconds at the top. Next: lowering.
        case running(left: Double)
        /// Slows down and comes down. Next: berthed.
        case lowering
    }

    private var operation: RideOperation
    private var phase = Phase.berthed
    private var tick = 0
    private var persons = 0.0
    private var turn = 0.0
    private var turning = 0.0
    private var spinUp = 0.0
    private var swing = 0.0
    private var swingSpeed = 0.0
    private var residual = 0.0
    private var height = 0.0
    private var hoistSpeed = 0.0
    private var hoistAcceleration = 0.0
    private var tilt = 0.0
    private var stop = StopMeter()
    private let stroke: Double

    private var setting = 1.0
    private var brake = 1.0
    private var slip = 0.0
    private var isHoistTripped = false

    private static let dt = 0.005
    private static let gravity = 9.80665
    /// Where the chains hang from the crown, m from its axis, and their length, m.
    private static let crown = 7.0
    private static let chain = 6.0
    /// Turning of the crown in service, rad/s: 8.4 a minute.
    private static let serviceTurning = 0.88
    /// rad/s2 of the drive and of the brake.
    private static let start = 0.035
    private static let braking = 0.045
    /// Speed of the hoist, m/s.
    private static let hoist = 1.0
    /// Drag of a chair with its rider over mass, 1/m: 0.5 x 1.2 kg/m3 x 0.8 m2 / 95 kg.
    private static let drag = 0.005

    /// Down, still, empty.
    public init(_ parameters: Parameters, random: RandomStream) {
        operation = RideOperation(parameters, random: random)
        stroke = parameters["stroke"] / 1000
    }

    /// Moves the ride on by 5 ms.
    public mutating func step(in weather: WeatherNow) {
        if tick % 40 == 0 { operate(in: weather) }
        tick += 1
        if phase == .berthed { return }
        spin()
        hoistCrown()
        swingChair(wind: weather.wind)
    }

    private mutating func spin() {
        let before = turning
        let isDriven = operation.isPowered
        if case .running = phase, isDriven {
            let wanted = Self.serviceTurning * setting
            turning += min(max((wanted - turning) * 0.5, -Self.start), Self.start) * Self.dt
        } else {
            turning = max(turning - Self.braking * brake * Self.dt, 0)
        }
        spinUp = (turning - before) / Self.dt
        turn += turning * Self.dt
        if turn > 2 * .pi { turn -= 2 * .pi }
    }

    private mutating func hoistCrown() {
        var wanted = 0.0
        if operation.isPowered, !isHoistTripped {
            switch phase {
            case .berthed: break
            case .running: wanted = min(Self.hoist, 0.3 * (stroke - height))
            // It comes down once chairs hang low enough to pass the platform.
            case .lowering: wanted = turning < 0.5 ? -min(Self.hoist, 0.3 * height + 0.02) : 0
            }
        }
        let before = hoistSpeed
        hoistSpeed += min(max(wanted - hoistSpeed, -0.4 * Self.dt), 0.4 * Self.dt)
        hoistAcceleration = (hoistSpeed - before) / Self.dt
        height = max(height + hoistSpeed * Self.dt, 0)
        if hoistSpeed > 0 { tilt = min(tilt + slip / 1000 * hoistSpeed * Self.dt, 0.9) }
        if hoistSpeed < 0 { tilt = max(tilt + hoistSpeed * Self.dt * 0.05, 0) }
    }

    /// The chair as a pendulum in the plane through the axis, with the wind along the radius.
    private mutating func swingChair(wind: Double) {
        let radius = Self.crown + Self.chain * sin(swing)
        // An askew crown lifts a chair's hanger once a turn.
        let askew = tilt / (2 * Self.crown) * Self.gravity * cos(turn) * 0.5
        let air = wind * cos(turn) - Self.chain * cos(swing) * swingSpeed
        let push = Self.drag * air * abs(air) + askew
        let gravity = Self.gravity + hoistAcceleration
        let balance = turning * turning * radius * cos(swing) - gravity * sin(swing)
        // Friction in the chains' shackles.
        residual = push * cos(swing) - 0.12 * Self.chain * swingSpeed
        swingSpeed += (balance + residual) / Self.chain * Self.dt
        swing += swingSpeed * Self.dt
    }

    /// The slow task of the control.
    private mutating func operate(in weather: WeatherNow) {
        let time = RideOperation.step
        let radius = Self.crown + Self.chain * sin(swing)
        let speed = turning * radius
        let isDriving = spinUp >= 0 && turning > 0.01 && operation.isPowered
        // Air takes a good half of the nominal torque in service, running up the rest.
        operation.duty.torque =
            isDriving
            ? 0.55 * (turning / Self.serviceTurning) * (turning / Self.serviceTurning)
                + 0.35 * spinUp / Self.start : 0
        operation.duty.speed = min(turning / Self.serviceTurning, 1.3)
        operation.duty.isDocked = phase == .berthed
        operation.duty.airUse = 0.0005
        switch phase {
        case .berthed: break
        case .running(let left):
            let isUp = height > stroke - 0.3
            phase = left > 0 ? .running(left: left - (isUp ? time : 0)) : .lowering
        case .lowering:
            if turning == 0, height < 0.01, abs(swingSpeed) < 0.08 { land() }
        }
        stop.watch(isBraking: phase == .lowering, speed: speed, by: time)
        if stop.isDone {
            operation.lastStop = (stop.distance, stop.time)
            stop.isDone = false
        }
        let boarded = operation.station.persons
        let isSent = operation.advance(
            isClear: phase == .berthed, liftOff: 0, persons: persons, in: weather)
        if isSent {
            persons = boarded
            phase = .running(left: 75)
        }
    }

    private mutating func land() {
        phase = .berthed
        (swing, swingSpeed, residual, spinUp) = (0, 0, 0, 0)
        (hoistSpeed, hoistAcceleration) = (0, 0)
        operation.arrive(persons: persons)
        persons = 0
    }

    /// Makes or mends a fault.
    public mutating func set(fault: Int, size: Double?) {
        switch Fault(rawValue: fault) {
        case .speedHigh: setting = size ?? 1
        case .brakeWorn: brake = size ?? 1
        case .ropeSlip: slip = size ?? 0
        case .hoistTripped: isHoistTripped = size != nil
        case nil:
            if let shared = RideFault(rawValue: fault - Fault.allCases.count) {
                operation.set(shared, size: size)
            }
        }
    }

    /// Writes what is not sampled fast.
    public func tell(_ values: inout [Double]) {
        let radius = Self.crown + Self.chain * sin(swing)
        values[3] = turning * radius
        values[4] = swing * 180 / .pi
        values[5] = (height + tilt / 2) * 1000
        values[6] = (height - tilt / 2) * 1000
        operation.tell(
            &values, from: 7, isMoving: turning > 0.005 || abs(hoistSpeed) > 0.01,
            persons: persons, aloft: persons)
    }

    /// Specific force on a rider, who looks along the circle: x along it, y outward across the
    /// chain, z along the chain.
    public func tellFast(_ values: inout [Double]) {
        let radius = Self.crown + Self.chain * sin(swing)
        let inward = turning * turning * radius
        let pull =
            (Self.gravity + hoistAcceleration) * cos(swing) + inward * sin(swing)
            + Self.chain * swingSpeed * swingSpeed
        values[0] = spinUp * radius / Self.gravity
        values[1] = -residual / Self.gravity
        values[2] = pull / Self.gravity
    }
}

extension ChairSwing {
    /// Faults of a chair swing alone, by their places in the data sheet.
    enum Fault: Int, CaseIterable {
        case speedHigh, brakeWorn, ropeSlip, hoistTripped
    }

    /// Signals, parameters and faults of a chair swing.
    public static let sheet = DataSheet(
        model: "chair_swing", kind: "ride", title: Bilingual("Chair swing tower", "高空飞翔"),
        about: """
            Chairs on chains under a turning crown that is hoisted up a tower; their swing follows \
            from the circle, gravity and wind.
            """,
        step: 0.005, period: 0.2, fastPeriod: 0.005,
        parameters: [
            ParameterSheet("design_speed", "m/s", 10.5, in: 5...20, "that the agent knows"),
            ParameterSheet("design_angle", "deg", 46, in: 20...70, "greatest swing"),
            ParameterSheet("ride_height", "m", 36, in: 10...90, "that the agent knows"),
            ParameterSheet("stroke", "mm", 30_000, in: 4000...80_000, "of the crown"),
            ParameterSheet("stop_distance", "m", 85, in: 1...200, "of a seat, at acceptance"),
            ParameterSheet("stop_time", "s", 20.5, in: 1...200, "at acceptance"),
        ] + RideSheet.parameters(seats: 24, hydraulic: 120, air: 7, lock: 40, current: 180),
        signals: RideSheet.seat + RideSheet.motion + RideSheet.common,
        faults: [
            FaultSheet(
                "speed_high", Bilingual("Set speed of the drive too high", "驱动设定转速过高"),
                size: "times the usual set speed", usual: 1.15, in: 1...1.5),
            FaultSheet(
                "brake_worn", Bilingual("Worn turning brake", "回转制动器磨损"),
                size: "share of its torque left", usual: 0.6, in: 0.1...1),
            FaultSheet(
                "rope_slip", Bilingual("A hoisting rope slips on its drum", "一侧提升绳打滑"),
                size: "mm per metre of hoist", usual: 6, in: 0...20),
            FaultSheet("hoist_tripped", Bilingual("Hoist trips", "提升机跳闸")),
        ] + RideSheet.faultsOffTrack)
}
