public import Detection
public import Timestamps

/// The days on which people work, and where local days begin.
///
/// Deadlines in working days end with their last day: what is due "within three working days" of a
/// Monday is due at the end of Thursday.
public struct WorkCalendar: Sendable, Equatable {
    /// How far local clocks are ahead of UTC.
    public var offset: Duration
    /// Days off besides Saturdays and Sundays.
    public var holidays: Set<CivilDate>
    /// Saturdays and Sundays on which people work.
    public var workdays: Set<CivilDate>
    /// The years whose holidays are known.
    public var years: Set<Int64>

    /// Makes a calendar.
    public init(
        offset: Duration, holidays: Set<CivilDate> = [], workdays: Set<CivilDate> = [],
        years: Set<Int64> = []
    ) {
        self.offset = offset
        self.holidays = holidays
        self.workdays = workdays
        self.years = years
    }

    /// Whether people work on a day. In a year whose holidays are not known every Monday to Friday
    /// counts, which makes a deadline come too early and never too late.
    public func isWorkday(_ date: CivilDate) -> Bool {
        workdays.contains(date) || (!date.isWeekend && !holidays.contains(date))
    }

    /// The local day on which an instant falls.
    public func date(of instant: Instant) -> CivilDate { CivilDate(instant, offset: offset) }

    /// The working day that is `count` working days after `date`, which itself does not count.
    public func workday(_ count: Int, after date: CivilDate) -> CivilDate {
        step(date, count, by: 1)
    }

    /// The working day that is `count` working days before `date`, which itself does not count.
    public func workday(_ count: Int, before date: CivilDate) -> CivilDate {
        step(date, count, by: -1)
    }

    /// When `count` working days after an instant have passed.
    public func end(ofWorkday count: Int, after instant: Instant) -> Instant {
        workday(count, after: date(of: instant)).end(offset: offset)
    }

    /// When `count` days after an instant have passed.
    public func end(ofDay count: Int, after instant: Instant) -> Instant {
        date(of: instant).adding(days: count).end(offset: offset)
    }

    private func step(_ date: CivilDate, _ count: Int, by direction: Int) -> CivilDate {
        var date = date
        var left = count
        // A calendar in which nobody works for a year is a mistake; the loop ends all the same.
        for _ in 0..<(count * 7 + 366) where left > 0 {
            date = date.adding(days: direction)
            if isWorkday(date) { left -= 1 }
        }
        return date
    }
}
