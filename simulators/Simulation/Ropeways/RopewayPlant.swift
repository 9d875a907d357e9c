import Foundation

/// The figures of a line from which its plant is built.
struct RopewayFigures {
    /// Greatest permitted speed, m/s.
    var maxSpeed: Double
    /// Length of one side, m.
    var length: Double
    /// Mean sine of the slope.
    var slope: Double
    /// Mass of the moving rope, kg/m.
    var ropeMass: Double
    /// Tensile stiffness of the moving rope (modulus times metallic area), N.
    var ropeStiffness: Double
    /// Diameter of the moving rope, m.
    var ropeDiameter: Double
    /// Moved mass of drive wheel, gear and motor at the rope, kg.
    var driveMass: Double
    /// Rolling resistance as a share of the weight.
    var resistance: Double
    /// Mass of an empty side with its carriers, kg.
    var sideMass: Double
    /// Weight of a full side's passengers, kg.
    var fullLoad: Double
    /// Deceleration that the service brake is regulated to, m/s².
    var serviceDeceleration: Double
    /// Way of an emergency stop at acceptance, m.
    var stopDistance: Double
    /// Ramps of the drive for going faster and slower, m/s².
    var rise: Double
    var fall: Double
    /// How the rope is tensioned, and the stroke for it, m.
    var tensionDesign: Tensioning.Design
    var tensionStroke: Double
    /// Mass (kg), sail area (m²) and length (m) of the lightest carrier as a pendulum.
    var swingMass: Double
    var swingArea: Double
    var swingLength: Double

    /// Everything that moves with an empty line, kg.
    var movedMass: Double { driveMass + 2 * sideMass }

    /// Force at the rope that the motor is laid out for: with one side full, and not less than four
    /// fifths of what starting takes, N.
    var nominalForce: Double {
        let friction = 9.81 * resistance * (2 * sideMass + fullLoad)
        return max(9.81 * slope * fullLoad + friction, 0.8 * (movedMass * rise + friction))
    }

    /// Force of the safety brake that stops the line within the acceptance's way while two fifths
    /// of a full load pull downhill, as on an afternoon, N. The way begins with 0.7 s in which the
    /// brake closes and builds up.
    var safetyForce: Double {
        let braked = max(stopDistance - 0.7 * maxSpeed, 0.2 * stopDistance)
        let wanted = maxSpeed * maxSpeed / (2 * braked)
        return movedMass * max(wanted - 9.81 * resistance, 0.3) + 0.4 * 9.81 * slope * fullLoad
    }
}

/// What lies on the line: weights along the rope as the carriers are now.
struct LineLoad {
    /// Mass of persons and carriers beyond the empty side's, kg, ascending and descending.
    var up = 0.0
    var down = 0.0
    /// Weight along the rope, positive in the direction of travel, N.
    var upForce = 0.0
    var downForce = 0.0
    /// Brakes on the carriers themselves, N.
    var upBrake = 0.0
    var downBrake = 0.0
    /// Persons on the line.
    var persons = 0
}

/// What all three lines have in common: rope, drive, brakes, tension, monitoring, safety circuit.
struct RopewayPlant {
    var loop: RopeLoop
    var drive: RopeDrive
    var auxiliary: AuxiliaryDrive
    var service: ServiceBrake
    var safety: SafetyBrake
    var recorder = StopRecorder()
    var tension: Tensioning
    var gearbox: Gearbox
    var bearing = DriveBearing()
    var supervision: LineSupervision
    var swing: CarrierSwing
    var wind: LineWind
    var circuit = SafetyCircuit()
    var control = LineControl()
    /// Whether the backstop on the drive wheel holds; reversible lines have none.
    var hasBackstop: Bool
    /// Further resistance from seized or iced sheaves, as a share of the nominal force.
    var seizedSheaves = 0.0
    private var sheaveDrag = 0.0
    /// Direction that is commanded now.
    private(set) var commanded = 0.0
    /// The weather as it was last.
    private(set) var weather = WeatherNow()
    /// Seconds since the line came to rest; 0 while it moves.
    private(set) var standing = 0.0
    let figures: RopewayFigures
    private let nominalTension: Double
    private let leastOilPressure: Double
    private let nominalCurrent: Double
    private var isLatched = false
    private var hasWeather = false
    private var wasRunning = false

