/// A point on the UTC timeline, in nanoseconds since 1970-01-01T00:00:00Z.
///
/// The cores never read a clock: every `Instant` arrives as an argument. Event times come from
/// payloads, arrival times from the line's clock; the two are never mixed within one rule.
/// Range: years 1678 to 2262.
public struct Instant: Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the Unix epoch.
    public var nanoseconds: Int64

    /// Makes an instant from nanoseconds since the Unix epoch.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Later than every instant that can be reached; "never".
    public static var never: Instant { Instant(nanoseconds: .max) }

    /// Earlier than every instant that can be reached; "not yet".
    public static var distantPast: Instant { Instant(nanoseconds: .min / 4) }

    /// Whether `left` lies before `right`.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The instant `right` after `left`, stopping at `never` instead of wrapping.
    public static func + (left: Instant, right: Duration) -> Instant {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return overflow ? .never : Instant(nanoseconds: sum)
    }

    /// The same moment on a timeline that is moved; what has no time yet still has none.
    func moved(by shift: Duration) -> Instant {
        self == .never || self == .distantPast ? self : self + shift
    }

    /// The time from `right` to `left`; negative when `left` lies before `right`, saturating.
    public static func - (left: Instant, right: Instant) -> Duration {
        let (gap, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        guard overflow else { return Duration(nanoseconds: gap) }
        return Duration(nanoseconds: left.nanoseconds < 0 ? .min : .max)
    }
}

/// A length of time in nanoseconds; may be negative. Arithmetic saturates instead of wrapping.
public struct Duration: Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds.
    public var nanoseconds: Int64

    /// Makes a duration from nanoseconds.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Less than every difference: nothing lies further back.
    static var unlimited: Duration { Duration(nanoseconds: .min) }

    /// No time at all.
    public static var zero: Duration { Duration(nanoseconds: 0) }

    /// A duration of `count` milliseconds, saturating.
    public static func milliseconds(_ count: Int64) -> Duration { scaled(count, by: 1_000_000) }

    /// A duration of `count` seconds, saturating.
    public static func seconds(_ count: Int64) -> Duration { scaled(count, by: 1_000_000_000) }

    private static func scaled(_ count: Int64, by unit: Int64) -> Duration {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return Duration(nanoseconds: overflow ? (count < 0 ? .min : .max) : product)
    }

    /// Whether `left` is shorter than `right`.
    public static func < (left: Duration, right: Duration) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The sum, saturating.
    public static func + (left: Duration, right: Duration) -> Duration {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return overflow
            ? Duration(nanoseconds: left.nanoseconds < 0 ? .min : .max) : .init(nanoseconds: sum)
    }

    /// The difference, saturating.
    public static func - (left: Duration, right: Duration) -> Duration {
        let (gap, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return overflow
            ? Duration(nanoseconds: left.nanoseconds < 0 ? .min : .max) : .init(nanoseconds: gap)
    }

    /// A whole fraction of `left`, rounded towards zero.
    public static func / (left: Duration, right: Int64) -> Duration {
        Duration(nanoseconds: left.nanoseconds / right)
    }

    /// The length without its sign.
    public var magnitude: Duration {
        Duration(nanoseconds: nanoseconds == .min ? .max : abs(nanoseconds))
    }
}
