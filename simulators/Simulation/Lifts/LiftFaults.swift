import Foundation

/// Causes of trouble that no single component holds.
struct LiftFaults {
    /// Which are on, one bit each.
    var active: UInt64 = 0
    /// Speed that the drive makes of 1 m/s that the controller wants.
    var speedFactor = 1.0
    /// Friction of the ropes by that of clean ones.
    var ropeFriction = 1.0
    /// How much longer one rope is, m.
    var ropeExcess = 0.0
    /// How much too high the level flags let the car stop, m.
    var levellingOffset = 0.0
    /// What jams the car, N.
    var jamForce = 0.0
    /// Power at which the inverter trips from its next start on, W.
    var tripPower = Double.infinity
    var looseContact = 0.0
    var looseLock = 0.0
    var isRelevellingOff = false
    var isRunLimiterFailed = false
    var isTerminalSwitchFailed = false
    var isDoorMonitoringOff = false
    var hasBypass = false
    var isOverloadBridged = false
    var isAlarmPressed = false
    var isRescueDeviceDead = false
    var isBrakeTestDue = false
    /// Floor whose button is stuck; -1 for none.
    var stuckCall = -1
    /// People of a group that are still to step in.
    var crowd = 0
    private var cleanRatio = 0.0

    /// The greatest ratio of rope tensions without sliding: exp(f * alpha).
    mutating func tractionRatio(_ exponent: Double) -> Double {
        if cleanRatio == 0 { cleanRatio = exp(exponent * ropeFriction) }
        return cleanRatio
    }

    /// Changes the friction of the ropes.
    mutating func setRopeFriction(_ friction: Double) {
        ropeFriction = friction
        cleanRatio = 0
    }

    /// Whether a fault is on.
    func has(_ fault: LiftFault) -> Bool { active & (1 << UInt64(fault.rawValue)) != 0 }
}

extension Lift {
    /// Makes a fault of a size, or mends it with `nil`.
    public mutating func set(fault index: Int, size: Double?) {
        guard let fault = LiftFault(rawValue: index) else { return }
        let bit: UInt64 = 1 << UInt64(index)
        let isOn = size != nil
        if isOn { faults.active |= bit } else { faults.active &= ~bit }
        awake = 2
        let amount = size ?? 1
        if fault.rawValue < LiftFault.doorLockLoose.rawValue {
            setMachine(fault, isOn, amount)
        } else {
            setDoorsAndPeople(fault, isOn, amount)
            setBuilding(fault, isOn, amount)
        }
        // Whoever mends it also puts the lift back into service.
        if !isOn, faults.active == 0 { technicianAt = time + 20 }
    }

    private mutating func setMachine(_ fault: LiftFault, _ isOn: Bool, _ size: Double) {
        switch fault {
        case .driveSpeedWrong: faults.speedFactor = size
        case .governorSeized: governor.isSeized = isOn
        case .governorSetting: governor.setting = size
        case .governorGripEarly: governor.gripSetting = size
        case .governorRopeStretched: governor.ropeElongation = isOn ? size : 0
        case .safetyGearSetting: safetyGear.setting = size
        case .brakeWorn: brake.condition = size
        case .brakeSetStuckOpen: brake.isSecondHeldOpen = isOn
        case .brakeMagnetWeak: brake.isFirstHeldClosed = isOn
        case .brakeTestRun: faults.isBrakeTestDue = isOn
        case .sheaveBrakeDead: sheaveBrake.isDead = isOn
        case .ropeGreasy: faults.setRopeFriction(size)
        case .ropeLoose: faults.ropeExcess = isOn ? size / 1000 : 0
        case .ropeSpringsSoft: drive.setStiffnessFactor(size)
        case .relevellingOff: faults.isRelevellingOff = isOn
        case .levellingOffset: faults.levellingOffset = isOn ? size / 1000 : 0
        case .guideShoesWorn: ride.wear = size
        case .carJammed: faults.jamForce = isOn ? size * 1000 : 0
        case .runLimiterFailed: faults.isRunLimiterFailed = isOn
        case .inverterTrip: faults.tripPower = isOn ? size * 1000 : .infinity
        case .inverterFanFailed: inverter.air = isOn ? max(1 - size, 0) : 1
        case .positionOffset: positionOffset = isOn ? size : 0
        case .terminalSwitchFailed: faults.isTerminalSwitchFailed = isOn
        case .safetyContactLoose: faults.looseContact = isOn ? size : 0
        default: break
        }
    }

    private mutating func setDoorsAndPeople(_ fault: LiftFault, _ isOn: Bool, _ size: Double) {
        switch fault {
        case .doorLockLoose: faults.looseLock = isOn ? size : 0
        case .doorContactsBridged: door.isBridged = isOn
        case .doorMonitoringOff: faults.isDoorMonitoringOff = isOn
        case .doorBypass: faults.hasBypass = isOn
        case .doorObstructed: door.isObstructed = isOn
        case .doorGrit: door.hasGrit = isOn
        case .doorFriction: door.extraFriction = isOn ? size : 0
        case .doorLockJammed: door.lockingsUntilJam = isOn ? max(Int(size.rounded()), 0) : nil
        case .callButtonStuck: faults.stuckCall = isOn ? mainFloor : -1
        case .crowd: faults.crowd = isOn ? Int(size.rounded()) : 0
        case .overloadContactBridged: faults.isOverloadBridged = isOn
        case .alarmPressed: faults.isAlarmPressed = isOn
        case .alarmBatteryAged: alarm.batteryCapacity = size
        case .alarmLineDead: alarm.isLineDead = isOn
        default: break
        }
    }

    private mutating func setBuilding(_ fault: LiftFault, _ isOn: Bool, _ size: Double) {
        switch fault {
        case .roomCoolingFailed: room.isCoolingFailed = isOn
        case .roomHeatingFailed: room.isHeatingFailed = isOn
        case .roomHeatSource: room.strangeHeat = isOn ? size * 1000 : 0
        case .roomLeak: room.leak = isOn ? size : 0
        case .pitLeak: pit.leak = isOn ? size : 0
        case .mainsLost: supply.isLost = isOn
        case .rescueDeviceDead: faults.isRescueDeviceDead = isOn
        case .phaseLost: supply.isPhaseLost = isOn
        case .voltageOff: supply.deviation = isOn ? size : 0
        case .fireAlarm: order(.fireRecall, isOn)
        case .firefighterKey: order(.firefighter, isOn)
        // The seismic switch acts on the first waves (typical trip: 80 cm/s2).
        case .earthquake: order(.seismic, isOn && size >= 80)
        case .inspection: order(.inspection, isOn)
        case .bufferSticks:
            carBuffer.isSticking = isOn
            counterweightBuffer.isSticking = isOn
        default: break
        }
    }
}
