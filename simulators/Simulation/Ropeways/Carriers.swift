import Foundation

/// The carriers of a circulating line as a ring that the rope carries round.
///
/// With the odometer at s, carrier k is s - k · spacing past the lower station's exit, modulo the
/// ring. Stations are driven by the rope, so their length counts in rope way as well. At four
/// points carriers are counted: lower exit, upper entry, upper exit, lower entry.
struct CarrierRing {
    /// Persons on the ascending side.
    private(set) var personsUp = 0
    /// Persons on the descending side.
    private(set) var personsDown = 0
    /// Carriers on the ascending side.
    private(set) var carriersUp = 0
    /// Carriers on the descending side.
    private(set) var carriersDown = 0
    /// Seconds of running between the last two carriers at an exit; NaN before there were two.
    private(set) var interval = Double.nan
    /// Grip force of the last carrier at a coupling check, N; NaN before the first.
    private(set) var gripForce = Double.nan
    /// The same against the carrier's own median, per cent.
    private(set) var gripRatio = Double.nan
    /// Carriers on the line whose door is not locked.
    private(set) var unlocked = 0
    /// Carriers that have passed a coupling check with the jaw not closed.
    private(set) var misgripped = 0
    /// Whether a carrier stands where the next one comes.
    private(set) var hasZoneConflict = false
    /// Share of its spring force that the next carrier at a check has left.
    var springLeft = 1.0
    /// Opening of the jaw of the next carrier at the check, mm.
    var jawGap = 0.0
    /// Seconds by which every eighth carrier leaves late.
    var lateness = 0.0
    /// Metres by which one carrier has slipped back on the rope.
    var slip = 0.0
    /// Whether the conveyor of the lower station stands.
    var isConveyorJammed = false
    /// Whether a door's lock gives way after the departure check.
    var isDoorLockBroken = false
    /// Rope way between two carriers, m.
    let spacing: Double
    /// Rope way between the stations, m.
    let length: Double
    private let station: Double
    private let capacity: Int
    private let count: Int
    private let hasChecks: Bool
    private let leastGrip: Double
    private var persons: [Int]
    private var grips: [Double]
    private var medians: [Double]
    private var due: (lowerExit: Int, upperEntry: Int, upperExit: Int, lowerEntry: Int)
    private var lastExit = Double.nan
    private var jammedWay = 0.0

    /// A ring for a line; `gripForce` is the usual force, and 0 where the grips are fixed.
    init(
        spacing: Double, length wanted: Double, station: Double, capacity: Int, gripForce: Double,
        leastGrip: Double, demandUp: Double, demandDown: Double, random: inout RandomStream
    ) {
        count = max(Int((2 * (wanted + station) / spacing).rounded()), 2)
        self.spacing = spacing
        self.station = station
        length = Double(count) * spacing / 2 - station
        self.capacity = capacity
        self.leastGrip = leastGrip
        hasChecks = gripForce > 0
        persons = [Int](repeating: 0, count: count)
        grips = (0..<count).map { _ in gripForce * (1 + 0.015 * random.noise(1)) }
        medians = grips
        // The odometer begins at 0 with carrier 0 at the lower exit.
        let ring = Double(count) * spacing
        due = (
            1, Self.first(after: length, spacing), Self.first(after: length + station, spacing),
            Self.first(after: 2 * length + station, spacing)
        )
        for carrier in 0..<count {
            let place = carrier == 0 ? 0 : ring - Double(carrier) * spacing
            if place < length {
                carriersUp += 1
                persons[carrier] = Self.arrivals(demandUp * Double(capacity), capacity, &random)
                personsUp += persons[carrier]
            } else if place >= length + station && place < 2 * length + station {
                carriersDown += 1
                persons[carrier] = Self.arrivals(demandDown * Double(capacity), capacity, &random)
                personsDown += persons[carrier]
            }
        }
    }

    /// Persons on the line.
    var personsOnLine: Int { personsUp + personsDown }

