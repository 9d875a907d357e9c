/// The slope of the straight line that fits the readings of a window best (least squares).
///
/// The line is fitted anew at every reading, over at most 64 of them: exact, without sums that
/// drift apart from what they sum. It tells the slope in the middle of the window, half a window
/// late.
///
/// Words: number of readings kept; since when they follow each other without a gap; place of the
/// next one; then a time and a value for each.
struct SlopeMemory {
    private let words: Table<Word>
    private let base: Int
    private let window: Duration

    private static let header = 3
    /// Readings that are kept; what is sampled faster than declared looks at a shorter window.
    static let capacity = 64
    static let words = header + 2 * capacity

    /// - Parameter settings: the window in seconds.
    init(_ words: Table<Word>, at base: Int, _ constants: Table<Double>, _ settings: Extent) {
        self.words = words
        self.base = base
        window = .fraction(constants[Int(settings.start)])
    }

    private var kept: Int { Int(words[base].count) }
    private var start: Instant { words[base + 1].instant }

    /// Place of the reading that came `age` readings ago, the newest being 0.
    private func place(_ age: Int) -> Int {
        let next = Int(words[base + 2].count)
        return base + Self.header + 2 * ((next + 2 * Self.capacity - 1 - age) % Self.capacity)
    }

    /// Moves every instant of the memory by `shift`.
    func move(by shift: Duration) {
        words[base + 1].instant = start + shift
        for age in 0..<kept { words[place(age)].instant = words[place(age)].instant + shift }
    }

    /// The slope per second; NaN before the window has passed without a gap, and with fewer than
    /// three readings in it.
    func step(_ value: Double, at time: Instant, longestGap: Duration) -> Double {
        let follows = kept > 0 && time - words[place(0)].instant <= longestGap
        if !follows {
            words[base].count = 0
            words[base + 1].instant = time
            words[base + 2].count = 0
        }
        words[base].count = Int64(min(kept + 1, Self.capacity))
        words[base + 2].count = (words[base + 2].count + 1) % Int64(Self.capacity)
        words[place(0)].instant = time
        words[place(0) + 1].number = value
        return time - start >= window ? slope(at: time) : .nan
    }

    private func slope(at now: Instant) -> Double {
        var count = 0
        var times = 0.0
        var values = 0.0
        while count < kept, now - words[place(count)].instant <= window {
            times += seconds(from: now, count)
            values += words[place(count) + 1].number
            count += 1
        }
        guard count >= 3 else { return .nan }
        let meanTime = times / Double(count)
        let meanValue = values / Double(count)
        var joint = 0.0
        var spread = 0.0
        for age in 0..<count {
            let off = seconds(from: now, age) - meanTime
            joint += off * (words[place(age) + 1].number - meanValue)
            spread += off * off
        }
        let slope = joint / spread
        return slope.isFinite ? slope : .nan
    }

    private func seconds(from now: Instant, _ age: Int) -> Double {
        Double((words[place(age)].instant - now).nanoseconds) / 1e9
    }
}
