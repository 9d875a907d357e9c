/// The clockwork of one stop: who gets in and out, and when the door may close.
struct PassengerExchange {
    /// Since the last one passed, s.
    var idle = 0.0
    /// Since the next one could pass, s.
    var clock = 0.0
    /// For how long the car has been overloaded, s.
    var overload = 0.0
    /// For how long a call at this floor has kept the door open, s.
    var heldByCall = 0.0
    /// Whether somebody will slip in while the door closes.
    var hasLatecomer = false
    /// Whether the door has tried to close in this stop.
    var hasTriedToClose = false
    /// Whether the door moves neither way.
    var isJammed = false
}

/// The controller: what it does from step to step.
extension Lift {
    /// Time that one person takes through the door, s (CIBSE Guide D: 1 to 1.2 s).
    private static let passing = 1.1
    /// Time without anybody passing after which the door closes, s.
    private static let dwell = 3.0
    /// The same after a run that followed a trip, while the controller tests itself, s.
    private static let longDwell = 15.0
    /// Speed of a run after a trip, m/s.
    private static let correctionSpeed = 0.63
    /// Speed on the battery of the rescue device, and by the emergency electrical operation, m/s
    /// (EN 81-20 5.12.1.6: at most 0.30 m/s).
    private static let rescueSpeed = 0.25
    /// Rest between two runs without a door opening, s, for brake, contactors and drive (typical).
    private static let turnRound = 1.5
    /// From this error on an open car is brought back to the sill, m.
    private static let relevelFrom = 0.008
    /// A stuck button keeps the door open for so long before it is ignored, s.
    private static let stuckButtonTime = 180.0

    /// Moves the controller on.
    mutating func operate(_ step: Double) {
        switch operation {
        case .parked: park()
        case .doorsOpening: openDoors()
        case .doorsOpen: stayOpen(step)
        case .doorsClosing: closeDoors()
        case .releasing: release(step)
        case .travelling: travelOn(step)
        case .settling: settle(step)
        case .relevelling: relevel(step)
        case .stopping: waitForStandstill()
        case .held: hold()
        case .lockedOut: stayLockedOut(step)
        }
    }

    // MARK: At a landing

    private mutating func park() {
        door.order(.rest)
        travelMode = .normal
        guard tick % 5 == 0 else { return }
        if needsPerson { begin(.lockedOut) } else if !isInZone { begin(.held) }
        guard operation == .parked else { return }
        guard canStart else {
            if traffic.inCar > 0, timer > 2, !supply.isLost || canRescue {
                if supply.isLost { serviceMode = .emergencyPower }
                begin(.doorsOpening)
            }
            return
        }
        if let ordered = pendingMode, traffic.inCar == 0 {
            serviceMode = ordered
            pendingMode = nil
        }
        switch serviceMode {
        case .inspection: break
        case .seismic, .emergencyPower: begin(.doorsOpening)
        case .fireRecall, .firefighter:
            if nearestFloor == mainFloor {
                begin(.doorsOpening)
            } else if timer > Self.turnRound {
                start(to: mainFloor)
            }
        case .outOfService: goOnWithBrakeTest()
        case .normal: answerCalls()
        }
    }

    private mutating func answerCalls() {
        if faults.isBrakeTestDue, traffic.inCar == 0 {
            serviceMode = .outOfService
            return
        }
        let here = nearestFloor
        if faults.crowd > 0 { return begin(.doorsOpening) }
        guard let next = nextStop(from: here, isStanding: true) else {
            heading = 0
            return
        }
        if next == here { begin(.doorsOpening) } else { start(to: next) }
    }

    /// A technician drives the empty car to the bottom and up again, and stops it at rated speed.
    private mutating func goOnWithBrakeTest() {
        guard faults.isBrakeTestDue else {
            serviceMode = .normal
            return
        }
        guard timer > Self.turnRound else { return }
        start(to: nearestFloor == 0 ? floors - 1 : 0)
    }

    private mutating func openDoors() {
        door.order(.open)
        if door.isOpen {
            exchange.idle = 0
            exchange.clock = 0
            exchange.overload = 0
            begin(.doorsOpen)
        } else if exchange.hasTriedToClose, door.stalled > 2 {
            exchange.isJammed = true
            begin(.doorsClosing)
        }
    }

