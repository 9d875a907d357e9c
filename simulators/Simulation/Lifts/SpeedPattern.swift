import Foundation

/// The speed that a lift's drive is to follow from one floor to another.
///
/// Acceleration and the round-off into braking run by time, with limited jerk; the approach runs by
/// the distance that is left, as in drives with direct approach, so that an error of the speed
/// costs comfort and not the floor. All numbers are along the direction of travel.
struct SpeedPattern {
    private enum Phase { case accelerating, cruising, rounding, approaching }

    /// Proportional approach of the last centimetres, per second: where the jerk-limited law would
    /// ask for an infinite gain.
    private static let finalGain = 4.0

    private let ratedAcceleration: Double
    private let ratedJerk: Double
    private var phase = Phase.approaching
    private var clock = 0.0
    private var peakSpeed = 0.0
    private var acceleration = 1.0
    /// Speed that is wanted now, m/s.
    private(set) var speed = 0.0
    /// Acceleration that is wanted now, m/s2.
    private(set) var wantedAcceleration = 0.0

    init(acceleration: Double, jerk: Double) {
        ratedAcceleration = acceleration
        ratedJerk = jerk
    }

    /// Plans a run over a distance: full speed if it is long enough, else as fast as jerk and
    /// acceleration allow.
    mutating func start(distance: Double, speedLimit: Double) {
        let jerk = ratedJerk
        acceleration = min(ratedAcceleration, (speedLimit * jerk).squareRoot())
        peakSpeed = speedLimit
        let full = speedLimit * speedLimit / acceleration + speedLimit * acceleration / jerk
        if distance < full {
            let triangle = 2 * acceleration * acceleration * acceleration / (jerk * jerk)
            if distance < triangle {
                acceleration = cbrt(max(distance, 0.001) * jerk * jerk / 2)
                peakSpeed = acceleration * acceleration / jerk
            } else {
                let half = acceleration * acceleration / (2 * jerk)
                peakSpeed = (half * half + acceleration * distance).squareRoot() - half
            }
        }
        phase = .accelerating
        clock = 0
        speed = 0
        wantedAcceleration = 0
    }

    /// The distance that braking from the planned speed takes, m.
    var brakingDistance: Double {
        peakSpeed * peakSpeed / (2 * acceleration) + peakSpeed * acceleration / (2 * ratedJerk)
    }

    /// Whether a floor at this distance can still be served without harder braking.
    func canStop(within distance: Double) -> Bool {
        switch phase {
        case .accelerating: distance > 2 * brakingDistance
        case .cruising: distance > brakingDistance + 0.3
        case .rounding, .approaching: false
        }
    }

    /// Whether it runs at the planned speed.
    var isCruising: Bool { phase == .cruising }

    /// Moves on by one step; `remaining` is the distance to the floor, negative beyond it.
    mutating func advance(_ step: Double, remaining: Double) {
        clock += step
        switch phase {
        case .accelerating:
            accelerate()
            if remaining <= brakingDistance + speed * step / 2 { beginRounding() }
        case .cruising:
            speed = peakSpeed
            wantedAcceleration = 0
            if remaining <= brakingDistance + speed * step / 2 { beginRounding() }
        case .rounding:
            let jerkTime = acceleration / ratedJerk
            if clock >= jerkTime {
                phase = .approaching
                approach(remaining)
            } else {
                speed = max(peakSpeed - ratedJerk * clock * clock / 2, 0)
                wantedAcceleration = -ratedJerk * clock
            }
        case .approaching: approach(remaining)
        }
    }

    private mutating func beginRounding() {
        peakSpeed = max(speed, 0.01)
        phase = .rounding
        clock = 0
    }

    private mutating func accelerate() {
        let jerkTime = acceleration / ratedJerk
        let rampTime = peakSpeed / acceleration
        if clock < jerkTime {
            speed = ratedJerk * clock * clock / 2
            wantedAcceleration = ratedJerk * clock
        } else if clock < rampTime {
            speed = acceleration * (clock - jerkTime / 2)
            wantedAcceleration = acceleration
        } else {
            let left = rampTime + jerkTime - clock
            if left > 0 {
                speed = peakSpeed - ratedJerk * left * left / 2
                wantedAcceleration = ratedJerk * left
            } else {
                speed = peakSpeed
                wantedAcceleration = 0
                phase = .cruising
            }
        }
    }

    private mutating func approach(_ remaining: Double) {
        let jerk = ratedJerk
        let roundSpeed = acceleration * acceleration / (2 * jerk)
        let roundDistance = roundSpeed * acceleration / (3 * jerk)
        let linear = Self.finalGain * remaining
        if remaining > roundDistance {
            let squared = roundSpeed * roundSpeed + 2 * acceleration * (remaining - roundDistance)
            speed = squared.squareRoot()
            wantedAcceleration = -acceleration
        } else if remaining > 0 {
            let left = cbrt(6 * remaining / jerk)
            speed = jerk * left * left / 2
            wantedAcceleration = -jerk * left
        } else {
            speed = linear
            wantedAcceleration = 0
        }
        if linear < speed {
            speed = linear
            wantedAcceleration = -Self.finalGain * linear
        }
        // A short run braked early, or one that is far from its floor, keeps to its planned speed.
        if speed > peakSpeed {
            speed = peakSpeed
            wantedAcceleration = 0
        }
    }
}
