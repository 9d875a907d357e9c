/// What every ride has beside its motion: a station with its people, restraints, machinery, brake
/// supervision and an anemometer. It moves on every 0.2 s, which is a control's slow task.
struct RideOperation: Sendable {
    /// The station's cycle.
    var station = RideStation()
    /// Bars, locks and doors of the vehicle in the station.
    private(set) var restraints: Restraints
    /// Those of what is out.
    private(set) var away: Restraints
    /// Pressures, temperatures, current, vibration.
    var machinery: RideMachinery
    /// What the motion asks of the machinery, set by the ride.
    var duty = RideMachinery.Duty()
    /// The last stop that was measured: metres and seconds.
    var lastStop = (distance: Double.nan, time: Double.nan)
    /// Load and its moment, per cent.
    var load = (total: 0.0, moment: 0.0)
    /// Whether people sit where they could fall to one side, which is measured.
    var measuresMoment = true
    /// The hour of the day.
    private(set) var hour: Double

    private(set) var isPowered = true
    private var random: RandomStream
    private var isWindy = false
    private var wind = 0.0
    private var gust = 0.0
    private let numbers: Numbers

    private var isBypassed = false
    private var isSingle = false
    private var isContactStuck = false
    private var failedBrakes = 0.0
    private var crowd = Double.nan
    private var lopsided = Double.nan

    /// Seconds between two steps.
    static let step = 0.2

    private struct Numbers: Sendable {
        var hydraulic, air, lockLeast, current, windStop, seats, opens, closes: Double
    }

    /// Healthy, closed, with nobody aboard.
    init(_ parameters: Parameters, random: RandomStream) {
        self.random = random
        numbers = Numbers(
            hydraulic: parameters["hydraulic_pressure"], air: parameters["air_pressure"],
            lockLeast: parameters["lock_pressure_least"],
            current: parameters["motor_current_nominal"], windStop: parameters["wind_stop"],
            seats: parameters["seats"], opens: parameters["opens"], closes: parameters["closes"])
        hour = parameters["start_hour"]
        restraints = Restraints(
            cabins: parameters["cabins"],
            closingForceLimit: parameters["closing_force_limit"])
        away = restraints
        machinery = RideMachinery(lockPressureLeast: numbers.lockLeast)
    }

    /// Brakes that are not ready: their circuits, or all of those that need air when there is too
    /// little to hold or release them (three quarters of nominal, typical of a pressure switch).
    var brakesNotReady: Double {
        failedBrakes + (machinery.air.pressure < 0.75 ? 1 : 0)
    }

    /// Moves the slow part on; whether a vehicle has just been sent.
    mutating func advance(
        isClear: Bool, mustClear: Bool = false, liftOff: Double, persons: Double,
        in weather: WeatherNow
    ) -> Bool {
        let time = Self.step
        hour += time / 3600
        if hour >= 24 { hour -= 24 }
        wind = weather.meanWind
        gust = weather.gust
        if gust >= numbers.windStop { isWindy = true }
        if gust < numbers.windStop - 3 { isWindy = false }
        away.advance(time, liftOff: persons > 0 ? liftOff : 0)
        duty.isPowered = isPowered
        machinery.advance(time, duty, temperature: weather.temperature)
        guard isPowered else { return false }
        let interlocks =
            restraints.areLocked(occupied: station.persons)
            && brakesNotReady == 0
            && load.total <= 100 && (load.moment <= 100 || !measuresMoment)
            && machinery.lockPressure >= numbers.lockLeast
        let now = RideStation.Conditions(
            isOpen: hour >= numbers.opens && hour < numbers.closes && !isWindy,
            isClear: isClear && (interlocks || isBypassed), mustClear: mustClear,
            seats: numbers.seats)
        switch station.advance(time, now, random: &random) {
        case .seated:
            seat()
            restraints.close(random: &random)
        case .dispatched:
            away = restraints
            return true
        case .nothing:
            break
        }
        return false
    }