    private mutating func stayOpen(_ step: Double) {
        if needsPerson { return begin(.lockedOut) }
        let error = levelError - faults.levellingOffset
        if abs(error) > Self.relevelFrom, timer > 0.5, !faults.isRelevellingOff, canStart {
            isMotorOn = true
            drive.energize(carMass: loadedMass)
            brake.command(open: true)
            return begin(.relevelling)
        }
        exchange.clock += step
        exchange.idle += step
        if exchange.clock >= Self.passing {
            exchange.clock = 0
            passOne()
        }
        let isHeld = isHeldByCall
        exchange.heldByCall = isHeld ? exchange.heldByCall + step : 0
        let isHeldNow = isHeld && exchange.heldByCall < Self.stuckButtonTime
        let mayClose =
            !door.isObstructed && !isOverloaded && !isHeldNow && canStart
            && faults.crowd == 0 && !staysOpen
        let dwell = travelMode == .normal ? Self.dwell : Self.longDwell
        if exchange.idle > dwell, mayClose {
            exchange.hasLatecomer = random.unit() < 0.04
            begin(.doorsClosing)
        }
    }

    private var isHeldByCall: Bool { faults.stuckCall == nearestFloor }

    private var isOverloaded: Bool {
        traffic.loadMass > ratedLoad + max(0.1 * ratedLoad, 75) && !faults.isOverloadBridged
    }

    /// Whether the service mode keeps the car here with its doors open.
    private var staysOpen: Bool {
        switch serviceMode {
        case .fireRecall, .firefighter: nearestFloor == mainFloor
        case .seismic, .emergencyPower: true
        case .outOfService, .normal, .inspection: false
        }
    }

    /// One person passes the door.
    private mutating func passOne() {
        let floor = nearestFloor
        // After a run that was no normal one everybody gets out.
        if serviceMode != .normal || travelMode != .normal {
            if traffic.inCar > 0 {
                traffic.stepBack()
                exchange.idle = 0
            }
            return
        }
        if isOverloaded {
            exchange.idle = 0
            exchange.overload += Self.passing
            // It takes some buzzing before the last ones step back.
            if exchange.overload > 8, Int(exchange.overload / Self.passing) % 3 == 0 {
                traffic.stepBack()
            }
        } else if traffic.wantsToLeave(at: floor) {
            traffic.leave(at: floor)
            exchange.idle = 0
        } else if faults.crowd > 0 {
            faults.crowd -= 1
            let isUp = floor < floors - 1
            traffic.addGroup(1, at: floor)
            if traffic.waits(at: floor, isUp: isUp) { traffic.board(at: floor, isUp: isUp) }
            exchange.idle = 0
        } else {
            let isUp = servesUp(at: floor)
            let hasRoom = traffic.loadMass + LiftTraffic.personMass <= 0.8 * ratedLoad
            if hasRoom, traffic.waits(at: floor, isUp: isUp) {
                traffic.board(at: floor, isUp: isUp)
                heading = isUp ? 1 : -1
                exchange.idle = 0
            }
        }
    }

    private mutating func closeDoors() {
        door.order(.close)
        // A group that is still coming walks through the light curtain.
        let hasGroup = faults.crowd > 0 && door.position > 0.02
        if door.isObstructed || hasGroup || exchange.hasLatecomer && door.position < 0.5 {
            exchange.hasLatecomer = false
            return begin(.doorsOpening)
        }
        if door.stalled > 0.5, !exchange.isJammed {
            exchange.hasTriedToClose = true
            if door.isOpen {
                exchange.isJammed = true
                return
            }
            return begin(.doorsOpening)
        }
        let isShut = door.isCarDoorClosed || faults.isDoorMonitoringOff && timer > 8
        if isShut, door.isChainClosed {
            exchange.hasTriedToClose = false
            exchange.isJammed = false
            begin(.parked)
        }
    }

    // MARK: Under way

    /// Whether the supply and the drive allow a start.
    private var canStart: Bool {
        supply.isUsable && !inverter.isHot && areDevicesClosed && !latches.isAny
            && serviceMode != .inspection
    }

