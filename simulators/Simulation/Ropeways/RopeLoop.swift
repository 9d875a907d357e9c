/// The endless rope as three lumped masses on springs.
///
///          stretch to drive            stretch from drive
///     up ───────/\/\/─────── drive ───────/\/\/─────── down
///      └────────────────────/\/\/────────────────────────┘
///                      around the return wheel
///
/// All speeds are along the rope's direction of travel, so that an even run has all three alike.
/// The stretches are those beyond the pretension, which the tensioning device holds.
struct RopeLoop {
    /// Speed of the rope on the drive wheel, m/s.
    private(set) var driveSpeed = 0.0
    /// Speed of the ascending side's mass, m/s.
    private(set) var upSpeed = 0.0
    /// Speed of the descending side's mass, m/s.
    private(set) var downSpeed = 0.0
    /// Way of the rope on the drive wheel, m.
    private(set) var way = 0.0
    /// Way of the ascending side's mass, m.
    private(set) var upWay = 0.0
    /// Mass of drive wheel, gear and motor, as felt at the rope, kg.
    let driveMass: Double
    /// Whether the rope is broken between the drive wheel and the ascending side.
    var isBroken = false
    private var upPull = 0.0
    private var downPull = 0.0
    private var returnPull = 0.0
    private let stiffness: Double
    private let damping: Double

    /// Forces on the masses for one step; a resistance opposes motion, whichever way it goes.
    struct Loads {
        /// Of motor or auxiliary drive at the drive wheel, N.
        var drive = 0.0
        /// Of brakes and bearings at the drive wheel, N.
        var driveResistance = 0.0
        /// Weight along the rope on the ascending side, positive in the direction of travel, N.
        var up = 0.0
        /// The same on the descending side, N.
        var down = 0.0
        /// Rolling resistance, and brakes on carriers, of the ascending side, N.
        var upResistance = 0.0
        /// The same of the descending side, N.
        var downResistance = 0.0
        /// Mass of rope, carriers and persons of the ascending side, kg.
        var upMass = 1.0
        /// The same of the descending side, kg.
        var downMass = 1.0
        /// Whether a backstop keeps the drive wheel from turning back.
        var hasBackstop = false
    }

    /// A rope at rest whose stretches carry the loads while the drive wheel is held.
    init(driveMass: Double, stiffness: Double, sideMass: Double, loads: Loads) {
        self.driveMass = driveMass
        self.stiffness = stiffness
        // A tenth of critical damping for a side against its two springs: rope hysteresis and the
        // swinging of carriers damp the first longitudinal mode by 5 to 15 per cent (typical).
        damping = 0.1 * (2 * stiffness * sideMass).squareRoot()
        // Equilibrium: upPull - returnPull = -up, returnPull - downPull = -down, and the three
        // stretches add up to none.
        upPull = (-2 * loads.up + -loads.down) / 3
        returnPull = upPull + loads.up
        downPull = returnPull + loads.down
    }

    /// Moves on by semi-implicit Euler steps, which keep the energy of the springs bounded.
    mutating func step(_ loads: Loads, over time: Double) {
        let toDrive = isBroken ? 0 : upPull + damping * (driveSpeed - upSpeed)
        let fromDrive = downPull + damping * (downSpeed - driveSpeed)
        let around = isBroken ? 0 : returnPull + damping * (upSpeed - downSpeed)
        driveSpeed = moved(
            driveSpeed, by: loads.drive - toDrive + fromDrive, against: loads.driveResistance,
            mass: driveMass, time)
        if loads.hasBackstop, driveSpeed < 0 { driveSpeed = 0 }
        upSpeed = moved(
            upSpeed, by: loads.up + toDrive - around, against: loads.upResistance,
            mass: loads.upMass, time)
        downSpeed = moved(
            downSpeed, by: loads.down - fromDrive + around, against: loads.downResistance,
            mass: loads.downMass, time)
        upPull += stiffness * (driveSpeed - upSpeed) * time
        downPull += stiffness * (downSpeed - driveSpeed) * time
        returnPull += stiffness * (upSpeed - downSpeed) * time
        if isBroken { (upPull, returnPull) = (0, 0) }
        way += driveSpeed * time
        upWay += upSpeed * time
    }

    /// A speed after a force and a dry friction, which stops a mass but never turns it round.
    private func moved(
        _ speed: Double, by force: Double, against friction: Double, mass: Double, _ time: Double
    ) -> Double {
        let free = speed + force / mass * time
        let loss = friction / mass * time
        return abs(free) <= loss ? 0 : free > 0 ? free - loss : free + loss
    }
}
