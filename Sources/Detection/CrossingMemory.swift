// Functions that watch a signal pass through levels. The signal runs straight from one reading to
// the next, so every moment is interpolated. After a gap they start anew.

/// What the last reading was. Words: whether there was one, its time, its value.
struct LastReading {
    private let words: Table<Word>
    private let base: Int

    static let words = 3

    init(_ words: Table<Word>, at base: Int) {
        self.words = words
        self.base = base
    }

    var isKnown: Bool { words[base].count != 0 }
    var time: Instant { words[base + 1].instant }
    var value: Double { words[base + 2].number }

    /// Whether the way from there to `now` can be followed.
    func reaches(_ now: Instant, _ longestGap: Duration) -> Bool {
        isKnown && now - time <= longestGap
    }

    func set(_ value: Double, at time: Instant) {
        words[base].count = 1
        words[base + 1].instant = time
        words[base + 2].number = value
    }

    func move(by shift: Duration) { words[base + 1].instant = time + shift }

    /// When the line from here to a reading passes `level`, which lies between the two.
    func passing(_ level: Double, to value: Double, at time: Instant) -> Instant {
        self.time + (time - self.time).scaled(by: (level - self.value) / (value - self.value))
    }
}

/// Whether an excursion beyond a curve's highest limit has just ended that was too short for the
/// curve: an impact, which somebody has to look at. One that ends out of sight, in a gap or while
/// the value is unknown, is one too: nobody knows how long it took.
/// Words: the last reading; since when beyond; whether beyond when last seen.
struct ImpactMemory {
    private let words: Table<Word>
    private let base: Int
    private let last: LastReading
    private let curve: CurveTable

    static let words = LastReading.words + 2

    init(_ words: Table<Word>, at base: Int, _ curve: CurveTable) {
        self.words = words
        self.base = base
        self.curve = curve
        last = LastReading(words, at: base)
    }

    private var since: Instant {
        get { words[base + LastReading.words].instant }
        nonmutating set { words[base + LastReading.words].instant = newValue }
    }

    private var isBeyond: Bool {
        get { words[base + LastReading.words + 1].count != 0 }
        nonmutating set { words[base + LastReading.words + 1].count = newValue ? 1 : 0 }
    }

    func move(by shift: Duration) {
        last.move(by: shift)
        since = since.moved(by: shift)
    }

    func step(_ value: Double, at time: Instant, longestGap: Duration) -> Double {
        let wasBeyond = isBeyond
        isBeyond = value > curve.peak
        defer { last.set(value, at: time) }
        guard last.reaches(time, longestGap) else {
            since = time
            if wasBeyond, !isBeyond { return 1 }
            return last.isKnown ? .nan : 0
        }
        if !wasBeyond, isBeyond { since = last.passing(curve.peak, to: value, at: time) }
        guard wasBeyond, !isBeyond else { return 0 }
        let end = last.passing(curve.peak, to: value, at: time)
        return end - since < curve.shortest ? 1 : 0
    }
}

/// Whether the signal has just risen too fast from one level to another after a rest at or below
/// the lower one. Words: the last reading; since when low; when the rise began.
struct SteepMemory {
    private let words: Table<Word>
    private let base: Int
    private let last: LastReading
    private let low: Double
    private let high: Double
    private let rest: Duration
    private let least: Duration

    static let words = LastReading.words + 2

    /// - Parameter settings: low and high level, rest and least time of the rise in seconds.
    init(_ words: Table<Word>, at base: Int, _ constants: Table<Double>, _ settings: Extent) {
        self.words = words
        self.base = base
        last = LastReading(words, at: base)
        let first = Int(settings.start)
        low = constants[first]
        high = constants[first + 1]
        rest = .fraction(constants[first + 2])
        least = .fraction(constants[first + 3])
    }

    private var lowSince: Instant {
        get { words[base + LastReading.words].instant }
        nonmutating set { words[base + LastReading.words].instant = newValue }
    }
    private var begun: Instant {
        get { words[base + LastReading.words + 1].instant }
        nonmutating set { words[base + LastReading.words + 1].instant = newValue }
    }

    func move(by shift: Duration) {
        last.move(by: shift)
        lowSince = lowSince.moved(by: shift)
        begun = begun.moved(by: shift)
    }

    func step(_ value: Double, at time: Instant, longestGap: Duration) -> Double {
        defer { last.set(value, at: time) }
        guard last.reaches(time, longestGap) else {
            lowSince = time
            begun = .never
            return last.isKnown ? .nan : 0
        }
        if last.value > low, value <= low {
            lowSince = last.passing(low, to: value, at: time)
            begun = .never
        }
        if last.value <= low, value > low {
            let passed = last.passing(low, to: value, at: time)
            begun = passed - lowSince >= rest ? passed : .never
        }
        guard begun != .never, last.value < high, value >= high else { return 0 }
        let took = last.passing(high, to: value, at: time) - begun
        begun = .never
        return took < least ? 1 : 0
    }
}

