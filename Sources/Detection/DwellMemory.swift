/// How long a signal has stayed at or beyond each level, against a curve of limit over duration.
///
/// The picture: a staircase of the present excursion. For every level up to the present value it
/// tells when the signal last rose through it, as a chain of corners between which that moment is
/// linear in the level, because the signal is taken to run straight from reading to reading. A rise
/// adds a corner; a fall cuts the stairs off. Each corner knows the earliest moment at which any
/// level below it will have been held for too long, so one comparison answers a reading.
///
/// Exact for up to `corners` corners in one unbroken rise. Beyond that those are dropped that bend
/// the stairs least, and levels may seem to have been reached earlier, never later. A rise that
/// fifty straight stretches follow closely is told as closely, however long it takes.
///
/// Words: number of corners; whether there was a reading, its time, its value; then level, moment
/// and deadline of each corner.
struct DwellMemory {
    private let words: Table<Word>
    private let base: Int
    private let curve: CurveTable

    /// A rise of the filtered signal of a ride takes a quarter of a second, 50 readings at 200 Hz.
    private static let corners = 64
    private static let header = 4
    static let words = header + 3 * corners

    init(_ words: Table<Word>, at base: Int, _ curve: CurveTable) {
        self.words = words
        self.base = base
        self.curve = curve
    }

    private var count: Int {
        get { Int(words[base].count) }
        nonmutating set { words[base].count = Int64(newValue) }
    }
    private var hadReading: Bool { words[base + 1].count != 0 }
    private var lastTime: Instant { words[base + 2].instant }
    private var lastValue: Double { words[base + 3].number }

    private func level(_ corner: Int) -> Double {
        words[base + Self.header + 3 * corner].number
    }
    private func moment(_ corner: Int) -> Instant {
        words[base + Self.header + 3 * corner + 1].instant
    }
    private func deadline(_ corner: Int) -> Instant {
        words[base + Self.header + 3 * corner + 2].instant
    }

    func move(by shift: Duration) {
        words[base + 2].instant = lastTime + shift
        for corner in 0..<count {
            put(
                corner, level: level(corner), moment: moment(corner) + shift,
                deadline: deadline(corner) == .never ? .never : deadline(corner) + shift)
        }
    }

    /// Takes a reading in; returns 1 if some level was held for too long since the one before, or
    /// is now, else 0. Unknown after a gap longer than `longestGap`, from which it starts anew.
    func step(_ value: Double, at time: Instant, longestGap: Duration) -> Double {
        let hadReading = hadReading
        let isGap = hadReading && time - lastTime > longestGap
        var isViolated = false
        if !hadReading || isGap {
            count = 0
            if value > curve.base { climb(from: (curve.base, time), to: (value, time)) }
        } else if value > lastValue {
            let from = max(lastValue, curve.base)
            if value > curve.base {
                climb(from: (from, crossing(of: from, to: value, time)), to: (value, time))
            }
        } else if value < lastValue {
            isViolated = fall(to: value, at: time)
        }
        if count > 0, time > deadline(count - 1) { isViolated = true }
        words[base + 1].count = 1
        words[base + 2].instant = time
        words[base + 3].number = value
        if isGap { return .nan }
        return isViolated ? 1 : 0
    }

    /// When the line from the last reading to this one passes a level.
    private func crossing(of level: Double, to value: Double, _ time: Instant) -> Instant {
        let share = (level - lastValue) / (value - lastValue)
        return lastTime + (time - lastTime).scaled(by: share)
    }

    /// Adds a stretch. What a fall had cut off begins anew, so there the stairs have a jump.
    private func climb(from: (Double, Instant), to: (Double, Instant)) {
        if count == 0 {
            put(0, level: from.0, moment: from.1, deadline: .never)
            count = 1
        }
        if count + 2 > Self.corners { thin() }
        if moment(count - 1) < from.1 { add(from) }
        add(to)
    }

