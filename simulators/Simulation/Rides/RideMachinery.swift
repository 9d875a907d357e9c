import Foundation

/// Pressure in an accumulator or receiver: a pump between two switching points, users and leaks.
struct PressureSupply: Sendable {
    /// Share of the nominal pressure.
    private(set) var pressure = 1.0
    /// Leak, as a share of what the pump delivers.
    var leak = 0.0
    /// Set value of the pressure switch, as a share of the usual one.
    var setting = 1.0
    private var isPumping = false
    /// What the pump delivers, as a share of nominal pressure a second.
    private let delivery: Double

    /// At nominal pressure; the pump needs so many seconds from nothing to nominal.
    init(fillingTime: Double) { delivery = 1 / fillingTime }

    /// Pumps between 97 and 103 per cent (usual switching points); `use` is what users take a
    /// second. A leak grows with the pressure.
    mutating func advance(_ time: Double, use: Double, isPowered: Bool) {
        if pressure < 0.97 * setting { isPumping = true }
        if pressure > 1.03 * setting { isPumping = false }
        let pumped = isPumping && isPowered ? delivery : 0
        pressure = max(pressure + (pumped - use - leak * delivery * pressure) * time, 0)
    }
}

/// What drives a ride, apart from its motion: motor current, temperatures, vibration, pressures.
struct RideMachinery: Sendable {
    /// Hydraulic unit.
    var hydraulics = PressureSupply(fillingTime: 120)
    /// Compressor with its receiver.
    var air = PressureSupply(fillingTime: 150)
    /// Leak of the locking circuit, bar/s.
    var lockLeak = 0.0
    /// Share of the gear oil that is lost.
    var oilLost = 0.0
    /// Friction of the worst bearing, as a multiple of the usual.
    var bearingFriction = 1.0
    /// Vibration of a damaged bearing at full speed, mm/s.
    var bearingDamage = 0.0
    /// Drag of the drive, as a share of the nominal torque.
    var drag = 0.0

    /// Motor current as a share of the nominal one.
    private(set) var current = 0.0
    /// Gear oil, degrees Celsius.
    private(set) var oilTemperature = 20.0
    /// The hottest bearing, degrees Celsius.
    private(set) var bearingTemperature = 20.0
    /// Vibration, mm/s.
    private(set) var vibration = 0.0
    /// Pressure in the locking circuit as a share of its charge.
    private(set) var lockPressure: Double
    private let lockCharge: Double
    private var hasMeasured = false

    /// Charge of the locking circuit over the least pressure that holds (typical).
    static let lockReserve = 1.4

    /// Cold, at nominal pressures.
    init(lockPressureLeast: Double) {
        lockCharge = Self.lockReserve * lockPressureLeast
        lockPressure = lockCharge
    }

    /// What the motion asks of the machinery.
    struct Duty: Sendable {
        /// Torque as a share of the nominal one.
        var torque = 0.0
        /// Speed as a share of the greatest.
        var speed = 0.0
        /// Air that brakes use, as a share of nominal pressure a second.
        var airUse = 0.0
        /// Whether the vehicle is docked, so that its locks are charged.
        var isDocked = true
        /// Whether there is mains.
        var isPowered = true
    }

    /// Moves everything on.
    mutating func advance(_ time: Double, _ duty: Duty, temperature: Double) {
        if !hasMeasured {
            oilTemperature = temperature
            bearingTemperature = temperature
            hasMeasured = true
        }
        hydraulics.advance(time, use: duty.isDocked ? 0.0004 : 0, isPowered: duty.isPowered)
        air.advance(time, use: duty.airUse, isPowered: duty.isPowered)
        let charge = duty.isDocked ? min(hydraulics.pressure, 1) * lockCharge : 0
        lockPressure += max(charge - lockPressure, 0) * min(time / 2, 1)
        lockPressure = max(lockPressure - lockLeak * time, 0)
        heat(time, duty, temperature)
        let wanted = duty.speed > 0.01 ? 0.35 + (0.8 + bearingDamage) * duty.speed : 0.12
        vibration += (wanted - vibration) * min(time / 2, 1)
    }

    private mutating func heat(_ time: Double, _ duty: Duty, _ temperature: Double) {
        let torque = duty.torque + (duty.speed > 0.01 ? drag * (duty.torque < 0 ? -1 : 1) : 0)
        // No-load current of an induction motor is about a quarter; it adds at a right angle.
        let wanted =
            duty.speed > 0.01 || duty.torque != 0
            ? (torque * torque * 0.94 + 0.06).squareRoot() : 0
        current += (wanted - current) * min(time / 0.4, 1)
        // Losses of the gears are in proportion to the power that goes through; the rise is 60 K at
        // nominal power with a time constant of half an hour (typical of a splash-lubricated
        // gearbox). Less oil carries less heat to the housing and leaves teeth dry.
        let loss = 60 * abs(torque) * duty.speed * (1 + 4 * oilLost)
        let cooling = 1 - 0.75 * oilLost
        let oil = loss - (oilTemperature - temperature) * cooling
        oilTemperature += oil * time / 1800
        // A greased main bearing rises by some 18 K with a time constant of forty minutes.
        let bearing = 18 * duty.speed * bearingFriction
        bearingTemperature += (bearing - (bearingTemperature - temperature)) * time / 2400
    }
}
