/// What acts on car, counterweight and machine from outside during one step.
struct SuspensionForces {
    /// Car with its load, kg.
    var carMass = 0.0
    /// Friction that holds the car in both directions (guides, jammed car), N.
    var carFriction = 0.0
    /// What the safety gear holds against moving down, N.
    var safetyGear = 0.0
    /// Upward force of the car's buffer, N.
    var carBuffer = 0.0
    /// Upward force of the counterweight's buffer, N.
    var counterweightBuffer = 0.0
    /// What the closed brakes hold at the rim of the sheave, N.
    var brake = 0.0
}

/// Car and counterweight on ropes over a driven sheave: three masses, two elastic spans that
/// cannot push, and friction between ropes and sheave after Euler and Eytelwein.
///
/// Forces and masses are those at the rim of the sheave, so 2:1 roping is already reduced. Rope
/// weight is compensated. The ropes slide when the tensions differ by more than a factor
/// `traction` = exp(f * alpha), in either direction (EN 81-50 5.11).
struct TractionDrive {
    /// Standard gravity, m/s2.
    static let gravity = 9.80665
    /// Rope stiffness times area of all ropes, N; steel-cored ropes, five of 10 mm.
    private static let ropeModulus = 30e6
    /// Springs at the rope hitches, N/m.
    private static let hitchStiffness = 2.5e6
    /// Material damping of ropes and isolation pads, N s/m.
    private static let ropeDamping = 15_000.0
    /// Rope length between the sheave and the upper end of the travel, m.
    private static let overhead = 3.0
    /// Inertia of rotor and sheave at the rim, kg.
    private static let sheaveMass = 800.0
    /// Bandwidth of the speed regulator, 1/s.
    private static let bandwidth = 8.0
    /// Time constant of the torque, s.
    private static let torqueLag = 0.02
    /// Guide friction of the counterweight, N.
    private static let counterweightFriction = 60.0
    /// No stop throws a mass back faster than this, m/s. Buffers are so stiff for the length of a
    /// step that a light mass could come out of each impact faster than it went in.
    private static let fastestRebound = 30.0

    private let counterweightMass: Double
    private let nominalCarMass: Double
    private let travel: Double
    private let motorLimit: Double
    private let calibratedStrain: Double

    /// Car floor above the lowest landing, m.
    private(set) var position = 0.0
    /// Upward speed of the car, m/s.
    private(set) var speed = 0.0
    /// Upward speed of the counterweight, m/s.
    private(set) var counterweightSpeed = 0.0
    /// Height of the counterweight against where it is with the car at the lowest landing, m.
    private(set) var counterweightPosition = 0.0
    /// Rim speed of the sheave, positive when it lifts the car, m/s.
    private(set) var sheaveSpeed = 0.0
    /// Mean acceleration of the car over the last step, m/s2.
    private(set) var acceleration = 0.0
    /// Force of the motor at the rim, N.
    private(set) var motorForce = 0.0
    /// Sheave against car since the run began, m.
    private(set) var slip = 0.0
    /// Tension of the car's ropes, N.
    private(set) var carTension = 0.0
    private var counterweightTension = 0.0
    /// Whether the ropes slid on the sheave in the last step.
    private(set) var isSliding = false

    private var carStretch = 0.0
    private var counterweightStretch = 0.0
    private var integral = 0.0
    private var carStiffness = 1e6
    private var counterweightStiffness = 1e6
    private var stiffnessFactor = 1.0

    init(_ parameters: Parameters) {
        let load = parameters["rated_load"]
        let balance = parameters["balance"]
        nominalCarMass = parameters["car_mass"]
        counterweightMass = nominalCarMass + balance * load
        travel = (parameters["floors"] - 1) * parameters["floor_height"]
        // Full load up, or the empty car down, with acceleration; 40 % in hand (typical).
        let imbalance = max(1 - balance, balance) * load * Self.gravity
        let moving = nominalCarMass + load + counterweightMass + Self.sheaveMass
        motorLimit = 1.4 * (imbalance + moving * parameters["acceleration"])
        calibratedStrain = (nominalCarMass + load / 2) * Self.gravity / Self.ropeModulus
        updateStiffness()
        carStretch = nominalCarMass * Self.gravity / carStiffness
        counterweightStretch = counterweightMass * Self.gravity / counterweightStiffness
        carTension = nominalCarMass * Self.gravity
    }

    /// A car at rest at this height, its counterweight where it belongs.
    mutating func place(at height: Double) {
        position = height
        counterweightPosition = -height
        updateStiffness()
        carStretch = nominalCarMass * Self.gravity / carStiffness
        counterweightStretch = counterweightMass * Self.gravity / counterweightStiffness
    }

    /// Stiffness of all ropes and springs on the car's side, N/m.
    var stiffness: Double { carStiffness }

    /// Changes the stiffness of ropes and springs: 1 as new. They gave way slowly and the car was
    /// brought back to the sill, so the tensions stay as they are.
    mutating func setStiffnessFactor(_ factor: Double) {
        carStretch *= stiffnessFactor / factor
        counterweightStretch *= stiffnessFactor / factor
        stiffnessFactor = factor
    }

    /// Upward force that holds a car of this mass, N.
    func balancingForce(carMass: Double) -> Double {
        (carMass - counterweightMass) * Self.gravity
    }

    /// Power that the motor gives to the sheave, W; negative when it brakes.
    var motorPower: Double { motorForce * sheaveSpeed }

    /// Whether nothing moves.
    var isAtRest: Bool {
        abs(speed) < 1e-4 && abs(sheaveSpeed) < 1e-5 && abs(counterweightSpeed) < 1e-4
    }

