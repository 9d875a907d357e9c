// A traction lift, from the supply to the people in the car.
//
//   LiftTraffic ──calls──▶ operation (Lift+Operation) ──speed──▶ SpeedPattern ─▶ TractionDrive
//        ▲                      │        ▲                                          │  ▲
//        └──doors open──  DoorOperator   └── safety chain (Lift+Safety) ◀── speed ──┘  │
//                                              └──▶ MachineBrake, SheaveBrake, SafetyGear
//
// Faults change a cause in one of these parts; what the sensors then tell follows.

/// A traction lift: masses on ropes over a driven sheave, brake, governor and safety gear, door,
/// passengers and dispatch, supply, machine room and pit.
public struct Lift: Machine {
    /// What it is, what it tells and what can go wrong with it.
    public static let sheet = DataSheet(
        model: "lift", kind: "lift", title: Bilingual("Traction lift", "曳引式电梯"),
        about: "A traction lift with its passengers over the day: elastic ropes, slip, brakes, "
            + "governor, safety gear, buffers, doors, levelling, supply, machine room and pit.",
        step: 0.02, period: 1, fastPeriod: 0.02, parameters: LiftSheet.parameters,
        signals: LiftSheet.signals, faults: LiftFault.sheets)

    /// What the controller does; the timer of a state is `timer`.
    enum Operation {
        /// Stands with its doors closed and waits for calls.
        case parked
        case doorsOpening, doorsOpen, doorsClosing
        /// The brake opens while the motor holds the load.
        case releasing
        case travelling
        /// The motor holds the car until the brake is closed.
        case settling
        case relevelling
        /// The brake stops the car after a trip.
        case stopping
        /// Stands after a trip until it may go on by itself.
        case held
        /// Stands until somebody repairs it.
        case lockedOut
    }

    /// How the controller may move the car.
    enum TravelMode {
        case normal
        /// Slowly to a floor after a trip.
        case correction
        /// On the battery of the automatic rescue device.
        case rescueDevice
        /// By a technician with the emergency electrical operation.
        case technician
    }

    /// The places of the labels of `car.serviceMode`.
    enum ServiceMode: Int {
        case outOfService, normal, inspection, fireRecall, firefighter, emergencyPower, seismic
    }

    static let step = 0.02
    /// Half of the unlocking zone, m (EN 81-20 5.3.8.1: at most 0.2 m, with power doors 0.35 m).
    static let zone = 0.2
    /// How far beyond the terminal landings the final limit switches stand, m.
    static let finalLimit = 0.10
    /// Gap between car and buffer at the lowest landing, m; the counterweight's at the highest.
    static let bufferGap = 0.15

    /// Headroom above the car at the highest landing, m, and how stiff car and ceiling are, N/m
    /// (EN 81-20 5.2.5.7 asks for 0.1 + 0.035 v^2 and more).
    static let headroom = 1.2
    static let ceilingStiffness = 2e6
    /// What is left of that force while the car comes back: what it has bent does not spring back
    /// (typical).
    static let ceilingRebound = 0.1

    let ratedSpeed: Double
    let ratedLoad: Double
    let carMass: Double
    let floors: Int
    let floorHeight: Double
    let travel: Double
    let mainFloor: Int
    let tractionExponent: Double
    /// After this time without movement the motor is switched off, s (EN 81-20 5.9.2.7.2).
    let runTimeLimit: Double
    let brakeTestInterval: Double

    var random: RandomStream
    var pattern: SpeedPattern
    var drive: TractionDrive
    var brake: MachineBrake
    var sheaveBrake: SheaveBrake
    var governor: OverspeedGovernor
    var safetyGear: SafetyGear
    var carBuffer: OilBuffer
    var counterweightBuffer: OilBuffer
    var door = DoorOperator()
    var traffic: LiftTraffic
    var room = MachineRoom()
    var pit = Pit()
    var supply = MainsSupply()
    var alarm: AlarmDevice
    var inverter = Inverter()
    var ride: CarRide
    var faults = LiftFaults()

