/// Main drive: converter, motor and speed regulator, with the gearbox as a link that can break.
struct RopeDrive {
    /// Force at the rope now, N.
    private(set) var force = 0.0
    /// Speed that the regulator follows now, m/s.
    private(set) var reference = 0.0
    /// What the set value is multiplied by; 1 unless the set value is wrong.
    var setFactor = 1.0
    /// Share of the peak torque that a defective converter gives, whatever the regulator wants.
    var uncontrolledTorque = 0.0
    /// Share by which the encoder's friction wheel lags behind the rope.
    var encoderSlip = 0.0
    /// Whether the motor gives torque at all.
    var hasFailed = false
    /// Whether the shaft between motor and drive wheel is broken.
    var isShaftBroken = false
    /// Force at which the motor takes its nominal current, N.
    let nominalForce: Double
    private let nominalCurrent: Double
    private let maxSpeed: Double
    private let mass: Double
    private var integral = 0.0
    private var lastReference = 0.0

    /// A drive for a line of this moved mass (kg).
    init(nominalForce: Double, nominalCurrent: Double, maxSpeed: Double, mass: Double) {
        self.nominalForce = nominalForce
        self.nominalCurrent = nominalCurrent
        self.maxSpeed = maxSpeed
        self.mass = mass
    }

    /// Motor current, A; negative while the motor brakes.
    var current: Double { force / nominalForce * nominalCurrent }

    /// Follows the set speed by ramps (m/s²) and regulates the force; without power it gives none.
    ///
    /// A PI regulator with the rope's inertia fed forward: 0.8 rad/s stays below the first mode of
    /// the rope, and a regulator that measures where it acts damps every mode of an elastic rope.
    mutating func regulate(
        to set: Double, rise: Double, fall: Double, speed: Double, over time: Double
    ) {
        let wanted = set * setFactor
        let most = (abs(wanted) < abs(reference) ? fall : rise) * time
        lastReference = reference
        reference += min(max(wanted - reference, -most), most)
        let error = reference - speed * (1 - encoderSlip)
        let gain = 0.8 * mass
        let limit = forceLimit(at: speed)
        let feed = 0.9 * mass * (reference - lastReference) / time
        let raw = gain * error + integral + feed
        let limited = min(max(raw, -limit), limit)
        if raw == limited { integral += 0.4 * gain * error * time }
        force = available(limited, at: speed)
    }

    /// Cuts the torque: the main contactor is open. The next start begins from this speed.
    mutating func cut(at speed: Double) {
        force = 0
        integral = 0
        reference = speed
    }

    /// Starts the regulator with the force that the brake has held so far, so that nothing sags.
    mutating func take(over load: Double) { integral = load }

    private func available(_ wanted: Double, at speed: Double) -> Double {
        if hasFailed || isShaftBroken { return 0 }
        return uncontrolledTorque > 0 ? uncontrolledTorque * forceLimit(at: speed) : wanted
    }

    /// 1.8 times the nominal force for a short time (typical of a converter); the voltage gives out
    /// towards 1.4 times the speed.
    private func forceLimit(at speed: Double) -> Double {
        let voltage = (1.4 * maxSpeed - abs(speed)) / (0.1 * maxSpeed)
        return 1.8 * nominalForce * min(max(voltage, 0), 1)
    }
}

/// The auxiliary drive: a diesel with hydrostatic transmission that brings the line home.
struct AuxiliaryDrive {
    /// Whether it can be started (battery, fuel, coupling).
    var isReady = true
    /// Hours since its last start that succeeded.
    private(set) var testAge: Double
    /// Whether it drives the rope now.
    private(set) var isRunning = false
    /// Whether the crew leaves out the start tests.
    var isNeglected = false
    private var waited = 0.0

    /// One that was last started so many hours ago.
    init(testAge: Double) { self.testAge = testAge }

    /// Lets time pass. The crew starts it after eight minutes in which persons wait on a line that
    /// the main drive cannot move but that may be moved (drilled crews need 5 to 15 min).
    mutating func step(isNeeded: Bool, over time: Double) {
        testAge += time / 3600
        waited = isNeeded ? waited + time : 0
        isRunning = isNeeded && isReady && waited >= 480
    }

    /// A start test before opening, every third day.
    mutating func test() {
        if isReady && !isNeglected && testAge > 60 { testAge = 0 }
    }

    /// Sets back the last test: nobody has tested for so many hours.
    mutating func neglect(hours: Double?) {
        isNeglected = hours != nil
        testAge = hours ?? 0
    }

    /// Force at the rope to reach 0.6 m/s with a regulated pump, N.
    func force(direction: Double, speed: Double, mass: Double, most: Double) -> Double {
        guard isRunning else { return 0 }
        return min(max(mass * (0.6 * direction - speed), -most), most)
    }
}