    /// People have sat down: so many of 75 kg on average, spread at random.
    private mutating func seat() {
        let share = station.persons / numbers.seats
        load.total = crowd.isNaN ? share * random.uniform(86, 96) : crowd
        let spread = random.uniform(10, 60) * (0.3 + 0.7 * share)
        load.moment = lopsided.isNaN ? spread : lopsided
    }

    /// A vehicle is back and people get off; others may still be out.
    mutating func arrive(persons: Double, isLast: Bool = true) {
        station.arrive(persons: persons)
        restraints.open()
        if isLast { away.open() }
        load = (0, 0)
    }

    /// Makes or mends a fault.
    mutating func set(_ fault: RideFault, size: Double?) {
        switch fault {
        case .restraintLockFailed: setRestraints(\.failedSeats, size ?? 0)
        case .restraintLockHalf: setRestraints(\.halfLockedSeats, size ?? 0)
        case .interlockBypassed: isBypassed = size != nil
        case .restraintWorn: setRestraints(\.wear, size ?? 0)
        case .restraintRegulatorHigh: setRestraints(\.regulator, size ?? 1)
        case .restraintCreep: setRestraints(\.creep, size ?? 0)
        case .doorLatchFailed: setRestraints(\.failedLatches, size ?? 0)
        case .hydraulicLeak: machinery.hydraulics.leak = size ?? 0
        case .hydraulicSwitchHigh: machinery.hydraulics.setting = size ?? 1
        case .airLeak: machinery.air.leak = size ?? 0
        case .airSwitchHigh: machinery.air.setting = size ?? 1
        case .lockLeak: machinery.lockLeak = size ?? 0
        case .brakeCircuitFailed: failedBrakes = size ?? 0
        case .overcrowded: crowd = size ?? .nan
        case .seatedOneSide: lopsided = size ?? .nan
        case .gearOilLow: machinery.oilLost = size ?? 0
        case .bearingDry: machinery.bearingFriction = size ?? 1
        case .bearingDamaged: machinery.bearingDamage = size ?? 0
        case .driveHeavy: machinery.drag = size ?? 0
        case .singleConfirmation: isSingle = size != nil
        case .powerLost: isPowered = size == nil
        case .standstillContactStuck: isContactStuck = size != nil
        }
    }

    private mutating func setRestraints(
        _ cause: WritableKeyPath<Restraints, Double>, _ size: Double
    ) {
        restraints[keyPath: cause] = size
        away[keyPath: cause] = size
    }

    /// Writes the values of `RideSheet.common` from this place on.
    func tell(
        _ values: inout [Double], from place: Int, isMoving: Bool, persons: Double, aloft: Double
    ) {
        let here = station.persons
        values[place] = isMoving && !isContactStuck ? 1 : 0
        values[place + 1] = restraints.unlocked(occupied: here) + away.unlocked(occupied: persons)
        values[place + 2] =
            restraints.halfLocked(occupied: here) + away.halfLocked(occupied: persons)
        values[place + 3] = restraints.play
        values[place + 4] = restraints.closingForce
        values[place + 5] = max(restraints.angleChange, away.angleChange)
        values[place + 6] = max(restraints.unlockedDoors, away.unlockedDoors)
        values[place + 7] = station.phase == .enabled ? 1 : 0
        values[place + 8] = station.isConfirmed && !isSingle ? 1 : 0
        values[place + 9] = wind
        values[place + 10] = gust
        values[place + 11] = persons + station.persons
        values[place + 12] = aloft
        values[place + 13] = machinery.hydraulics.pressure * numbers.hydraulic
        values[place + 14] = machinery.air.pressure * numbers.air
        values[place + 15] = machinery.lockPressure
        values[place + 16] = brakesNotReady
        values[place + 17] = lastStop.distance
        values[place + 18] = lastStop.time
        values[place + 19] = load.total
        values[place + 20] = measuresMoment ? load.moment : .nan
        values[place + 21] = machinery.current * numbers.current
        values[place + 22] = machinery.oilTemperature
        values[place + 23] = machinery.bearingTemperature
        values[place + 24] = machinery.vibration
    }
}
