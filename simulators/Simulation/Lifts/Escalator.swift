// An escalator: visitors ─▶ StepBand ─load─▶ EscalatorDrive ◀─ controller and safety chain.
//
// Whatever opens the chain takes the motor's torque away and lets the service brake fall; what the
// steps do then follows from masses, friction and the load on the slope.
import Foundation

/// An escalator: step band with its load, drive, service and auxiliary brake, handrails, and the
/// devices of its safety chain.
public struct Escalator: Machine {
    /// What it is, what it tells and what can go wrong with it.
    public static let sheet = DataSheet(
        model: "escalator", kind: "escalator", title: Bilingual("Escalator", "自动扶梯"),
        about: "An escalator with its passengers over the day: step band on the slope, flywheel, "
            + "drive chain, service and auxiliary brake, handrails and safety devices.",
        step: 0.02, period: 1, parameters: EscalatorSheet.parameters,
        signals: EscalatorSheet.signals, faults: EscalatorFault.sheets)

    private enum Operation {
        /// Waits for the morning, or for somebody to start it again.
        case stopped
        case running
        /// Comes to rest after a trip.
        case stopping
    }

    private static let step = 0.02
    /// The overspeed device trips here, in parts of the nominal speed (EN 115-1 5.4.2.3.1: before
    /// 1.2).
    private static let overspeedTrip = 1.18
    /// The auxiliary brake acts here at the latest (EN 115-1 5.4.2.2.4: before 1.4).
    private static let auxiliaryTrip = 1.3
    /// A handrail that is 15 % slow for 15 s stops the escalator (EN 115-1 5.12.2.7); the device
    /// takes another moment.
    private static let handrailPatience = 16.5
    /// Handrails run a little ahead (EN 115-1 5.6.1: 0 to 2 %).
    private static let handrailLead = 1.01
    /// The chain's switch acts at this sag, mm.
    private static let chainSwitch = 20.0
    /// Clearance between a sound step and the lever of the sag switch, mm.
    private static let sagClearance = 4.0
    /// Where along the band the detectors of missing and sagging steps stand, m.
    private static let detector = 3.0

    private let nominalSpeed: Double
    private let direction: Double
    private let visitors: Double
    private let standbyAfter: Double
    private let startHour: Double
    private var random: RandomStream
    private var band: StepBand
    private var drive: EscalatorDrive
    private var active: UInt32 = 0

    private var time = 0.0
    private var timer = 0.0
    private var operation = Operation.stopped
    private var sinceVisitor = 0.0
    private var arrivals = 0.0
    private var handrail = (left: 0.0, right: 0.0)
    private var handrailSlip = (left: 0.0, right: 0.0)
    private var slowHandrail = 0.0
    private var brakeWait = 0.0
    private var chainSag = 0.0
    private var stepSag = 0.0
    /// Where the bad step was along the band when it became bad, m.
    private var badStepAt = 0.0
    private var isMissingSeen = false
    private var isSagSeen = false
    private var isLocked = false
    private var stopStart = Double.nan
    private var stopPeak = 0.0
    private var recentDeceleration = 0.0
    private var stopDistance = Double.nan
    private var stopDeceleration = Double.nan
    private var technicianAt = Double.infinity
    private var tick = 0

    /// A healthy escalator that stands still.
    public init(_ parameters: Parameters, random: RandomStream) {
        nominalSpeed = parameters["nominal_speed"]
        direction = parameters["direction"] < 0 ? -1 : 1
        visitors = parameters["visitors"]
        standbyAfter = parameters["standby_after"]
        startHour = parameters["start_hour"]
        self.random = random
        band = StepBand(rise: parameters["rise"], inclination: parameters["inclination"])
        drive = EscalatorDrive(
            rise: parameters["rise"], inclination: parameters["inclination"])
    }

