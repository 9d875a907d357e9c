import Foundation

/// The air of a machine room: one heat capacity, one volume of moist air.
struct MachineRoom {
    /// Air, walls and steel that follow within the hour, J/K.
    private static let heatCapacity = 200_000.0
    /// Loss to the outside through walls and louvres, W/K.
    private static let conductance = 40.0
    /// Sensible cooling of the unit, W.
    private static let cooling = 3_000.0
    private static let heating = 3_000.0
    private static let volume = 40.0
    /// Air changes in a second.
    private static let airChange = 1.0 / 3600
    /// What the unit takes out of moist air, g/s.
    private static let drying = 0.3

    private(set) var temperature = 22.0
    /// Water in the air, g/m3.
    private var vapour = 9.5
    private var isCooling = false
    private var isHeating = false

    /// Whether the cooling unit is out of order.
    var isCoolingFailed = false
    /// Whether the heater is out of order.
    var isHeatingFailed = false
    /// Heat from something that does not belong here, W.
    var strangeHeat = 0.0
    /// Water that gets in and can evaporate, kg/h.
    var leak = 0.0

    /// Relative humidity, per cent.
    var humidity: Double { min(100 * vapour / Self.saturation(temperature), 100) }

    /// Moves it on by some seconds with the losses of the machine, W.
    mutating func advance(_ step: Double, losses: Double, outside: WeatherNow) {
        if temperature > 28 { isCooling = true }
        if temperature < 25 { isCooling = false }
        if temperature < 8 { isHeating = true }
        if temperature > 11 { isHeating = false }
        var heat = losses + strangeHeat + Self.conductance * (outside.temperature - temperature)
        if isCooling, !isCoolingFailed { heat -= Self.cooling }
        if isHeating, !isHeatingFailed { heat += Self.heating }
        temperature += heat * step / Self.heatCapacity

        let saturated = Self.saturation(temperature)
        let outdoor = outside.humidity / 100 * Self.saturation(outside.temperature)
        var change = (outdoor - vapour) * Self.airChange
        // Evaporation slows down as the air fills up.
        change += leak * 1000 / 3600 / Self.volume * max(1 - vapour / saturated, 0)
        if vapour > 0.75 * saturated, !isCoolingFailed { change -= Self.drying / Self.volume }
        vapour = min(vapour + change * step, saturated)
    }

    /// Water that air can hold, g/m3 (Magnus formula, WMO-No. 8).
    static func saturation(_ celsius: Double) -> Double {
        let pressure = 6.112 * exp(17.62 * celsius / (243.12 + celsius))
        return 216.7 * pressure / (273.15 + celsius)
    }
}

/// The pit with its sump.
struct Pit {
    /// Level at which the water switch acts, mm.
    private static let switchLevel = 3.0
    /// How fast the sump pump empties it once the leak is closed, mm/h.
    private static let pumping = 600.0

    private(set) var level = 0.0
    /// Water that gets in, mm/h.
    var leak = 0.0

    /// Whether the water switch has acted.
    var hasWater: Bool { level >= Self.switchLevel }

    /// Moves it on by some seconds.
    mutating func advance(_ step: Double) {
        let rate = leak > 0 ? leak : -Self.pumping
        level = min(max(level + rate * step / 3600, 0), 3000)
    }
}

/// The supply at the lift's main switch.
struct MainsSupply {
    /// Whether there is none.
    var isLost = false
    /// Whether a phase is missing.
    var isPhaseLost = false
    /// How far the voltage is off, per cent.
    var deviation = 0.0
    /// Slow wandering of the grid, per cent.
    private var wander = 0.0

    /// What a voltmeter on one phase shows, per cent of nominal.
    var voltage: Double { isLost ? 0 : 100 + deviation + wander }
    /// Whether the phase monitor is content.
    var isPhaseOk: Bool { !isLost && !isPhaseLost }
    /// Whether the drive can run on it: it gives up 15 % below nominal (typical).
    var isUsable: Bool { isPhaseOk && voltage > 85 }

    /// Moves the grid on by some seconds.
    mutating func advance(_ step: Double, _ random: inout RandomStream) {
        wander += -wander * step / 600 + random.uniform(-0.1, 0.1) * step.squareRoot()
    }
}

/// The alarm device in the car: battery, automatic tests, the button.
struct AlarmDevice {
    /// What its battery lasts for as new, min.
    private static let freshMinutes = 120.0

    private let interval: Double
    private var charge = 1.0
    private var untilTest: Double
    private(set) var voiceTestsFailed = 0
    /// Since the last test that succeeded, s.
    private(set) var sinceTest: Double
    /// What is left of the battery's capacity: 1 as new.
    var batteryCapacity = 1.0
    /// Whether the telephone link is dead.
    var isLineDead = false

    init(_ parameters: Parameters, _ random: inout RandomStream) {
        interval = parameters["alarm_test_interval"] * 3600
        untilTest = random.uniform(0.1, 0.9) * interval
        sinceTest = interval - untilTest
    }

    /// What its backup lasts for, min.
    var batteryMinutes: Double { Self.freshMinutes * batteryCapacity * charge }

