/// The machine brake of a lift: two sets, each with its own springs, magnet and microswitch.
///
/// Together they stop 125 % of the rated load at rated speed, and each alone slows the rated load
/// going down (EN 81-20 5.9.2.2.2.1).
struct MachineBrake {
    /// One set.
    struct Shoe {
        /// 0 closed, 1 lifted.
        fileprivate(set) var lift = 0.0
        /// What its microswitch reports.
        var isOpenReported: Bool { lift > 0.5 }
    }

    /// Time from current off to the first contact of the lining, s (typical of disc brakes).
    private static let dropDelay = 0.12
    /// Time from current on to the first movement, s.
    private static let liftDelay = 0.15
    /// Time that the shoe takes, s.
    private static let strokeTime = 0.1

    /// Braking force of both sets at the rim as new, N.
    let nominalForce: Double
    /// The force that the periodic test asks for, N: it holds 125 % of the rated load.
    let testForce: Double
    private(set) var first = Shoe()
    private(set) var second = Shoe()
    /// Whether the controller wants it open.
    private(set) var isCommandedOpen = false
    private var sinceCommand = 10.0

    /// The condition of linings and springs: 1 as new.
    var condition = 1.0
    /// Whether the second set is stuck where it cannot close.
    var isSecondHeldOpen = false
    /// Whether the first set's magnet cannot lift it.
    var isFirstHeldClosed = false

    init(_ parameters: Parameters) {
        let load = parameters["rated_load"]
        let excess = 1.25 - parameters["balance"]
        testForce = excess * load * TractionDrive.gravity
        nominalForce = testForce * parameters["brake_reserve"]
    }

    /// What the closed sets hold, N.
    var force: Double {
        condition * nominalForce / 2 * ((1 - first.lift) + (1 - second.lift))
    }

    /// Whether both are closed or stay where they are.
    var isSettled: Bool { sinceCommand > 1 }

    /// Whether both are open.
    var isOpen: Bool { first.lift > 0.99 && second.lift > 0.99 }

    /// Opens or closes it.
    mutating func command(open: Bool) {
        guard open != isCommandedOpen else { return }
        isCommandedOpen = open
        sinceCommand = 0
    }

    /// Moves the shoes.
    mutating func advance(_ step: Double) {
        sinceCommand += step
        let delay = isCommandedOpen ? Self.liftDelay : Self.dropDelay
        let change = sinceCommand > delay ? step / Self.strokeTime : 0
        let wanted = isCommandedOpen ? 1.0 : 0
        first.lift += min(max(wanted - first.lift, -change), change)
        second.lift += min(max(wanted - second.lift, -change), change)
        if isFirstHeldClosed { first.lift = 0 }
        if isSecondHeldOpen { second.lift = 1 }
    }
}

/// A brake on the sheave itself, the stopping element against ascending overspeed and unintended
/// movement (EN 81-20 5.6.6, 5.6.7). A person has to release it.
struct SheaveBrake {
    /// Time from the trip to full force, s.
    private static let delay = 0.1

    /// Its force at the rim, N.
    let nominalForce: Double
    /// Whether it has acted.
    private(set) var isTripped = false
    /// Whether overspeed made it act.
    private(set) var isTrippedByOverspeed = false
    private var sinceTrip = 0.0
    /// Whether its actuator is dead: it trips, and nothing holds.
    var isDead = false

    init(_ brake: MachineBrake) { nominalForce = brake.nominalForce }

    /// What it holds, N.
    var force: Double { isTripped && !isDead && sinceTrip > Self.delay ? nominalForce : 0 }

    /// Makes it act.
    mutating func trip(byOverspeed: Bool) {
        guard !isDead else { return }
        if byOverspeed { isTrippedByOverspeed = true }
        isTripped = true
    }

    /// Moves its time on.
    mutating func advance(_ step: Double) { if isTripped { sinceTrip += step } }

    /// A person releases it.
    mutating func reset() {
        isTripped = false
        isTrippedByOverspeed = false
        sinceTrip = 0
    }
}