    /// Moves everything on by 20 ms.
    public mutating func step(in weather: WeatherNow) {
        let step = Self.step
        time += step
        timer += step
        tick &+= 1
        if tick % 50 == 0 { lookAtClock() }
        if operation == .stopped, drive.bandSpeed == 0, band.people == 0, !drive.isMotorOn {
            drive.advance(step, wanted: 0, load: 0)
            handrail = (0, 0)
            return
        }
        band.advance(
            step, speed: drive.bandSpeed, arrivals: operation == .running ? arrivals : 0, &random)
        sinceVisitor = band.people > 0 ? 0 : sinceVisitor + step
        let isStandby = sinceVisitor > standbyAfter
        let wanted = operation == .running ? direction * nominalSpeed * (isStandby ? 0.4 : 1) : 0
        drive.advance(step, wanted: wanted, load: band.load)
        moveHandrails(step)
        measureStop()
        watch(step)
    }

    /// Makes a fault of a size, or mends it with `nil`.
    public mutating func set(fault index: Int, size: Double?) {
        guard let fault = EscalatorFault(rawValue: index) else { return }
        let isOn = size != nil
        let bit: UInt32 = 1 << UInt32(index)
        if isOn { active |= bit } else { active &= ~bit }
        let amount = size ?? 1
        switch fault {
        case .driveSpeedWrong: drive.speedFactor = amount
        case .chainParted: drive.isChainParted = isOn || drive.isChainParted
        case .chainStretched: chainSag = isOn ? amount : 0
        case .auxiliaryDead: drive.isAuxiliaryDead = isOn
        case .brakeWorn: drive.brakeCondition = amount
        case .brakeMagnetDead: drive.isMagnetDead = isOn
        case .stepRemoved, .stepRollerWorn:
            badStepAt = band.travelled
            if fault == .stepRollerWorn { stepSag = isOn ? amount : 0 }
        case .leftHandrailSlips: handrailSlip.left = isOn ? amount : 0
        case .rightHandrailSlips: handrailSlip.right = isOn ? amount : 0
        case .crowd: if isOn { band.fill(Int(amount)) }
        case .overspeedDeviceFailed, .operatorStop, .combObject, .skirtObject, .inletObject,
            .emergencyStop, .plateOpen, .plateContactBridged, .safetyContactLoose, .mainsLost:
            break
        }
        if !isOn, active == 0 { technicianAt = time + 20 }
    }

    private func has(_ fault: EscalatorFault) -> Bool {
        active & (1 << UInt32(fault.rawValue)) != 0
    }

    // MARK: Control

    /// Opening hours and visitors; once a second.
    private mutating func lookAtClock() {
        let hour = (startHour + time / 3600).truncatingRemainder(dividingBy: 24)
        let isOpen = hour >= 6 && hour < 23
        // Two humps, as of a shopping centre: lunch and evening.
        let noon = (hour - 12.5) / 2
        let evening = (hour - 18) / 2
        let share = exp(-noon * noon / 2) + exp(-evening * evening / 2) + 0.1
        arrivals = isOpen ? visitors / 3600 * min(share, 1) : 0
        if time >= technicianAt { reset() }
        switch operation {
        case .stopped
        where isOpen && !isLocked && timer > 5 && isChainClosed && band.people == 0
            && !has(.operatorStop):
            operation = .running
            timer = 0
            sinceVisitor = 0
            drive.start()
        case .running where !isOpen && band.people == 0:
            trip(isLocking: false)
        default: break
        }
    }

    private mutating func reset() {
        technicianAt = .infinity
        isLocked = false
        isMissingSeen = false
        isSagSeen = false
        drive.isAuxiliaryOn = false
        if drive.isChainParted { drive.join() }
        slowHandrail = 0
        brakeWait = 0
        if operation == .stopped { timer = 0 }
    }

    private mutating func trip(isLocking: Bool) {
        if isLocking { isLocked = true }
        guard operation == .running else { return }
        let isFast = abs(drive.bandSpeed) > 0.95 * nominalSpeed
        stopStart = isFast ? band.travelled : .nan
        stopPeak = 0
        recentDeceleration = 0
        operation = .stopping
        timer = 0
        drive.trip()
    }

    // MARK: Safety

    private var isChainBroken: Bool { drive.isChainParted || chainSag > Self.chainSwitch }

    private var isChainClosed: Bool {
        !isChainBroken && !isMissingSeen && !isSagSeen && !has(.combObject) && !has(.skirtObject)
            && !has(.inletObject) && !has(.emergencyStop) && !has(.safetyContactLoose)
            && (!has(.plateOpen) || has(.plateContactBridged)) && !has(.mainsLost)
    }