    private mutating func start(to floor: Int, mode: TravelMode = .normal) {
        targetFloor = floor
        travelMode = mode
        travelSign = targetPosition < believedPosition ? -1 : 1
        if mode == .normal { heading = travelSign > 0 ? 1 : -1 }
        isMotorOn = true
        runSpeedFactor = faults.speedFactor
        inverter.tripPower = faults.tripPower
        if mode == .technician {
            drive.energizeHolding()
        } else {
            drive.energize(carMass: loadedMass)
        }
        drive.resetSlip()
        brake.command(open: true)
        lastFloorPassed = nearestFloor
        begin(.releasing)
    }

    /// Where the controller wants the car, m. With its position lost it looks for the lowest
    /// landing, wherever that is.
    private var targetPosition: Double {
        if isPositionLost, travelMode == .correction, positionOffset != 0 { return -1000 }
        return Double(targetFloor) * floorHeight + faults.levellingOffset
    }

    private mutating func release(_ step: Double) {
        regulate(step, speed: 0, acceleration: 0)
        guard brake.isOpen else { return }
        let limit: Double
        switch travelMode {
        case .normal: limit = ratedSpeed
        case .correction: limit = min(Self.correctionSpeed, ratedSpeed)
        case .rescueDevice, .technician: limit = Self.rescueSpeed
        }
        pattern.start(distance: abs(targetPosition - believedPosition), speedLimit: limit)
        begin(.travelling)
    }

    private mutating func regulate(_ step: Double, speed: Double, acceleration: Double) {
        let scale = runSpeedFactor
        drive.regulate(
            step, speed: speed * scale, acceleration: acceleration * scale, carMass: loadedMass)
    }

    private mutating func travelOn(_ step: Double) {
        let remaining = travelSign * (targetPosition - believedPosition)
        pattern.advance(step, remaining: remaining)
        regulate(
            step, speed: travelSign * pattern.speed,
            acceleration: travelSign * pattern.wantedAcceleration)
        if abs(remaining) < 0.003, abs(drive.speed) < 0.03 {
            brake.command(open: false)
            return begin(.settling)
        }
        if remaining < -0.4 { return emergencyStop() }
        if travelMode == .normal, tick % 5 == 0 { considerStops() }
        let isTestSpeed = drive.speed > 0.98 * ratedSpeed && pattern.isCruising && timer > 4
        if serviceMode == .outOfService, travelSign > 0, isTestSpeed {
            faults.isBrakeTestDue = false
            emergencyStop()
        }
    }

    /// Serves a call on the way if the car can still stop for it.
    private mutating func considerStops() {
        let up = travelSign > 0
        let ahead = believedPosition / floorHeight
        let from = up ? Int(ahead.rounded(.down)) : Int(ahead.rounded(.up))
        let wanted: Int?
        switch serviceMode {
        case .normal: wanted = nextStop(from: min(max(from, 0), floors - 1), isStanding: false)
        case .fireRecall, .firefighter: wanted = mainFloor
        case .seismic: wanted = up ? from + 2 : from - 2
        case .outOfService, .inspection, .emergencyPower: wanted = nil
        }
        guard let floor = wanted, floor != targetFloor else { return }
        let isBefore = up ? floor < targetFloor : floor > targetFloor
        let distance =
            travelSign * (Double(floor) * floorHeight + faults.levellingOffset - believedPosition)
        if isBefore, pattern.canStop(within: distance) { targetFloor = floor }
    }

    private mutating func settle(_ step: Double) {
        let remaining = targetPosition - believedPosition
        regulate(step, speed: min(max(4 * remaining, -0.05), 0.05), acceleration: 0)
        guard timer > 0.35 else { return }
        isMotorOn = false
        drive.deenergize()
        lastSlip = drive.slip * 1000
        ride.endTrip()
        arrive()
    }

    private mutating func arrive() {
        guard isInZone else {
            isPositionLost = true
            return begin(.held)
        }
        if positionOffset == 0 { isPositionLost = false }
        if travelMode == .technician { resetDevices() }
        exchange = PassengerExchange()
        switch serviceMode {
        case .outOfService, .inspection: begin(.parked)
        case .fireRecall, .firefighter:
            begin(nearestFloor == mainFloor ? .doorsOpening : .parked)
        case .normal, .seismic, .emergencyPower: begin(.doorsOpening)
        }
    }