    private func add(_ corner: (level: Double, moment: Instant)) {
        let below = count - 1
        put(
            count, level: corner.level, moment: corner.moment,
            deadline: min(
                deadline(below),
                curve.deadline(from: (level(below), moment(below)), to: corner)))
        count += 1
    }

    /// Cuts the stairs off at `value`. A level that ends between two readings has been held until
    /// the line passed it.
    private func fall(to value: Double, at time: Instant) -> Bool {
        var isViolated = false
        while count >= 2, level(count - 1) > value {
            let lower = (level(count - 2), moment(count - 2))
            let upper = (level(count - 1), moment(count - 1))
            var cut = lower
            if lower.0 < value {
                let share = (value - lower.0) / (upper.0 - lower.0)
                cut = (value, lower.1 + (upper.1 - lower.1).scaled(by: share))
            }
            let isHeldTooLong = curve.isHeldTooLong(from: cut, to: upper) { level in
                crossing(of: level, to: value, time)
            }
            if isHeldTooLong { isViolated = true }
            count -= 1
            if lower.0 < value {
                put(
                    count, level: cut.0, moment: cut.1,
                    deadline: min(deadline(count - 1), curve.deadline(from: lower, to: cut)))
                count += 1
            }
        }
        if value <= curve.base { count = 0 }
        return isViolated
    }

    /// Makes room for a quarter: takes out corners that bend the stairs least, never two side by
    /// side at once, and in such a way that no level seems to have been reached later than it was.
    private func thin() {
        // What one pass may make a level seem earlier by; more only while that is not enough.
        var tolerance = Duration(nanoseconds: 1_000)
        while count > Self.corners * 3 / 4 {
            thin(tolerance)
            tolerance = tolerance + tolerance + tolerance + tolerance
        }
    }

    private func thin(_ tolerance: Duration) {
        var kept = 0
        var mayGo = true
        for corner in 1..<count - 1 {
            let (change, upper) = change(without: corner, above: kept)
            if mayGo, change <= tolerance {
                put(corner + 1, level: level(corner + 1), moment: upper, deadline: .never)
                mayGo = false
                continue
            }
            mayGo = true
            kept += 1
            keep(corner, at: kept)
        }
        kept += 1
        keep(count - 1, at: kept)
        count = kept + 1
    }

    private func keep(_ corner: Int, at place: Int) {
        let next = (level(corner), moment(corner))
        let below = (level(place - 1), moment(place - 1))
        put(
            place, level: next.0, moment: next.1,
            deadline: min(deadline(place - 1), curve.deadline(from: below, to: next)))
    }

    /// By how much a level would seem to have been reached earlier without a corner, and when the
    /// corner above it would have to have been reached for that: then the straight line to it
    /// passes the one taken out no later than it was. `below` is the corner before.
    private func change(without corner: Int, above below: Int) -> (Duration, upper: Instant) {
        let (low, middle, high) = (level(below), level(corner), level(corner + 1))
        let (start, passed, end) = (moment(below), moment(corner), moment(corner + 1))
        // All at one level: only the first moment of it counts.
        guard high > low else { return (.zero, end) }
        let chord = start + (end - start).scaled(by: (middle - low) / (high - low))
        if chord <= passed { return (passed - chord, end) }
        guard middle > low else { return (Duration(nanoseconds: .max), end) }
        let along = start + (passed - start).scaled(by: (high - low) / (middle - low))
        let upper = max(passed, min(end, along))
        return (end - upper, upper)
    }

    private func put(_ corner: Int, level: Double, moment: Instant, deadline: Instant) {
        let first = base + Self.header + 3 * corner
        words[first].number = level
        words[first + 1].instant = moment
        words[first + 2].instant = deadline
    }
}

/// A curve of limit over duration: pairs of duration in seconds and limit, the limits not rising.
struct CurveTable {
    private let constants: Table<Double>
    private let points: Extent

