import Glibc

/// A limit that depends on how long it is reached: straight lines between points.
///
/// What lasts for less than the first duration is an impact and not judged by the curve; after the
/// last one its limit holds for ever.
public struct Curve: Sendable, Equatable {
    /// The name in rules.
    public var id: String
    /// For people.
    public var title: BilingualText
    /// Unit of the limits.
    public var unit: String
    /// Durations in seconds, rising, with their limits, not rising.
    public var points: [Point]
    /// Where the numbers come from.
    public var source: String
    /// How sure we are of them.
    public var confidence: Confidence

    /// A duration and the limit for it.
    public struct Point: Sendable, Equatable {
        /// Seconds.
        public var duration: Double
        /// The limit, in the curve's unit.
        public var limit: Double

        /// Makes a point.
        public init(duration: Double, limit: Double) {
            self.duration = duration
            self.limit = limit
        }
    }

    /// Makes a curve.
    public init(
        id: String, title: BilingualText, unit: String, points: [Point], source: String,
        confidence: Confidence
    ) {
        self.id = id
        self.title = title
        self.unit = unit
        self.points = points
        self.source = source
        self.confidence = confidence
    }

    /// What cannot be a curve, with the remedy; `nil` when it is one.
    public static func problem(with points: [Point]) -> String? {
        guard points.count >= 2 else { return "a curve has at least two points" }
        guard points.count <= LanguageLimits.curvePoints else {
            return "a curve has at most \(LanguageLimits.curvePoints) points"
        }
        guard points.allSatisfy({ $0.duration >= 0 && $0.limit > 0 }) else {
            return "durations must not be negative, and limits must be positive"
        }
        for (point, next) in zip(points, points.dropFirst()) {
            if next.duration <= point.duration { return "the durations must rise" }
            if next.limit > point.limit { return "the limits must not rise" }
        }
        guard points[0].limit > points[points.count - 1].limit else {
            return "the limit is the same for every duration: compare with it instead"
        }
        return nil
    }

    /// The points of a line that is straight when both axes are logarithmic, as points of straight
    /// lines that lie nowhere above it.
    ///
    /// Such a line sags below its chords, so each point is lowered by the greatest sag of its
    /// stretches: with 32 stretches for a factor of 20 that is less than 0.05 %.
    public static func belowLogarithmicLine(from first: Point, to last: Point) -> [Point] {
        let stretches = 32
        let exponent = log(last.limit / first.limit) / log(last.duration / first.duration)
        let step = pow(last.duration / first.duration, 1 / Double(stretches))
        // The sag of one stretch is the same share of the limit everywhere on the line.
        let end = pow(step, exponent)
        var sag = 1.0
        for part in 1..<64 {
            let share = Double(part) / 64
            let line = pow(1 + (step - 1) * share, exponent)
            let chord = 1 + (end - 1) * share
            sag = min(sag, line / chord)
        }
        return (0...stretches).map { index in
            let factor = pow(step, Double(index))
            return Point(
                duration: first.duration * factor,
                limit: first.limit * pow(factor, exponent) * sag)
        }
    }
}
