/// The car door with the landing door that it takes along: operator, locks, light curtain.
struct DoorOperator {
    /// What the operator is told.
    enum Command { case rest, open, close }

    /// What the door's sensors tell; the places are those of the signal `door.car`.
    enum Report: Int { case unknown, closing, closed, opening, open, locked, notFullyClosed }

    /// Clear opening, m (typical of 1000 kg).
    static let clearWidth = 0.9
    /// Mass of all leaves, kg.
    private static let mass = 120.0
    /// Greatest closing force, N (EN 81-20 5.3.6.2.2.1: at most 150 N).
    private static let closingForce = 150.0
    /// Greatest opening force, N.
    private static let openingForce = 220.0
    /// Friction of hangers and sill of a good door, N.
    private static let friction = 25.0
    private static let openingSpeed = 0.6
    private static let closingSpeed = 0.4
    private static let acceleration = 0.8
    /// Where grit in the sill stops the leaves, m from closed.
    private static let gritPosition = 0.06

    /// How far it is open, m.
    private(set) var position = 0.0
    private(set) var speed = 0.0
    private(set) var command = Command.rest
    /// For how long it has stood although it is told to move, s.
    private(set) var stalled = 0.0
    /// For how long it has been shut, s: the lock falls in behind the leaves.
    private var shut = 1.0

    /// Friction beyond that of a good door, N.
    var extraFriction = 0.0
    /// How many more times the lock falls in until it does not release the closed leaves; `nil` for
    /// a sound one.
    var lockingsUntilJam: Int?
    /// Whether grit lies in the sill.
    var hasGrit = false
    /// Whether something stands in the light curtain.
    var isObstructed = false
    /// Whether both door contacts are bridged.
    var isBridged = false
    /// Whether a lock contact has just opened under vibration.
    var isLockShaken = false

    /// The car door's contact.
    var isCarDoorClosed: Bool { position < 0.005 }
    /// The lock of the landing door.
    var isLandingLocked: Bool { shut > 0.1 }
    /// The door-lock section of the safety chain.
    var isChainClosed: Bool { isBridged || isCarDoorClosed && isLandingLocked && !isLockShaken }
    /// Fully open.
    var isOpen: Bool { position > Self.clearWidth - 0.01 }

    /// Tells it what to do.
    mutating func order(_ command: Command) {
        guard command != self.command else { return }
        self.command = command
        stalled = 0
    }

    /// What its sensors tell.
    var report: Report {
        if isCarDoorClosed { return .closed }
        if isOpen { return .open }
        switch command {
        case .open: return stalled > 0.5 ? .notFullyClosed : .opening
        case .close: return stalled > 0.5 ? .notFullyClosed : .closing
        case .rest: return .notFullyClosed
        }
    }

    /// Whether nothing of it can change.
    var isStill: Bool { command == .rest && speed == 0 && (!isCarDoorClosed || shut > 0.2) }

    /// Moves the leaves.
    mutating func advance(_ step: Double) {
        let isOpening = command == .open
        let end = isOpening ? Self.clearWidth : isGritInTheWay ? Self.gritPosition : 0
        let distance = command == .rest ? 0 : end - position
        let limit = isOpening ? Self.openingSpeed : Self.closingSpeed
        let braking = (2 * Self.acceleration * abs(distance)).squareRoot()
        let wanted = distance > 0 ? min(limit, braking) : -min(limit, braking)
        let isHeld = lockingsUntilJam == 0 && isOpening && isCarDoorClosed
        let force = isHeld ? 0 : isOpening ? Self.openingForce : Self.closingForce
        let demand = Self.mass * (wanted - speed) / step
        let driving = min(max(demand, -force), force)
        let loss = Self.friction + extraFriction
        // The operator's own friction is in its force; beyond that the leaves are held.
        speed = braked(
            speed + driving / Self.mass * step, max(loss - Self.friction, 0) / Self.mass * step)
        position = min(max(position + speed * step, 0), Self.clearWidth)
        if abs(distance) < 0.002 {
            position = end
            speed = 0
        }
        let isThere = isOpening ? isOpen : position == 0
        let isWaiting = command != .rest && !isThere && abs(speed) < 0.02
        stalled = isWaiting ? stalled + step : 0
        let wasLocked = isLandingLocked
        shut = isCarDoorClosed ? shut + step : 0
        if isLandingLocked, !wasLocked, let left = lockingsUntilJam, left > 0 {
            lockingsUntilJam = left - 1
        }
    }

    private var isGritInTheWay: Bool { hasGrit && position >= Self.gritPosition }
}
