import Foundation

/// Motor, gear, flywheel and service brake on one shaft; the drive chain; the step band with its
/// load on the slope, and the auxiliary brake on the band's main shaft.
///
/// All masses and forces are those at the steps. With the chain whole, motor and band move as one;
/// once it has parted the service brake holds the motor alone.
struct EscalatorDrive {
    private static let gravity = 9.80665
    /// Steps, chains and handrails, kg (about 70 steps of 25 kg with their share of chain), for
    /// 5 m of rise.
    private static let bandMass = 2_500.0
    /// Rotor and flywheel at the steps, kg, for 5 m of rise. They are what makes stops smooth.
    private static let machineMass = 26_000.0
    /// Rise that masses and friction are given for, m.
    private static let usualRise = 5.0
    /// Friction of band and handrails, N.
    private static let bandFriction = 1_500.0
    /// Brake load on each visible step of 1 m width, kg (EN 115-1 5.4.2.1.3.1).
    private static let stepLoad = 120.0
    /// Force of the service brake as set, by what the brake load pulls: 1.2 stops it within 1 m.
    private static let brakeReserve = 1.2
    /// Force of the auxiliary brake by what the brake load pulls.
    private static let auxiliaryReserve = 1.5
    /// Greatest force of the motor by what the brake load pulls.
    private static let motorReserve = 2.0
    /// Gain of the speed regulator, 1/s.
    private static let bandwidth = 4.0
    /// How fast the regulator changes the speed, m/s2.
    private static let ramp = 0.35
    /// Time until the service brake holds or lets go, s.
    private static let brakeDelay = 0.2

    private let slope: Double
    private let bandMass: Double
    private let machineMass: Double
    private let bandFriction: Double
    /// What the brake load pulls down the slope, N.
    private let brakeLoadForce: Double
    /// Speed of the steps, m/s; up positive.
    private(set) var bandSpeed = 0.0
    /// Speed of the motor at the steps.
    private(set) var motorSpeed = 0.0
    /// Speed that the regulator follows now.
    private(set) var reference = 0.0
    private var sinceBrake = 10.0
    private(set) var isBrakeReleased = false
    private(set) var isBrakeCommandedOpen = false
    private(set) var isMotorOn = false
    /// Mean deceleration of the steps over the last step of time, m/s2.
    private(set) var deceleration = 0.0

    /// True speed by what the drive takes it for.
    var speedFactor = 1.0
    /// Force of the service brake by that as new.
    var brakeCondition = 1.0
    /// Whether the brake's magnet has lost its force.
    var isMagnetDead = false
    /// Whether the drive chain has parted.
    var isChainParted = false
    /// Whether the auxiliary brake has acted.
    var isAuxiliaryOn = false
    /// Whether the auxiliary brake cannot hold.
    var isAuxiliaryDead = false

    init(rise: Double, inclination: Double) {
        slope = sin(inclination * .pi / 180)
        let size = rise / Self.usualRise
        bandMass = Self.bandMass * size
        machineMass = Self.machineMass * size
        bandFriction = Self.bandFriction * size
        let steps = rise / slope / StepBand.pitch
        brakeLoadForce = steps * Self.stepLoad * Self.gravity * slope
    }

    /// Switches the motor on and opens the brake.
    mutating func start() {
        isMotorOn = true
        reference = motorSpeed
        command(brakeOpen: true)
    }

    /// Switches the motor off and lets the brake fall.
    mutating func trip() {
        isMotorOn = false
        command(brakeOpen: false)
    }

    private mutating func command(brakeOpen: Bool) {
        guard brakeOpen != isBrakeCommandedOpen else { return }
        isBrakeCommandedOpen = brakeOpen
        sinceBrake = 0
    }

    /// Moves everything on towards a speed, with so many kilograms on the slope.
    mutating func advance(_ step: Double, wanted: Double, load: Double) {
        sinceBrake += step
        if sinceBrake > Self.brakeDelay { isBrakeReleased = isBrakeCommandedOpen && !isMagnetDead }
        let before = bandSpeed
        let change = Self.ramp * step
        reference += min(max(wanted - reference, -change), change)

        let weight = -load * Self.gravity * slope
        let loadedMass = bandMass + load
        let holdsMainShaft = isAuxiliaryOn && !isAuxiliaryDead
        let bandHold =
            bandFriction + (holdsMainShaft ? Self.auxiliaryReserve * brakeLoadForce : 0)
        let brake = isBrakeReleased ? 0 : Self.brakeReserve * brakeLoadForce * brakeCondition
        let motor = motorForce(load: load, weight: weight)
        if isChainParted {
            bandSpeed = braked(bandSpeed + step * weight / loadedMass, step * bandHold / loadedMass)
            motorSpeed = braked(
                motorSpeed + step * motor / machineMass, step * brake / machineMass)
        } else {
            let mass = loadedMass + machineMass
            bandSpeed = braked(
                bandSpeed + step * (motor + weight) / mass, step * (bandHold + brake) / mass)
            motorSpeed = bandSpeed
        }
        deceleration = (abs(before) - abs(bandSpeed)) / step
    }

    /// The chain is whole again.
    mutating func join() {
        isChainParted = false
        motorSpeed = 0
        bandSpeed = 0
    }

    private func motorForce(load: Double, weight: Double) -> Double {
        guard isMotorOn else { return 0 }
        let mass = bandMass + machineMass + load
        let measured = motorSpeed / speedFactor
        // Vector control knows the torque that it gives, so load and friction leave no error.
        let friction = measured == 0 ? 0 : measured > 0 ? bandFriction : -bandFriction
        let steady = isChainParted ? 0 : friction - weight
        let force = steady + Self.bandwidth * mass * (reference - measured)
        let limit = Self.motorReserve * brakeLoadForce
        return min(max(force, -limit), limit)
    }
}