/// Whether the signal was below a level for longer than a time, which ended not long ago. What
/// has been found stays found over a gap; low on both sides of one counts as low all along.
/// Words: the last reading; since when low; until when it counts.
struct AfterLowMemory {
    private let words: Table<Word>
    private let base: Int
    private let last: LastReading
    private let level: Double
    private let longer: Duration
    private let within: Duration

    static let words = LastReading.words + 2

    /// - Parameter settings: the level, and the two times in seconds.
    init(_ words: Table<Word>, at base: Int, _ constants: Table<Double>, _ settings: Extent) {
        self.words = words
        self.base = base
        last = LastReading(words, at: base)
        let first = Int(settings.start)
        level = constants[first]
        longer = .fraction(constants[first + 1])
        within = .fraction(constants[first + 2])
    }

    private var lowSince: Instant {
        get { words[base + LastReading.words].instant }
        nonmutating set { words[base + LastReading.words].instant = newValue }
    }
    private var until: Instant {
        get { words[base + LastReading.words + 1].instant }
        nonmutating set { words[base + LastReading.words + 1].instant = newValue }
    }

    func move(by shift: Duration) {
        last.move(by: shift)
        lowSince = lowSince.moved(by: shift)
        until = until.moved(by: shift)
    }

    func step(_ value: Double, at time: Instant, longestGap: Duration) -> Double {
        defer { last.set(value, at: time) }
        let isLow = value < level
        guard last.isKnown else {
            lowSince = time
            return !isLow && time <= until ? 1 : 0
        }
        let isSeen = last.reaches(time, longestGap)
        let wasLow = last.value < level
        if !wasLow, isLow { lowSince = isSeen ? last.passing(level, to: value, at: time) : time }
        if wasLow, !isLow {
            // Out of sight it may have ended only now.
            let ended = isSeen ? last.passing(level, to: value, at: time) : time
            let seenLow = isSeen ? ended : last.time
            if seenLow - lowSince > longer { until = ended + within }
        }
        if !isLow, time <= until { return 1 }
        return isSeen ? 0 : .nan
    }
}

/// Whether two sustained events of opposite sign have followed each other with their peaks too
/// close and one of them too high. An event is what lies between two passages through zero.
/// Words: the last reading; begin of the event, its peak and when that was; the same of the last
/// sustained event, its begin being `never` while there is none.
struct ReversalMemory {
    private let words: Table<Word>
    private let base: Int
    private let last: LastReading
    private let positive: Double
    private let negative: Double
    private let window: Duration

    static let words = LastReading.words + 6

    /// - Parameter settings: the greatest positive and negative peak, and the time in seconds that
    ///   an event must last to be sustained and peaks must lie apart.
    init(_ words: Table<Word>, at base: Int, _ constants: Table<Double>, _ settings: Extent) {
        self.words = words
        self.base = base
        last = LastReading(words, at: base)
        let first = Int(settings.start)
        positive = constants[first]
        negative = constants[first + 1]
        window = .fraction(constants[first + 2])
    }

    private struct Event {
        var begin: Instant
        var peak: Double
        var peakTime: Instant
    }

    private func event(_ index: Int) -> Event {
        let first = base + LastReading.words + 3 * index
        return Event(
            begin: words[first].instant, peak: words[first + 1].number,
            peakTime: words[first + 2].instant)
    }

    private func put(_ event: Event, _ index: Int) {
        let first = base + LastReading.words + 3 * index
        words[first].instant = event.begin
        words[first + 1].number = event.peak
        words[first + 2].instant = event.peakTime
    }

    func move(by shift: Duration) {
        last.move(by: shift)
        for index in 0..<2 {
            var event = event(index)
            event.begin = event.begin.moved(by: shift)
            event.peakTime = event.peakTime.moved(by: shift)
            put(event, index)
        }
    }

    func step(_ value: Double, at time: Instant, longestGap: Duration) -> Double {
        defer { last.set(value, at: time) }
        guard last.reaches(time, longestGap) else {
            put(Event(begin: time, peak: value, peakTime: time), 0)
            put(Event(begin: .never, peak: 0, peakTime: time), 1)
            return last.isKnown ? .nan : 0
        }
        var now = event(0)
        let turns = (last.value > 0 && value <= 0) || (last.value < 0 && value >= 0)
        guard turns else {
            if value.magnitude > now.peak.magnitude {
                now.peak = value
                now.peakTime = time
                put(now, 0)
            }
            return 0
        }
        let passed = last.passing(0, to: value, at: time)
        put(Event(begin: passed, peak: value, peakTime: time), 0)
        guard passed - now.begin >= window else { return 0 }
        let before = event(1)
        put(now, 1)
        let isClose =
            before.begin != .never && before.peak * now.peak < 0
            && now.peakTime - before.peakTime <= window
        return isClose && (isHigh(before.peak) || isHigh(now.peak)) ? 1 : 0
    }

    private func isHigh(_ peak: Double) -> Bool { peak > positive || peak < -negative }
}
