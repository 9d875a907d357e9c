/// Gearbox: oil temperature as one heat store with a cooler, oil pressure from an electric pump.
struct Gearbox {
    /// Oil temperature, degrees Celsius.
    private(set) var oilTemperature = 20.0
    /// Oil pressure behind the pump, bar.
    private(set) var oilPressure = 0.15
    /// Share of the cooler that works; 1 when clean and its fan runs.
    var cooler = 1.0
    /// Share of the pump's pressure that is left.
    var pump = 1.0
    private let nominalPower: Double
    private let nominalPressure: Double

    /// A gearbox for this power (W) whose pump gives this pressure (bar) with warm oil.
    init(nominalPower: Double, nominalPressure: Double) {
        self.nominalPower = nominalPower
        self.nominalPressure = nominalPressure
    }

    /// The oil as it is after some hours of running, or after a night.
    mutating func settle(isWarm: Bool, air: Double) { oilTemperature = air + (isWarm ? 25 : 0) }

    /// Heats by the losses, cools by casing and cooler.
    ///
    /// 4 % of the power is lost in three stages, 1 % of the nominal power in churning the oil
    /// (typical of bevel-planetary gearboxes). The cooler is laid out for 40 K at nominal power;
    /// the casing alone sheds two fifths of that. Oil and casing store 1.5 J/K per watt.
    mutating func step(
        power: Double, speedRatio: Double, isLineOn: Bool, air: Double, over time: Double
    ) {
        let heat = 0.04 * abs(power) + 0.01 * nominalPower * speedRatio * speedRatio
        let conductance = 0.05 * nominalPower / 40 * (0.4 + 0.6 * cooler)
        let store = 1.5 * nominalPower
        oilTemperature += (heat - conductance * (oilTemperature - air)) / store * time
        // Thinner oil leaks more: 0.4 % of the pressure per kelvin.
        let wanted = isLineOn ? nominalPressure * pump * (1 - 0.004 * (oilTemperature - 50)) : 0
        // A tank above the gearbox keeps 0.15 bar while the pump stands.
        oilPressure += (max(wanted, 0.15) - oilPressure) * time / 0.8
    }
}

/// The hottest main bearing, and the vibration of the drive.
struct DriveBearing {
    /// Temperature, degrees Celsius.
    private(set) var temperature = 20.0
    /// Root mean square of the vibration's velocity, mm/s.
    private(set) var vibration = 0.1
    /// How many times as much friction it has as a sound one.
    var friction = 1.0
    /// Unbalance of the high-speed coupling as a balance grade (ISO 21940-11), mm/s.
    var unbalance = 6.3
    /// How many times as far the machine moves as on a firm base.
    var looseness = 1.0

    /// The bearing as it is after some hours of running, or after a night.
    mutating func settle(isWarm: Bool, air: Double) { temperature = air + (isWarm ? 12 : 0) }

    /// A sound bearing runs 14 K above the air, with a time constant of half an hour (typical of
    /// bull-wheel bearings).
    ///
    /// The velocity of a machine above its resonance is the balance grade times the share of the
    /// rotor in the moved mass, here a twelfth; a damaged raceway adds a quarter of a millimetre a
    /// second for each time of its friction (engineering estimate). The parts add by their squares.
    mutating func step(speedRatio: Double, air: Double, over time: Double) {
        let rise = 14 * friction * speedRatio
        temperature += (air + rise - temperature) * time / 1800
        let mesh = 0.9 * speedRatio
        let rotor = unbalance / 12 * speedRatio * speedRatio
        let raceway = 0.25 * (friction - 1) * speedRatio
        let wanted =
            looseness
            * (mesh * mesh + rotor * rotor + raceway * raceway).squareRoot()
        vibration += (0.1 + wanted - vibration) * time / 2
    }
}

/// The current of the line's rope-position switches in series, and the relay that watches it.
struct LineSupervision {
    /// Current in the loop, mA.
    private(set) var current: Double
    /// Whether the relay has dropped out.
    private(set) var isOpen = false
    /// Whether the rope lies off its sheaves somewhere, which breaks a switch bar.
    var isDerailed = false
    /// Resistance of corroded contacts as a share of the loop's.
    var corrosion = 0.0
    /// Current through wet insulation as a share of the loop's.
    var leakage = 0.0
    private let nominal: Double

    /// A loop with this current at commissioning (mA).
    init(nominal: Double) {
        self.nominal = nominal
        current = 1.01 * nominal
    }

    /// Ohm's law at a constant voltage; sound insulation lets one per cent through. The relay wants
    /// 70 to 130 % of the current (typical).
    mutating func step() {
        current = nominal * ((isDerailed ? 0 : 1 / (1 + corrosion)) + 0.01 + leakage)
        isOpen = current < 0.7 * nominal || current > 1.3 * nominal
    }
}
