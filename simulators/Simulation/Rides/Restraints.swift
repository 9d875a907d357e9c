/// The restraints of one vehicle: lap bars with two locks each, closed by a regulated pressure, and
/// the doors of its cabins if it has any.
///
/// Closing force, play and creep follow from the regulator, from the joints and from the leakage of
/// the locking cylinders under the load of the ride.
struct Restraints: Sendable {
    /// Locks of so many seats do not hold at all.
    var failedSeats = 0.0
    /// Only one lock holds on so many seats.
    var halfLockedSeats = 0.0
    /// Wear of the joints, as play at the end of a bar, mm.
    var wear = 0.0
    /// Set value of the closing pressure, as a share of the usual one.
    var regulator = 1.0
    /// Internal leakage of a locking cylinder, as degrees per minute under the rider's weight.
    var creep = 0.0
    /// Doors whose latch does not hold.
    var failedLatches = 0.0

    /// Greatest turn of a bar since dispatch, degrees.
    private(set) var angleChange = 0.0
    /// Greatest force of the last closing, N.
    private(set) var closingForce = 0.0
    /// Whether the bars are down.
    private(set) var areClosed = false

    private let usualForce: Double
    private let cabins: Double

    /// Bars are open.
    init(cabins: Double, closingForceLimit: Double) {
        self.cabins = cabins
        // A regulator is set so that two thirds of the limit are reached.
        usualForce = closingForceLimit * 2 / 3
        closingForce = usualForce
    }

    /// Closes the bars; bodies differ, so the greatest force varies by some per cent.
    mutating func close(random: inout RandomStream) {
        closingForce = usualForce * regulator * (1 + random.uniform(-0.06, 0.06))
        angleChange = random.uniform(0, 0.2)
        areClosed = true
    }

    /// Lets people out.
    mutating func open() {
        areClosed = false
        angleChange = 0
    }

    /// A bar creeps while a rider bears on it; off the seat they bear on it with their weight.
    mutating func advance(_ time: Double, liftOff: Double) {
        guard areClosed, creep > 0 else { return }
        angleChange = min(angleChange + creep / 60 * time * (1 + liftOff), 60)
    }

    /// Greatest play of a bar, mm; a new one has some 12 mm (typical).
    var play: Double { 12 + wear }

    /// Occupied seats that nothing holds, with so many people aboard.
    func unlocked(occupied: Double) -> Double { areClosed ? min(failedSeats, occupied) : 0 }

    /// Occupied seats with one lock open.
    func halfLocked(occupied: Double) -> Double { areClosed ? min(halfLockedSeats, occupied) : 0 }

    /// Cabins whose door is not locked; not told without cabins, nor while people get on and off.
    var unlockedDoors: Double {
        guard cabins > 0 else { return .nan }
        return areClosed ? min(failedLatches, cabins) : 0
    }

    /// Whether everything is held as it has to be for a dispatch.
    func areLocked(occupied: Double) -> Bool {
        areClosed && unlocked(occupied: occupied) == 0 && halfLocked(occupied: occupied) == 0
            && !(unlockedDoors > 0)
    }
}
