/// Safety contacts that stay tripped until a person resets them.
struct LiftLatches {
    var finalLimit = false
    var ropeSlack = false
    var unintendedMovement = false
    var brakeFault = false
    var runLimiter = false
    var doorCircuit = false

    /// Whether the controller has locked the lift out by itself.
    var isAny: Bool {
        finalLimit || ropeSlack || unintendedMovement || brakeFault || runLimiter || doorCircuit
    }
}

/// What is measured as the brake stops a run.
struct EmergencyStopRecord {
    /// Where the last one began, m; NaN when it is not one that counts.
    var start = Double.nan
    /// Distance of the last stop of the empty car going up, m; NaN before the first.
    var emptyUpDistance = Double.nan
}

/// Safety chain, monitoring and what they make the lift do.
extension Lift {
    /// Looks at everything that stops a lift; runs with every step.
    mutating func watch(_ step: Double) {
        let speed = drive.speed
        // While a technician moves the car the governor is blocked.
        if !isMovedByTechnician { governor.advance(carSpeed: speed) }
        safetyGear.advance(step, governor: governor, carSpeed: speed)
        // The governor also commands the protection against ascending overspeed.
        if governor.isGripping, speed > 0 { sheaveBrake.trip(byOverspeed: true) }
        if isAtFinalLimit { latches.finalLimit = true }
        watchDoors(speed)
        watchContacts(speed)
        if isMotorOn {
            inverter.watch(power: drive.motorPower)
            watchRunTime(step, speed)
        } else {
            motionlessTime = 0
        }
        watchBrake(step)
        if isMotorOn, !mayRun { emergencyStop() }
        if travelMode == .normal || travelMode == .correction { learnAtTerminal(speed) }
    }

    /// Beyond a terminal landing.
    var isAtFinalLimit: Bool { isAtUpperLimit || isAtLowerLimit }
    var isAtUpperLimit: Bool { drive.position > travel + Self.finalLimit }
    var isAtLowerLimit: Bool { drive.position < -Self.finalLimit }

    /// The safety chain as its relay sees it, door locks included.
    var isChainClosed: Bool { door.isChainClosed && (areDevicesClosed || isMovedByTechnician) }

    /// The emergency electrical operation bypasses what has acted (EN 81-20 5.12.1.6).
    private var isMovedByTechnician: Bool { travelMode == .technician && isMotorOn }

    /// The chain without the door locks.
    var areDevicesClosed: Bool {
        !governor.isSwitchTripped && !governor.isRopeSlack && !safetyGear.isEngaged
            && !sheaveBrake.isTripped && !latches.finalLimit && !latches.ropeSlack
            && !carBuffer.isSwitchTripped && !counterweightBuffer.isSwitchTripped
            && serviceMode != .inspection && time >= contactOpenUntil
    }

    /// Whether something stands that only a person can reset.
    var needsPerson: Bool {
        latches.isAny || governor.isSwitchTripped || governor.isRopeSlack || safetyGear.isEngaged
            || sheaveBrake.isTripped || carBuffer.isSwitchTripped || inverter.isTripped
            || counterweightBuffer.isSwitchTripped || faults.hasBypass
    }

    private var mayRun: Bool {
        let bypassesDoor = operation == .relevelling && isInZone && abs(drive.speed) < 0.3
        guard areDevicesClosed || isMovedByTechnician, bypassesDoor || door.isChainClosed else {
            return false
        }
        let hasPower = travelMode == .rescueDevice ? true : supply.isUsable
        let canDrive = travelMode == .technician || (!inverter.isHot && !inverter.isTripped)
        return hasPower && canDrive && !latches.runLimiter
            && !latches.unintendedMovement && !latches.brakeFault
    }

    /// Takes the motor's torque away and lets the brake fall.
    mutating func emergencyStop() {
        let isEmptyUp =
            traffic.loadMass < 0.05 * ratedLoad && drive.speed > 0.95 * ratedSpeed
        stop.start = isEmptyUp ? drive.position : .nan
        isMotorOn = false
        drive.deenergize()
        brake.command(open: false)
        begin(.stopping)
    }