    /// Moves it on by some seconds. A test that failed is done again after a quarter of the time.
    mutating func advance(_ step: Double, hasMains: Bool) {
        if hasMains {
            charge = min(charge + step / 28_800, 1)
        } else {
            let minutes = Self.freshMinutes * batteryCapacity
            charge = minutes > 0 ? max(charge - step / 60 / minutes, 0) : 0
        }
        sinceTest += step
        untilTest -= step
        guard untilTest <= 0 else { return }
        if isLineDead {
            voiceTestsFailed += 1
            untilTest = interval / 4
        } else {
            voiceTestsFailed = 0
            sinceTest = 0
            untilTest = interval
        }
    }

    /// A technician tests it after a repair.
    mutating func test() {
        guard !isLineDead else { return }
        voiceTestsFailed = 0
        sinceTest = 0
        untilTest = interval
    }
}

/// The frequency inverter: its heat sink and its limits.
struct Inverter {
    /// Heat sink, J/K.
    private static let heatCapacity = 2_500.0
    /// With the fan, W/K.
    private static let fanned = 35.0
    /// By convection alone, W/K.
    private static let still = 1.8
    /// Idle losses, W, and losses by force at the rim, W/N (some 4 % of 16 kW at 9 kN; typical).
    private static let idleLoss = 60.0
    private static let lossPerForce = 0.10
    private static let tripTemperature = 85.0
    private static let resetTemperature = 75.0

    private(set) var heatSink = 30.0
    /// Whether it is off until it has cooled.
    private(set) var isHot = false
    /// Whether it has tripped for good.
    private(set) var isTripped = false
    /// What is left of the fan's air: 1 as new.
    var air = 1.0
    /// Power at the rim at which its current monitor trips, W.
    var tripPower = Double.infinity

    /// What it gives to the room, W.
    func losses(force: Double) -> Double { Self.idleLoss + Self.lossPerForce * abs(force) }

    /// Looks at the power of this step.
    mutating func watch(power: Double) { if abs(power) > tripPower { isTripped = true } }

    /// Moves the heat sink on by some seconds with a mean force.
    mutating func advance(_ step: Double, force: Double, room: Double) {
        let conductance = Self.still + (Self.fanned - Self.still) * air
        let heat = losses(force: force) - conductance * (heatSink - room)
        heatSink += heat * step / Self.heatCapacity
        if heatSink > Self.tripTemperature { isHot = true }
        if heatSink < Self.resetTemperature { isHot = false }
    }

    /// A technician resets it.
    mutating func reset() { isTripped = false }
}

/// What shakes the car beside the drive: guide shoes on rail joints. Two resonators, one across
/// and one along, driven by noise that grows with the speed; and the evaluation of a trip.
struct CarRide {
    /// Resonators of 4 Hz with a tenth of critical damping at 20 ms: an AR(2) process.
    private static let first = 1.669
    private static let second = -0.904
    /// Half width of the uniform noise that gives 0.022 m/s2 r.m.s. at rated speed: A95 of 0.11.
    private static let vertical = 0.0078
    private static let horizontal = 0.0057
    /// Peak to peak of narrow-band Gaussian vibration that 95 % stay below, by its r.m.s. value:
    /// 2 sqrt(2 ln 20), as peaks are Rayleigh distributed.
    private static let peakToPeak95 = 4.896

    private let ratedSpeed: Double
    private var up = (0.0, 0.0)
    private var across = (0.0, 0.0)
    private var squares = (up: 0.0, across: 0.0)
    private var count = 0.0
    /// Vertical A95 of the last trip with steady travel, m/s2; NaN before the first.
    private(set) var a95Vertical = Double.nan
    /// Horizontal A95.
    private(set) var a95Horizontal = Double.nan
    /// Play of the guide shoes: 1 as adjusted.
    var wear = 1.0

    init(ratedSpeed: Double) { self.ratedSpeed = ratedSpeed }

    /// Vertical vibration now, m/s2.
    var vibration: Double { up.0 }

    /// Moves it on by a step of 20 ms.
    mutating func advance(speed: Double, isSteady: Bool, _ random: inout RandomStream) {
        let scale = wear * abs(speed) / ratedSpeed
        let bits = random.next()
        let one = Double(UInt32(truncatingIfNeeded: bits)) / 2_147_483_648 - 1
        let two = Double(UInt32(truncatingIfNeeded: bits >> 32)) / 2_147_483_648 - 1
        up = (Self.first * up.0 + Self.second * up.1 + scale * Self.vertical * one, up.0)
        across = (
            Self.first * across.0 + Self.second * across.1 + scale * Self.horizontal * two,
            across.0
        )
        guard isSteady else { return }
        squares.up += up.0 * up.0
        squares.across += across.0 * across.0
        count += 1
    }

    /// Ends a trip; one without two seconds of steady travel is not evaluated.
    mutating func endTrip() {
        if count > 100 {
            a95Vertical = Self.peakToPeak95 * (squares.up / count).squareRoot()
            a95Horizontal = Self.peakToPeak95 * (squares.across / count).squareRoot()
        }
        squares = (0, 0)
        count = 0
        up = (0, 0)
        across = (0, 0)
    }
}