    private mutating func watch(_ step: Double) {
        let speed = drive.bandSpeed
        lookForBadStep()
        // A lock-out stays until somebody resets it; a stop button or a contact does not.
        if has(.operatorStop) { trip(isLocking: false) }
        if !isChainClosed {
            trip(isLocking: isChainBroken || isMissingSeen || isSagSeen)
        }
        if !has(.overspeedDeviceFailed), abs(speed) > Self.overspeedTrip * nominalSpeed {
            trip(isLocking: true)
        }
        let isReversed = speed * direction < -0.02
        if isReversed { trip(isLocking: true) }
        let isRunaway =
            abs(speed) > Self.auxiliaryTrip * nominalSpeed && !has(.overspeedDeviceFailed)
        if isReversed || isRunaway || drive.isChainParted { actAuxiliary() }
        watchHandrails(step, speed)
        // A brake that does not open within 3 s stops the drive (typical).
        brakeWait = drive.isMotorOn && !drive.isBrakeReleased ? brakeWait + step : 0
        if brakeWait > 3.5 { trip(isLocking: true) }
        if operation == .stopping, speed == 0, timer > 0.3 {
            operation = .stopped
            timer = 0
        }
    }

    private mutating func actAuxiliary() {
        guard !drive.isAuxiliaryDead else { return }
        drive.isAuxiliaryOn = true
        trip(isLocking: true)
    }

    /// The bad step comes past the detectors once in a round.
    private mutating func lookForBadStep() {
        guard has(.stepRemoved) || stepSag > Self.sagClearance else { return }
        guard abs(band.travelled - badStepAt) > Self.detector else { return }
        if has(.stepRemoved) { isMissingSeen = true }
        if stepSag > Self.sagClearance { isSagSeen = true }
    }

    private mutating func watchHandrails(_ step: Double, _ speed: Double) {
        let limit = 0.85 * abs(speed)
        let isSlow = abs(handrail.left) < limit || abs(handrail.right) < limit
        slowHandrail = isSlow && abs(speed) > 0.1 ? slowHandrail + step : 0
        if slowHandrail > Self.handrailPatience { trip(isLocking: true) }
    }

    /// Driven by friction from the main shaft; rubber on a slider follows within moments.
    private mutating func moveHandrails(_ step: Double) {
        let speed = drive.bandSpeed * Self.handrailLead
        let share = min(step / 0.1, 1)
        handrail.left += (speed * (1 - handrailSlip.left) - handrail.left) * share
        handrail.right += (speed * (1 - handrailSlip.right) - handrail.right) * share
    }

    /// Deceleration as EN 115-1 annex I has it: through a filter of 4 Hz.
    private mutating func measureStop() {
        guard operation == .stopping, !stopStart.isNaN else { return }
        recentDeceleration += (drive.deceleration - recentDeceleration) * 0.4
        stopPeak = max(stopPeak, recentDeceleration)
        let distance = abs(band.travelled - stopStart)
        // A runaway is no stop; what it has come to is told while it lasts.
        guard drive.bandSpeed == 0 || distance > 10 else { return }
        stopDistance = min(distance, 10)
        stopDeceleration = stopPeak
        stopStart = .nan
    }

    // MARK: Signals

    /// Writes the values in the order of `EscalatorSheet.signals`.
    public func tell(_ values: inout [Double]) {
        var place = 0
        func put(_ value: Double) {
            values[place] = value
            place += 1
        }
        func put(_ value: Bool) { put(value ? 1 : 0) }
        put(drive.bandSpeed)
        put(handrail.left)
        put(handrail.right)
        put(isOrdered ? direction : 0)
        put(0)
        put(drive.isMotorOn)
        put(drive.isBrakeReleased)
        put(drive.isAuxiliaryOn)
        put(stopDistance)
        put(stopDeceleration)
        put(isMissingSeen)
        put(isSagSeen)
        put(isChainBroken)
        put(isChainClosed)
        put(has(.combObject))
        put(has(.skirtObject))
        put(has(.inletObject))
        put(has(.emergencyStop))
        put(has(.plateOpen))
    }

    /// The direction switch keeps what the operator chose until the escalator is stopped for the
    /// night; a trip does not turn it.
    private var isOrdered: Bool { operation != .stopped || isLocked }
}