    init(_ constants: Table<Double>, _ points: Extent) {
        self.constants = constants
        self.points = points
    }

    private var count: Int { Int(points.count) / 2 }
    private func duration(_ point: Int) -> Double { constants[Int(points.start) + 2 * point] }
    private func limit(_ point: Int) -> Double { constants[Int(points.start) + 2 * point + 1] }

    /// What may be held for ever.
    var base: Double { limit(count - 1) }
    /// What may be reached only for shorter than the curve begins.
    var peak: Double { limit(0) }
    /// Where the curve begins; what is shorter is an impact.
    var shortest: Duration { .fraction(duration(0)) }

    /// How long exactly `level` may be held.
    private func allowed(_ level: Double) -> Duration? {
        if level <= base { return nil }
        if level > peak { return shortest - Duration(nanoseconds: 1) }
        var point = count - 1
        while limit(point) < level { point -= 1 }
        return between(point, level)
    }

    /// How long levels just above `level` may be held.
    private func allowed(above level: Double) -> Duration? {
        if level < base { return nil }
        if level >= peak { return shortest - Duration(nanoseconds: 1) }
        var point = count - 1
        while limit(point) <= level { point -= 1 }
        return between(point, level)
    }

    private func between(_ point: Int, _ level: Double) -> Duration {
        let (high, low) = (limit(point), limit(point + 1))
        let share = (high - level) / (high - low)
        return .fraction(duration(point) + share * (duration(point + 1) - duration(point)))
    }

    /// The earliest moment at which some level of a stretch of stairs will have been held too long.
    func deadline(from: (Double, Instant), to: (Double, Instant)) -> Instant {
        var earliest = to.1 + (allowed(to.0) ?? Duration(nanoseconds: .max))
        visit(from: from, to: to) { _, moment, allowed in
            earliest = min(earliest, moment + allowed)
        }
        return earliest
    }

    /// Whether some level of a stretch was held for too long until the moment at which it ended.
    func isHeldTooLong(
        from: (Double, Instant), to: (Double, Instant), until end: (Double) -> Instant
    ) -> Bool {
        var isTooLong = false
        if let allowed = allowed(to.0) { isTooLong = end(to.0) - to.1 > allowed }
        visit(from: from, to: to) { level, moment, allowed in
            if end(level) - moment > allowed { isTooLong = true }
        }
        return isTooLong
    }

    /// The lower end and every bend of the curve inside a stretch, each as seen from above.
    /// Between them everything is linear, so nothing can be earlier.
    private func visit(
        from: (Double, Instant), to: (Double, Instant),
        _ body: (_ level: Double, _ moment: Instant, _ allowed: Duration) -> Void
    ) {
        guard to.0 > from.0 else { return }
        if let allowed = allowed(above: from.0) { body(from.0, from.1, allowed) }
        for point in 0..<count where limit(point) > from.0 && limit(point) < to.0 {
            guard let allowed = allowed(above: limit(point)) else { continue }
            let share = (limit(point) - from.0) / (to.0 - from.0)
            body(limit(point), from.1 + (to.1 - from.1).scaled(by: share), allowed)
        }
    }
}

extension Duration {
    /// A part of the length, rounded down.
    func scaled(by share: Double) -> Duration {
        let part = Double(nanoseconds) * share
        // Cutting off is rounding down where nothing is negative, and needs no call.
        return Duration(nanoseconds: part >= 0 ? Int64(part) : Int64(part.rounded(.down)))
    }

    /// A number of seconds.
    static func fraction(_ seconds: Double) -> Duration {
        let nanoseconds = seconds * 1e9
        // Adding one and a half times 2^52 leaves no bits for a fraction: rounds to nearest.
        return Duration(
            nanoseconds: abs(nanoseconds) < 0x1p51
                ? Int64((nanoseconds + 0x1.8p52) - 0x1.8p52) : Int64(nanoseconds.rounded()))
    }
}
