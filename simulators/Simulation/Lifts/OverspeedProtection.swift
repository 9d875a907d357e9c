/// The overspeed governor: a switch first, then the grip on the rope that pulls the safety gear.
struct OverspeedGovernor {
    /// Speed at which the switch opens, m/s.
    let switchSpeed: Double
    /// Speed at which it grips its rope, m/s.
    let tripSpeed: Double
    /// Whether the switch has tripped.
    private(set) var isSwitchTripped = false
    /// Whether it holds its rope.
    private(set) var isGripping = false
    /// Whether the switch of the tension weight has tripped.
    private(set) var isRopeSlack = false
    /// By what the speed of its switch is off: 1 as set in the factory.
    var setting = 1.0
    /// By what the speed of its grip is off.
    var gripSetting = 1.0
    /// Whether it is seized and does not turn with its rope.
    var isSeized = false
    /// How far the tension weight has sunk as the rope became longer, mm.
    var ropeElongation = 0.0

    /// Travel of the tension weight that its switch allows, mm (typical).
    private static let tensionTravel = 100.0

    /// Sets it for a rated speed: the switch at 1.18 v, the grip halfway from there to the latest
    /// trip speed of EN 81-20 5.6.2.2.1.1.
    init(ratedSpeed: Double, safetyGear: SafetyGear.Sort) {
        let latest: Double
        switch safetyGear {
        case .instantaneous: latest = 0.8
        case .captiveRoller: latest = 1.0
        case .progressive:
            latest = ratedSpeed <= 1 ? 1.5 : 1.25 * ratedSpeed + 0.25 / ratedSpeed
        }
        switchSpeed = min(1.18 * ratedSpeed, 0.97 * latest)
        tripSpeed = (switchSpeed + latest) / 2
    }

    /// Looks at the speed of its rope, that is, of the car.
    mutating func advance(carSpeed: Double) {
        if ropeElongation > Self.tensionTravel { isRopeSlack = true }
        // A slack or broken rope does not drive the governor.
        guard !isSeized, !isRopeSlack else { return }
        let amount = abs(carSpeed)
        if amount > setting * switchSpeed { isSwitchTripped = true }
        if amount > gripSetting * tripSpeed { isGripping = true }
    }

    /// A person resets it.
    mutating func reset() {
        isSwitchTripped = false
        isGripping = false
        isRopeSlack = ropeElongation > Self.tensionTravel
    }
}

/// The car's safety gear: wedges on the guide rails, pulled by the governor's rope.
struct SafetyGear {
    /// How it grips.
    enum Sort: Int {
        /// At once.
        case instantaneous = 1
        /// At once, with rollers that cannot leave.
        case captiveRoller = 2
        /// With a force that is set.
        case progressive = 3
    }

    /// Time from the governor's grip to full force, s.
    private static let delay = 0.06

    private let nominalForce: Double
    /// Whether it is engaged.
    private(set) var isEngaged = false
    private var sinceEngaged = 0.0
    /// By what its force is off: 1 as set.
    var setting = 1.0

    /// A progressive gear is set for 0.6 gn with the rated load in free fall, in the middle of
    /// what EN 81-20 5.6.2.1.3 allows (0.2 to 1.0 gn); the others grip harder.
    init(_ parameters: Parameters, sort: Sort) {
        let mass = parameters["car_mass"] + parameters["rated_load"]
        let deceleration: Double
        switch sort {
        case .instantaneous: deceleration = 4
        case .captiveRoller: deceleration = 2
        case .progressive: deceleration = 0.6
        }
        nominalForce = mass * (1 + deceleration) * TractionDrive.gravity
    }

    /// What it holds against moving down, N.
    var force: Double { isEngaged && sinceEngaged > Self.delay ? nominalForce * setting : 0 }

    /// Engages as the car goes down against the governor's held rope.
    mutating func advance(_ step: Double, governor: OverspeedGovernor, carSpeed: Double) {
        if governor.isGripping, carSpeed < -0.05 { isEngaged = true }
        if isEngaged { sinceEngaged += step }
    }

    /// A person lifts the car out of it.
    mutating func reset() {
        isEngaged = false
        sinceEngaged = 0
    }
}

/// An oil buffer: an orifice that closes along the stroke keeps the force even.
struct OilBuffer {
    /// Mass that it is made for, kg.
    private let mass: Double
    /// Its stroke, m: 0.0674 v^2, but at least 65 mm (EN 81-20 5.8.2.2).
    let stroke: Double
    /// How far it is compressed, m.
    private(set) var compression = 0.0
    /// Whether the plunger is stuck when it should come back.
    var isSticking = false

    /// Time constant of the return by its spring, s.
    private static let returnTime = 8.0
    /// Return spring, N/m.
    private static let spring = 3_000.0
    /// Rubber and steel at the end of the stroke, N/m.
    private static let endStop = 3e6

    init(mass: Double, ratedSpeed: Double) {
        self.mass = mass
        stroke = max(0.0674 * ratedSpeed * ratedSpeed, 0.065)
    }

    /// Whether its switch has tripped: the plunger is not at its full height.
    var isSwitchTripped: Bool { compression > 0.005 }

    /// Moves it on and returns the upward force, N; `depth` is how far beyond the free plunger the
    /// car stands, `speed` is upward.
    mutating func advance(_ step: Double, depth: Double, speed: Double) -> Double {
        guard depth > 0 || compression > 0 else { return 0 }
        let isTouching = depth >= compression && depth > 0
        if !isTouching {
            if !isSticking { compression -= compression * min(step / Self.returnTime, 1) }
            if compression < 0.001 { compression = 0 }
            return 0
        }
        compression = depth
        var force = Self.spring * depth
        if speed < 0 {
            let left = max(stroke - depth, 0.1 * stroke)
            // No more than half of the momentum in a step, or the oil would throw the car back.
            force += min(mass * speed * speed / (2 * left), -mass * speed / (2 * step))
        }
        if depth > stroke { force += Self.endStop * (depth - stroke) }
        return force
    }

    /// A person pulls it out again.
    mutating func reset() { compression = 0 }
}