    /// Lets the rope carry the carriers to `way` by a step (m); `clock` is the time for which it
    /// has run, s.
    mutating func move(
        to way: Double, by step: Double, speed: Double, clock: Double, demandUp: Double,
        demandDown: Double, random: inout RandomStream
    ) {
        followJam(step)
        let late = due.lowerExit % 8 == 0 ? lateness * max(speed, 0.1) + slip : 0
        if way >= Double(due.lowerExit) * spacing + late && !isConveyorJammed {
            let isBehind = way > (Double(due.lowerExit) + 0.9) * spacing
            leaveBelow(clock: clock, demand: demandUp, random: &random)
            // What a jam has held back is sent out by hand, outside the measured sequence.
            if isBehind { (lastExit, interval) = (.nan, .nan) }
        }
        if way >= Double(due.upperEntry) * spacing + length {
            let carrier = (due.upperEntry % count + count) % count
            personsUp -= unload(carrier)
            carriersUp -= 1
            due.upperEntry += 1
        }
        if way >= Double(due.upperExit) * spacing + length + station {
            let carrier = (due.upperExit % count + count) % count
            if hasChecks { check(carrier, &random) }
            persons[carrier] = Self.arrivals(demandDown * Double(capacity), capacity, &random)
            personsDown += persons[carrier]
            carriersDown += 1
            due.upperExit += 1
        }
        if way >= Double(due.lowerEntry) * spacing + 2 * length + station {
            let carrier = (due.lowerEntry % count + count) % count
            personsDown -= unload(carrier)
            carriersDown -= 1
            due.lowerEntry += 1
        }
    }

    /// Takes carriers with a failed check or an open door off the line: the crew has seen to them.
    mutating func clearChecks() {
        misgripped = 0
        unlocked = 0
    }

    /// The next carrier at an odometer of 0 that has still to come to a point: those that begin
    /// beyond it have numbers below 0, as of the round before.
    private static func first(after point: Double, _ spacing: Double) -> Int {
        Int((-point / spacing).rounded(.down)) + 1
    }

    private mutating func followJam(_ step: Double) {
        jammedWay = isConveyorJammed ? jammedWay + max(step, 0) : 0
        // Occupied by the one that stands and the one that comes: a place and a half later.
        hasZoneConflict = jammedWay > 1.5 * spacing
    }

    private mutating func leaveBelow(
        clock: Double, demand: Double, random: inout RandomStream
    ) {
        let carrier = due.lowerExit % count
        if hasChecks { check(carrier, &random) }
        persons[carrier] = Self.arrivals(demand * Double(capacity), capacity, &random)
        personsUp += persons[carrier]
        carriersUp += 1
        interval = clock - lastExit
        lastExit = clock
        due.lowerExit += 1
        if isDoorLockBroken && unlocked == 0 { unlocked = 1 }
    }

    private mutating func unload(_ carrier: Int) -> Int {
        defer { persons[carrier] = 0 }
        return persons[carrier]
    }

    private mutating func check(_ carrier: Int, _ random: inout RandomStream) {
        let force = grips[carrier] * springLeft * (1 + random.noise(0.006))
        gripForce = force
        gripRatio = 100 * force / medians[carrier]
        // A running estimate of the median: a small step towards the side where the value lies.
        medians[carrier] *= force > medians[carrier] ? 1.001 : 0.999
        // The height gauge lets 2 mm pass; the force check refuses a grip below its least.
        if jawGap > 2 || force < leastGrip { misgripped += 1 }
    }

    /// Persons who board one carrier: Poisson, as people come independently, up to its places.
    private static func arrivals(
        _ mean: Double, _ places: Int, _ random: inout RandomStream
    ) -> Int {
        guard mean > 0 else { return 0 }
        let end = exp(-mean)
        var product = random.unit()
        var number = 0
        while product > end && number < places {
            product *= random.unit()
            number += 1
        }
        return number
    }
}