    /// Starts the regulator: the motor holds what the load weighing reports before the brake opens.
    mutating func energize(carMass: Double) {
        integral = balancingForce(carMass: carMass)
    }

    /// Starts the regulator with what the ropes pull now: a technician's operation, as the car may
    /// stand on a buffer or in its safety gear.
    mutating func energizeHolding() { integral = carTension - counterweightTension }

    /// Counts the slip of a new run.
    mutating func resetSlip() { slip = 0 }

    /// Takes the motor's torque away.
    mutating func deenergize() {
        integral = 0
        motorForce = 0
    }

    /// The motor's force follows the regulator.
    mutating func regulate(
        _ step: Double, speed wanted: Double, acceleration: Double, carMass: Double
    ) {
        let moving = carMass + counterweightMass + Self.sheaveMass
        let error = wanted - sheaveSpeed
        let gain = Self.bandwidth * moving
        let command = integral + gain * error + moving * acceleration
        let limited = min(max(command, -motorLimit), motorLimit)
        // The integral stands still at the limit of the torque, else it would run away.
        if command == limited { integral += gain * Self.bandwidth / 4 * error * step }
        motorForce += (limited - motorForce) * min(step / Self.torqueLag, 1)
    }

    /// Moves everything on; `traction` is the greatest ratio of the tensions without sliding.
    mutating func advance(_ step: Double, _ forces: SuspensionForces, traction: Double) {
        let before = speed
        var forces = forces
        forces.carBuffer = stop(forces.carBuffer, forces.carMass, speed, step)
        forces.counterweightBuffer = stop(
            forces.counterweightBuffer, counterweightMass, counterweightSpeed, step)
        updateStiffness()
        isSliding = false
        let half = step / 2
        substep(half, forces, traction)
        substep(half, forces, traction)
        acceleration = (speed - before) / step
    }

    /// Nothing moves and nothing acts anew: what a whole step would leave as it is.
    mutating func rest() {
        acceleration = 0
        speed = 0
        sheaveSpeed = 0
        counterweightSpeed = 0
    }

    /// What of a stop's force can act on a mass of this speed for a step, N.
    private func stop(
        _ force: Double, _ mass: Double, _ speed: Double, _ step: Double
    ) -> Double {
        let up = mass * max(Self.fastestRebound - speed, 0) / step
        let down = mass * max(Self.fastestRebound + speed, 0) / step
        return min(max(force, -down), up)
    }

    private mutating func updateStiffness() {
        let below = Self.overhead + max(travel - position, 0)
        let beyond = Self.overhead + max(position, 0)
        let hitch = 1 / Self.hitchStiffness
        carStiffness = stiffnessFactor / (below / Self.ropeModulus + hitch)
        counterweightStiffness = stiffnessFactor / (beyond / Self.ropeModulus + hitch)
    }

    /// Tensions of both spans and the speed of the rope at the sheave.
    private func tensions(
        _ traction: Double
    ) -> (car: Double, counterweight: Double, rope: Double) {
        let damping = Self.ropeDamping
        let carElastic = carStiffness * carStretch
        let otherElastic = counterweightStiffness * counterweightStretch
        var rope = sheaveSpeed
        var car = max(carElastic + damping * (rope - speed), 0)
        var other = max(otherElastic + damping * (-rope - counterweightSpeed), 0)
        if car > traction * other {
            rope =
                (traction * (otherElastic - damping * counterweightSpeed) - carElastic
                    + damping * speed) / (damping * (1 + traction))
        } else if other > traction * car {
            rope =
                (otherElastic - damping * counterweightSpeed - traction
                    * (carElastic - damping * speed)) / (damping * (1 + traction))
        } else {
            return (car, other, rope)
        }
        car = max(carElastic + damping * (rope - speed), 0)
        other = max(otherElastic + damping * (-rope - counterweightSpeed), 0)
        return (car, other, rope)
    }

    private mutating func substep(_ step: Double, _ forces: SuspensionForces, _ traction: Double) {
        let (car, other, rope) = tensions(traction)
        if rope != sheaveSpeed { isSliding = true }
        carTension = car
        counterweightTension = other
        let mass = forces.carMass
        let gravity = Self.gravity

        let sheaveForce = motorForce - car + other
        sheaveSpeed = braked(
            sheaveSpeed + step * sheaveForce / Self.sheaveMass,
            step * forces.brake / Self.sheaveMass)

        var next = speed + step * ((car + forces.carBuffer) / mass - gravity)
        next = braked(next, step * forces.carFriction / mass)
        if next < 0, forces.safetyGear > 0 { next = min(next + step * forces.safetyGear / mass, 0) }
        speed = next

        let pull = (other + forces.counterweightBuffer) / counterweightMass - gravity
        counterweightSpeed = braked(
            counterweightSpeed + step * pull,
            step * Self.counterweightFriction / counterweightMass)

        // Stretched rope runs over the sheave, so less of it passes than the rim turns.
        let strain = car / Self.ropeModulus
        carStretch += step * ((1 - strain) * rope - speed)
        counterweightStretch += step * (-(1 - strain) * rope - counterweightSpeed)
        position += step * speed
        counterweightPosition += step * counterweightSpeed
        slip += step * (sheaveSpeed * (1 - calibratedStrain) - speed)
    }
}

/// Coulomb friction: takes so much off a speed, and holds at zero.
@inline(__always)
func braked(_ speed: Double, _ change: Double) -> Double {
    speed > change ? speed - change : speed < -change ? speed + change : 0
}
