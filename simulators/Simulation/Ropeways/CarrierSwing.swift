import Foundation

/// The lightest carrier at the windiest tower as a pendulum across the line.
struct CarrierSwing {
    /// Angle from the vertical, rad.
    private(set) var angle = 0.0
    /// Force with which passengers rock the carrier in time with its swing, N.
    var rocking = 0.0
    private var rate = 0.0
    private let gravity: Double
    private let damping: Double
    private let drag: Double
    private let inverseMoment: Double

    /// A carrier of this mass (kg), sail area (m²) and distance from rope to centre of mass (m).
    init(mass: Double, area: Double, length: Double) {
        gravity = 9.81 / length
        // 4 % of critical damping: air and the hanger's friction (typical).
        damping = 2 * 0.04 * (9.81 / length).squareRoot()
        // Drag coefficient 1.1 of a blunt body, air of 1.2 kg/m³.
        drag = 0.5 * 1.2 * 1.1 * area
        inverseMoment = 1 / (mass * length)
    }

    /// Swings under the wind across the line now (m/s, with sign).
    mutating func step(cross: Double, over time: Double) {
        let push = drag * cross * abs(cross) + (rate < 0 ? -rocking : rocking)
        let turn = push * inverseMoment - gravity * sin(angle) - damping * rate
        rate += turn * time
        angle = min(max(angle + rate * time, -1.5), 1.5)
    }
}

/// The wind as it meets a line of some bearing.
struct LineWind {
    private var direction = Double.nan
    private var sine = 1.0
    private let bearing: Double

    /// A line that runs towards this bearing, degrees from north.
    init(bearing: Double) { self.bearing = bearing }

    /// The share of the wind across the line; the sine is computed when the direction changes.
    mutating func share(of newDirection: Double) -> Double {
        if newDirection != direction {
            direction = newDirection
            sine = sin((newDirection - bearing) * .pi / 180)
        }
        return sine
    }

    /// The same for the direction last seen.
    var share: Double { sine }
}

/// The day of a line: when it is open, how many people come.
struct OpeningHours {
    /// Hour of opening.
    let opens: Double
    /// Hour of the last ride; the line runs on until it is empty.
    let closes: Double
    private let start: Double

    /// A day that the simulation enters at this hour.
    init(opens: Double, closes: Double, start: Double) {
        self.opens = opens
        self.closes = closes
        self.start = start
    }

    /// Hour of the day after so many seconds.
    func hour(after seconds: Double) -> Double {
        (start + seconds / 3600).truncatingRemainder(dividingBy: 24)
    }

    /// Whether passengers may board.
    func isOpen(_ hour: Double) -> Bool { hour >= opens && hour < closes }

    /// Whether the line is tried out before opening, without passengers.
    func isTrial(_ hour: Double) -> Bool { hour >= opens - 0.5 && hour < opens }

    /// Demand as a share of the capacity: uphill most in the morning, downhill in the afternoon.
    func demand(_ hour: Double, uphill: Bool) -> Double {
        guard isOpen(hour) else { return 0 }
        let peak = opens + (closes - opens) * (uphill ? 0.35 : 0.7)
        let distance = (hour - peak) / (0.3 * (closes - opens))
        return (uphill ? 0.75 : 0.55) * exp(-0.5 * distance * distance)
    }
}