    /// A line at rest that carries this load.
    init(_ figures: RopewayFigures, _ parameters: Parameters, load: LineLoad, backstop: Bool) {
        self.figures = figures
        let stiffness = figures.ropeStiffness / figures.length
        var loads = RopeLoop.Loads()
        loads.up = load.upForce
        loads.down = load.downForce
        loop = RopeLoop(
            driveMass: figures.driveMass, stiffness: stiffness, sideMass: figures.sideMass,
            loads: loads)
        nominalCurrent = parameters["motor_current_nominal"]
        drive = RopeDrive(
            nominalForce: figures.nominalForce, nominalCurrent: nominalCurrent,
            maxSpeed: figures.maxSpeed, mass: figures.movedMass)
        auxiliary = AuxiliaryDrive(testAge: parameters["auxiliary_test_age"])
        // The springs hold 1.25 times what a full line needs, as standards want of either brake.
        service = ServiceBrake(
            openPressure: parameters["brake_pressure"],
            springForce: 1.25
                * (figures.nominalForce
                    + figures.movedMass * figures.serviceDeceleration),
            deceleration: figures.serviceDeceleration)
        safety = SafetyBrake(force: figures.safetyForce)
        nominalTension = parameters["nominal_tension"]
        // Two strands pull at the carriage; their sag makes them a third softer (typical).
        tension = Tensioning(
            design: figures.tensionDesign, nominal: nominalTension,
            stiffness: 2 * stiffness / 1000 / 1.5, length: 2 * figures.length,
            stroke: figures.tensionStroke)
        leastOilPressure = parameters["gear_pressure_least"]
        gearbox = Gearbox(
            nominalPower: figures.nominalForce * figures.maxSpeed,
            nominalPressure: 1.8 * leastOilPressure)
        supervision = LineSupervision(nominal: parameters["line_current"])
        swing = CarrierSwing(
            mass: figures.swingMass, area: figures.swingArea, length: figures.swingLength)
        wind = LineWind(bearing: parameters["line_bearing"])
        hasBackstop = backstop
    }

    /// Whether the main drive moves the line.
    var isRunning: Bool { control.phase == .running }

    /// Speed as the encoder on the drive wheel tells it, m/s.
    var measuredSpeed: Double { loop.driveSpeed * (1 - drive.encoderSlip) }

    /// Moves the plant on. `target` is the speed with its direction; `station` what the station
    /// asks.
    mutating func step(
        target: Double, isWanted: Bool, station: LineStop, load: LineLoad, in now: WeatherNow,
        over time: Double
    ) {
        observe(now, isOpen: isWanted)
        let trip = protect(station: station, over: time)
        let isSafetyTrip = safety.cutsMotor && control.phase == .running
        control.step(
            trip: isSafetyTrip ? .emergency : trip, isWanted: isWanted, speed: loop.driveSpeed,
            over: time)
        let isAuxiliaryNeeded = control.phase == .standing && load.persons > 0 && isMovable
        auxiliary.step(isNeeded: isAuxiliaryNeeded, over: time)
        let direction = target < 0 ? -1.0 : 1.0
        commanded = isRunning || auxiliary.isRunning ? direction : 0
        brake(over: time)
        actuate(target: target, direction: direction, load: load, over: time)
        standing = abs(loop.driveSpeed) < 0.02 ? standing + time : 0
        recorder.step(
            safety.isApplied ? .emergency : control.stop, speed: loop.driveSpeed, over: time)
        monitor(persons: load.persons, over: time)
    }

    /// Whether only the drive keeps the line from moving, so that the auxiliary drive may.
    private var isMovable: Bool {
        circuit.isClosed
            && (drive.hasFailed || !circuit.hasMains
                || gearbox.oilTemperature > 100 || bearing.temperature > 110)
    }

    private mutating func observe(_ now: WeatherNow, isOpen: Bool) {
        weather = now
        guard !hasWeather else { return }
        hasWeather = true
        gearbox.settle(isWarm: isOpen, air: now.temperature)
        bearing.settle(isWarm: isOpen, air: now.temperature)
    }

    private mutating func protect(station: LineStop, over time: Double) -> LineStop {
        var inputs = SafetyCircuit.Inputs()
        inputs.speed = loop.driveSpeed
        inputs.measuredSpeed = measuredSpeed
        inputs.maxSpeed = figures.maxSpeed
        inputs.commanded = commanded
        inputs.isPositionOpen = supervision.isOpen
        inputs.isTensionAtEnd = tension.isAtEnd
        inputs.tensionRatio = tension.force / nominalTension
        inputs.currentRatio = drive.current / nominalCurrent
        inputs.oilPressureRatio = gearbox.oilPressure / leastOilPressure
        inputs.oilTemperature = gearbox.oilTemperature
        inputs.bearingTemperature = bearing.temperature
        inputs.isDriveDead = drive.hasFailed
        inputs.isRopeBroken = loop.isBroken
        inputs.station = station
        return circuit.step(inputs, over: time)
    }

    private mutating func brake(over time: Double) {
        if isRunning && !wasRunning { isLatched = false }
        if control.stop == .emergency || circuit.isGovernorTripped { isLatched = true }
        safety.step(apply: isLatched, over: time)
        let isOpen =
            circuit.hasMains
            && (isRunning || control.stop == .electric
                || control.stop == .emergency && abs(loop.driveSpeed) > 0.05)
        let isHeldOpen = isOpen || auxiliary.isRunning
        service.step(
            apply: !isHeldOpen, speed: loop.driveSpeed, mass: figures.movedMass, over: time)
    }