    var time = 0.0
    var operation = Operation.parked
    var travelMode = TravelMode.normal
    var serviceMode = ServiceMode.normal
    /// A service mode that begins once the car stands empty.
    var pendingMode: ServiceMode?
    /// Since the operation began, s.
    var timer = 0.0
    /// Direction of collective service: 1 up, -1 down, 0 none.
    var heading = 0
    /// Where the car goes, or stands.
    var targetFloor = 0
    /// Direction of the run: 1 or -1.
    var travelSign = 1.0
    var latches = LiftLatches()
    /// What the controller takes the car's position for too high, m.
    var positionOffset = 0.0
    var isPositionLost = false
    /// Until when the controller reports a lost position that it has found again, s.
    var positionReportUntil = 0.0
    var isMotorOn = false
    var motionlessTime = 0.0
    var mainsLostTime = 0.0
    /// By what the drive's scale is off in this run; it reads its scale as it starts.
    var runSpeedFactor = 1.0
    var brakeMismatchTime = 0.0
    /// Until when the physics of ropes and masses has to be computed although nothing is ordered.
    var awake = 3.0
    var lastLoad = 0.0
    var forces = SuspensionForces()
    var stop = EmergencyStopRecord()
    var exchange = PassengerExchange()
    var sinceBrakeTest: Double
    var brakeForceMeasured: Double
    /// Since people are shut in, s.
    var shutIn = 0.0
    var patience = 45.0
    var buttonUntil = 0.0
    var lastSlip = 0.0
    var forceSum = 0.0
    var tick = 0
    var lastFloorPassed = 0
    var contactOpenUntil = 0.0
    var lockOpenUntil = 0.0
    /// When a technician has come, s; infinite while nobody is called.
    var technicianAt = Double.infinity

    /// A healthy lift at its main floor, doors closed.
    public init(_ parameters: Parameters, random: RandomStream) {
        var random = random
        ratedSpeed = parameters["rated_speed"]
        ratedLoad = parameters["rated_load"]
        carMass = parameters["car_mass"]
        floors = Int(parameters["floors"])
        floorHeight = parameters["floor_height"]
        travel = Double(floors - 1) * floorHeight
        mainFloor = min(Int(parameters["main_floor"]), floors - 1)
        tractionExponent = parameters["traction"]
        runTimeLimit = min(45, max(20, parameters["full_travel_time"] + 10))
        brakeTestInterval = parameters["brake_test_interval"] * 3600
        pattern = SpeedPattern(acceleration: parameters["acceleration"], jerk: parameters["jerk"])
        drive = TractionDrive(parameters)
        brake = MachineBrake(parameters)
        sheaveBrake = SheaveBrake(brake)
        let sort = SafetyGear.Sort(rawValue: Int(parameters["safety_gear"])) ?? .progressive
        governor = OverspeedGovernor(ratedSpeed: ratedSpeed, safetyGear: sort)
        safetyGear = SafetyGear(parameters, sort: sort)
        carBuffer = OilBuffer(mass: carMass + ratedLoad / 2, ratedSpeed: ratedSpeed)
        counterweightBuffer = OilBuffer(
            mass: carMass + parameters["balance"] * ratedLoad, ratedSpeed: ratedSpeed)
        ride = CarRide(ratedSpeed: ratedSpeed)
        sinceBrakeTest = random.uniform(0, 0.5) * brakeTestInterval
        brakeForceMeasured = 100 * brake.nominalForce / brake.testForce
        alarm = AlarmDevice(parameters, &random)
        traffic = LiftTraffic(
            parameters, random: RandomStream(seed: random.next(), for: "traffic"))
        self.random = random
        targetFloor = mainFloor
        drive.place(at: Double(mainFloor) * floorHeight)
        lastFloorPassed = mainFloor
    }