    private mutating func relevel(_ step: Double) {
        guard brake.isCommandedOpen else {
            regulate(step, speed: 0, acceleration: 0)
            if timer > 0.35 {
                isMotorOn = false
                drive.deenergize()
                begin(.doorsOpen)
            }
            return
        }
        let error = levelError - faults.levellingOffset
        let wanted = brake.isOpen ? min(max(-2 * error, -0.1), 0.1) : 0
        regulate(step, speed: wanted, acceleration: 0)
        if brake.isOpen, abs(error) < 0.002, abs(drive.speed) < 0.01 {
            brake.command(open: false)
            timer = 0
        }
    }

    // MARK: After a trip

    private mutating func waitForStandstill() {
        guard abs(drive.speed) < 0.01, abs(drive.sheaveSpeed) < 0.001, timer > 0.2 else { return }
        if !stop.start.isNaN {
            stop.emptyUpDistance = drive.position - stop.start
            stop.start = .nan
        }
        lastSlip = drive.slip * 1000
        ride.endTrip()
        begin(.held)
    }

    private mutating func hold() {
        guard timer > 5, tick % 5 == 0 else { return }
        if needsPerson { return begin(.lockedOut) }
        if technicianAt <= time { return sendTechnician() }
        guard !brake.isCommandedOpen else { return }
        if !door.isChainClosed {
            // Open doors in the zone may stay so; elsewhere they have to be shut first.
            if isInZone, !door.isCarDoorClosed { begin(.doorsOpening) } else { door.order(.close) }
            return
        }
        door.order(.rest)
        if supply.isLost {
            guard !faults.isRescueDeviceDead, timer > 6, areDevicesClosed else { return }
            serviceMode = .emergencyPower
            return start(to: nearestFloor, mode: .rescueDevice)
        }
        guard canStart else {
            if isInZone, traffic.inCar > 0 { begin(.doorsOpening) }
            return
        }
        start(to: isPositionLost ? 0 : nearestFloor, mode: .correction)
    }

    private mutating func stayLockedOut(_ step: Double) {
        if technicianAt <= time { return sendTechnician() }
        guard isInZone, abs(drive.speed) < 0.01, !latches.unintendedMovement else { return }
        // At a landing whoever is inside is let out, then the door is kept shut.
        if traffic.inCar == 0, !latches.doorCircuit { return door.order(.close) }
        door.order(.open)
        guard door.isOpen else { return }
        exchange.clock += step
        if exchange.clock >= Self.passing {
            exchange.clock = 0
            if traffic.inCar > 0 { traffic.stepBack() }
        }
    }

    /// Somebody resets what has acted, moves the car to a landing and lets everybody out.
    private mutating func sendTechnician() {
        resetDevices()
        positionOffset = 0
        isPositionLost = false
        if !door.isChainClosed {
            if isInZone { return begin(.doorsOpening) }
            return door.order(.close)
        }
        technicianAt = .infinity
        door.order(.rest)
        start(to: nearestFloor, mode: .technician)
    }

    private mutating func resetDevices() {
        governor.reset()
        safetyGear.reset()
        sheaveBrake.reset()
        carBuffer.reset()
        counterweightBuffer.reset()
        inverter.reset()
        latches = LiftLatches()
        brakeForceMeasured = 100 * brake.condition * brake.nominalForce / brake.testForce
        alarm.test()
    }

    // MARK: Service modes

    /// A service mode begins or ends.
    mutating func order(_ mode: ServiceMode, _ isOn: Bool) {
        if isOn {
            if mode == .inspection { pendingMode = mode } else { serviceMode = mode }
            return
        }
        if pendingMode == mode { pendingMode = nil }
        if serviceMode == mode { serviceMode = .normal }
    }

    /// Whether the rescue device has taken over: it rides through dips of the mains.
    private var canRescue: Bool { mainsLostTime > 6 && !faults.isRescueDeviceDead }

    /// Emergency power begins some seconds after the mains have failed, where the rescue device
    /// works and the car stands, and ends with the mains back.
    mutating func advanceMode() {
        mainsLostTime = supply.isLost ? mainsLostTime + 1 : 0
        let stands = operation == .parked || operation == .doorsOpen
        if canRescue, stands, serviceMode == .normal {
            serviceMode = .emergencyPower
            if operation == .parked, !needsPerson { begin(.doorsOpening) }
        }
        if serviceMode == .emergencyPower, supply.isUsable, !isMotorOn { serviceMode = .normal }
        if technicianAt <= time, operation != .held, operation != .lockedOut {
            technicianAt = .infinity
            alarm.test()
        }
    }
}
