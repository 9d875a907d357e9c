public import Detection

/// A day of the calendar, without a time of day: `2026-11-26`.
///
/// Years 1970 to 2261. Which instants it has depends on where one is: see `start(offset:)`.
public struct CivilDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public var daysSinceEpoch: Int64

    /// The day that is so many days after 1970-01-01.
    public init(daysSinceEpoch: Int64) { self.daysSinceEpoch = daysSinceEpoch }

    /// The day with this date; `nil` when the calendar has none.
    public init?(year: Int64, month: Int64, day: Int64) {
        guard (1970...2261).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysInMonth(month, of: year)
        else { return nil }
        // Years are counted from March, so that the leap day comes last.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
    }

    /// The day that `text` names as `2026-11-26`; `nil` when it names none.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let widths = [4, 2, 2]
        guard parts.count == 3,
            zip(parts, widths).allSatisfy({ part, width in
                part.utf8.count == width
                    && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }), let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day on which an instant falls where clocks are `offset` ahead of UTC.
    public init(_ instant: Instant, offset: Duration) {
        daysSinceEpoch =
            RFC3339.floorDivide((instant + offset).nanoseconds, by: 86_400_000_000_000).0
    }

    /// When it begins where clocks are `offset` ahead of UTC.
    public func start(offset: Duration) -> Instant {
        Instant(nanoseconds: daysSinceEpoch * 86_400_000_000_000 - offset.nanoseconds)
    }

    /// When it ends, which is when the next day begins.
    public func end(offset: Duration) -> Instant { adding(days: 1).start(offset: offset) }

    /// The day so many days later.
    public func adding(days: Int) -> CivilDate {
        CivilDate(daysSinceEpoch: daysSinceEpoch + Int64(days))
    }

    /// How many days after `other` it comes; negative when before.
    public func days(since other: CivilDate) -> Int { Int(daysSinceEpoch - other.daysSinceEpoch) }

    /// Whether it is a Saturday or a Sunday.
    public var isWeekend: Bool {
        // 1970-01-01 was a Thursday.
        let weekday = ((daysSinceEpoch + 3) % 7 + 7) % 7
        return weekday >= 5
    }

    /// Its year.
    public var year: Int64 { parts.year }

    /// Its month, from 1.
    public var month: Int64 { parts.month }

    /// Its day of the month, from 1.
    public var day: Int64 { parts.day }

    /// `2026-11-26`.
    public var description: String {
        let (year, month, day) = parts
        return RFC3339.pad(year, 4) + "-" + RFC3339.pad(month, 2) + "-" + RFC3339.pad(day, 2)
    }

    /// Whether `left` is the earlier day.
    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    private var parts: (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let (era, dayOfEra) = RFC3339.floorDivide(shifted, by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func daysInMonth(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: isLeap(year) ? 29 : 28
        default: 31
        }
    }
}