    private mutating func actuate(
        target: Double, direction: Double, load: LineLoad, over time: Double
    ) {
        if isRunning && !wasRunning { drive.take(over: -(load.upForce + load.downForce)) }
        wasRunning = isRunning
        let isOnDrive = (isRunning || control.stop == .electric) && circuit.hasMains
        if isOnDrive && !safety.cutsMotor {
            drive.regulate(
                to: isRunning ? target : 0, rise: figures.rise, fall: figures.fall,
                speed: loop.driveSpeed, over: time)
        } else {
            drive.cut(at: loop.driveSpeed)
        }
        // Sheaves freeze or come free one after another, within a minute.
        sheaveDrag += (seizedSheaves - sheaveDrag) * time / 15
        var loads = RopeLoop.Loads()
        let helped = auxiliary.force(
            direction: direction, speed: loop.driveSpeed, mass: figures.movedMass,
            most: 1.3 * figures.nominalForce)
        loads.drive = drive.force + helped
        loads.driveResistance =
            (drive.isShaftBroken ? 0 : service.force) + safety.force
            + sheaveDrag * figures.nominalForce
        // Ice as a ring around the rope, 700 kg/m³ of rime and glaze.
        let ice = max(weather.ice, 0) / 1000
        let iceMass = .pi * (figures.ropeDiameter + ice) * ice * 700 * figures.length
        loads.upMass = figures.sideMass + load.up + iceMass
        loads.downMass = figures.sideMass + load.down + iceMass
        loads.up = load.upForce
        loads.down = load.downForce
        let friction = 9.81 * figures.resistance
        loads.upResistance = friction * loads.upMass + load.upBrake
        loads.downResistance = friction * loads.downMass + load.downBrake
        loads.hasBackstop = hasBackstop
        loop.step(loads, over: time)
        let weight = (load.up + load.down + 2 * iceMass) * 9.81 / 1000
        tension.step(temperature: weather.temperature, load: weight, over: time)
    }

    private mutating func monitor(persons: Int, over time: Double) {
        let ratio = abs(loop.driveSpeed) / figures.maxSpeed
        gearbox.step(
            power: drive.force * loop.driveSpeed, speedRatio: ratio,
            isLineOn: isRunning || ratio > 0.01, air: weather.temperature, over: time)
        bearing.step(speedRatio: ratio, air: weather.temperature, over: time)
        supervision.step()
        swing.step(cross: weather.wind * wind.share(of: weather.direction), over: time)
    }

    /// Writes the signals that every line has.
    func tell(_ values: inout [Double]) {
        for index in values.indices { values[index] = .nan }
        tellMotion(&values)
        if hasWeather { tellWeather(&values) }
        tellLine(&values)
        tellDrive(&values)
    }

    private func tellMotion(_ values: inout [Double]) {
        values[.speed] = measuredSpeed
        values[.speedB] = loop.driveSpeed
        values[.direction] = loop.driveSpeed > 0.05 ? 1 : loop.driveSpeed < -0.05 ? -1 : 0
        values[.commanded] = commanded
    }

    /// What follows from the weather; unknown until there has been a first step.
    private func tellWeather(_ values: inout [Double]) {
        values[.windSpeed] = weather.meanWind
        values[.windGust] = weather.gust
        // The mean of the last minute across the line: gusts have a signal of their own.
        values[.windCross] = weather.meanWind * abs(wind.share)
        values[.swing] = swing.angle
        values[.ice] = weather.ice
        values[.airTemperature] = weather.temperature
        // A capacitive sensor does not go beyond 99 % in fog.
        values[.airHumidity] = min(weather.humidity, 99)
        values[.lightning] = weather.lightning
        values[.oilTemperature] = gearbox.oilTemperature
        values[.bearingTemperature] = bearing.temperature
        values[.tensionTravelLeft] = tension.travelLeft
        if figures.tensionDesign == .counterweight {
            values[.counterweightPosition] = tension.counterweightHeight
        }
    }

    private func tellLine(_ values: inout [Double]) {
        values[.positionOpen] = supervision.isOpen.number
        values[.tensionForce] = tension.force
        values[.tensionEndSwitch] = tension.isAtEnd.number
        values[.supervisionCurrent] = supervision.current
    }

    private func tellDrive(_ values: inout [Double]) {
        values[.safetyBrake] = safety.isApplied.number
        values[.brakePressure] = service.pressure
        values[.stopDeceleration] = recorder.serviceDeceleration
        values[.emergencyPeak] = recorder.emergencyPeak
        values[.emergencyDistance] = recorder.emergencyDistance
        values[.motorCurrent] = drive.current
        values[.oilPressure] = gearbox.oilPressure
        values[.vibration] = bearing.vibration
        values[.auxiliaryReady] = auxiliary.isReady.number
        values[.auxiliaryTestAge] = auxiliary.testAge
        values[.emergencyStopFault] = circuit.isWireBroken.number
        values[.circuitClosed] = circuit.isClosed.number
        values[.circuitBypassed] = circuit.isBridged.number
        values[.mains] = circuit.hasMains.number
    }
}