    /// Unintended movement (EN 81-20 5.6.7): the car leaves the zone, or is faster than any
    /// levelling, while both doors are open.
    private mutating func watchDoors(_ speed: Double) {
        guard !door.isCarDoorClosed, !door.isLandingLocked, !sheaveBrake.isDead else { return }
        guard !isInZone || abs(speed) > 0.8, !latches.unintendedMovement else { return }
        latches.unintendedMovement = true
        sheaveBrake.trip(byOverspeed: false)
        if !isMotorOn { begin(.stopping) }
    }

    /// A loose contact opens when the vane of a landing shakes it.
    private mutating func watchContacts(_ speed: Double) {
        guard abs(speed) > 0.3 else {
            door.isLockShaken = time < lockOpenUntil
            return
        }
        let floor = nearestFloor
        if floor != lastFloorPassed {
            lastFloorPassed = floor
            if faults.looseLock > 0, random.unit() < faults.looseLock {
                lockOpenUntil = time + random.uniform(2, 5)
            }
            if faults.looseContact > 0, random.unit() < faults.looseContact {
                contactOpenUntil = time + random.uniform(2, 5)
            }
        }
        door.isLockShaken = time < lockOpenUntil
    }

    /// The motor run-time limiter (EN 81-20 5.9.2.7).
    private mutating func watchRunTime(_ step: Double, _ speed: Double) {
        motionlessTime = abs(speed) < 0.02 ? motionlessTime + step : 0
        if motionlessTime > runTimeLimit, !faults.isRunLimiterFailed { latches.runLimiter = true }
    }

    /// Both sets have to follow within 3 s, which is what a controller waits for (typical).
    private mutating func watchBrake(_ step: Double) {
        let isCommanded = brake.isCommandedOpen
        let isFollowing =
            brake.first.isOpenReported == isCommanded
            && brake.second.isOpenReported == isCommanded
        brakeMismatchTime = isFollowing ? 0 : brakeMismatchTime + step
        if brakeMismatchTime > 3 { latches.brakeFault = true }
    }

    /// The slow-down switches of the terminal landings set the position right.
    private mutating func learnAtTerminal(_ speed: Double) {
        guard positionOffset != 0, !faults.isTerminalSwitchFailed else { return }
        let reach = ratedSpeed * ratedSpeed / 1.4 + 1
        let isNearEnd =
            speed > 0.1 && drive.position > travel - reach || speed < -0.1 && drive.position < reach
        guard isNearEnd else { return }
        if abs(positionOffset) > 0.15 {
            isPositionLost = true
            // A report stands for some seconds (typical), however soon the landing is reached.
            positionReportUntil = time + 3
        }
        positionOffset = 0
        if isPositionLost, operation == .travelling, travelMode == .correction {
            targetFloor = speed > 0 ? floors - 1 : 0
        }
    }

    /// What changes slowly enough to look at it once a second.
    mutating func watchSlowly() {
        if faults.ropeExcess > 0, ropeShare < 0.05 { latches.ropeSlack = true }
        if sinceBrakeTest > brakeTestInterval, operation == .parked, timer > 5 { testBrake() }
        // Door-circuit monitoring: an open door whose circuit is closed (EN 81-20 5.12.1.9).
        if door.isOpen, door.isChainClosed, !faults.isDoorMonitoringOff, operation == .doorsOpen,
            timer > 2
        {
            latches.doorCircuit = true
            begin(.lockedOut)
        }
    }

    /// Tension of the slackest rope by the mean of all.
    var ropeShare: Double {
        let mean = max(drive.carTension / Self.ropes, 1)
        let each = drive.stiffness / Self.ropes
        let slack = mean - each * faults.ropeExcess * (Self.ropes - 1) / Self.ropes
        return max(slack / mean, 0)
    }

    private static let ropes = 5.0

    /// The motor turns against the closed brake until it gives way (EN 81-20 5.6.7.3).
    private mutating func testBrake() {
        sinceBrakeTest = 0
        let measured = 100 * brake.condition * brake.nominalForce / brake.testForce
        brakeForceMeasured = measured * (1 + random.uniform(-0.02, 0.02))
        if brakeForceMeasured < 100 { latches.brakeFault = true }
    }
}