    /// Moves everything on by 20 ms.
    public mutating func step(in weather: WeatherNow) {
        let step = Self.step
        time += step
        timer += step
        tick &+= 1
        if tick % 5 == 0 { traffic.advance(5 * step, time: time) }
        if tick % 50 == 0 { advanceServices(1, weather) }
        operate(step)
        if !door.isStill { door.advance(step) }
        brake.advance(step)
        sheaveBrake.advance(step)
        move(step)
        watch(step)
    }

    /// Car with its load, kg.
    var loadedMass: Double { carMass + traffic.loadMass }

    /// What the controller takes for the car's position, m.
    var believedPosition: Double { drive.position + positionOffset }

    /// The landing that is nearest to the car.
    var nearestFloor: Int {
        min(max(Int((drive.position / floorHeight).rounded()), 0), floors - 1)
    }

    /// Car sill above the sill of the nearest landing, m.
    var levelError: Double { drive.position - Double(nearestFloor) * floorHeight }

    /// Whether the car is inside the unlocking zone.
    var isInZone: Bool { abs(levelError) < Self.zone }

    /// Begins another operation.
    mutating func begin(_ next: Operation) {
        operation = next
        timer = 0
    }

    /// Ropes, masses, brakes, buffers.
    private mutating func move(_ step: Double) {
        let load = traffic.loadMass
        if load != lastLoad || isMotorOn || !brake.isSettled || !drive.isAtRest {
            lastLoad = load
            awake = 2
        }
        guard awake > 0 else {
            drive.rest()
            return
        }
        awake -= step
        forces.carMass = loadedMass
        // Rollers or sliding shoes on oiled rails (typical), and whatever jams the car.
        forces.carFriction = 120 + 40 * abs(drive.speed) + faults.jamForce
        forces.safetyGear = safetyGear.force
        forces.brake = brake.force + sheaveBrake.force
        forces.carBuffer = carBuffer.advance(
            step, depth: -Self.bufferGap - drive.position, speed: drive.speed)
        let aboveCeiling = drive.position - travel - Self.headroom
        if aboveCeiling > 0 {
            let share = drive.speed > 0 ? 1 : Self.ceilingRebound
            forces.carBuffer -= share * Self.ceilingStiffness * aboveCeiling
        }
        forces.counterweightBuffer = counterweightBuffer.advance(
            step, depth: -travel - Self.bufferGap - drive.counterweightPosition,
            speed: drive.counterweightSpeed)
        drive.advance(step, forces, traction: faults.tractionRatio(tractionExponent))
        if abs(drive.speed) > 0.02 {
            ride.advance(
                speed: drive.speed, isSteady: operation == .travelling && pattern.isCruising,
                &random)
        }
        forceSum += abs(drive.motorForce)
    }

    private mutating func advanceServices(_ step: Double, _ weather: WeatherNow) {
        let force = forceSum / 50
        forceSum = 0
        supply.advance(step, &random)
        inverter.advance(step, force: force, room: room.temperature)
        // The machine itself loses about as much as the inverter.
        room.advance(step, losses: 200 + 2 * inverter.losses(force: force), outside: weather)
        pit.advance(step)
        alarm.advance(step, hasMains: !supply.isLost)
        sinceBrakeTest += step
        watchSlowly()
        advanceMode()
        callForHelp(step)
    }

    /// People who are shut in press the button after a while, and again every few minutes.
    private mutating func callForHelp(_ step: Double) {
        let canLeave = door.isOpen && isInZone
        let isMoving = abs(drive.speed) > 0.02
        guard traffic.inCar > 0, !canLeave, !isMoving else {
            shutIn = 0
            patience = 45
            return
        }
        shutIn += step
        if shutIn > patience {
            buttonUntil = time + random.uniform(4, 7)
            patience = shutIn + random.uniform(90, 240)
        }
    }
}
