/// A window over the past in constant memory: 33 buckets of a thirty-second of the window each.
///
/// The picture: a belt of 33 boxes that moves on by one box every thirty-second of the window. The
/// running box and the 32 full ones before it are the window, so it reaches back at least as far
/// as was asked and at most a thirty-second further. Box borders count from the first reading.
///
/// Words: origin, time up to which the belt is filled, value that holds since then, index of the
/// running bucket, whether it has started, what the full buckets are together and how much of them
/// is known; then two words for each bucket.
struct WindowMemory {
    private let words: Table<Word>
    private let base: Int
    private let bucket: Duration

    private static let header = 7
    private static let buckets: Int64 = 33
    static let words = header + 2 * Int(buckets)

    init(_ words: Table<Word>, at base: Int, window: Duration) {
        self.words = words
        self.base = base
        bucket = Self.bucket(of: window)
    }

    /// A thirty-second of a window, rounded up.
    static func bucket(of window: Duration) -> Duration {
        let parts = Self.buckets - 1
        return Duration(nanoseconds: max(1, (window.nanoseconds + parts - 1) / parts))
    }

    var hasStarted: Bool { words[base + 4].count != 0 }
    private var origin: Instant { words[base].instant }
    private var filledTo: Instant { words[base + 1].instant }
    /// Number of the running bucket, counted from the first reading on.
    var current: Int64 { words[base + 3].count }

    /// The value that holds since the last reading; NaN while it is unknown.
    var held: Double {
        get { words[base + 2].number }
        nonmutating set { words[base + 2].number = newValue }
    }

    /// Starts an empty belt at `time`.
    func start(at time: Instant) {
        for index in 0..<Self.words { words[base + index] = .empty }
        words[base].instant = time
        words[base + 1].instant = time
        words[base + 2].number = .nan
        words[base + 4].count = 1
    }

    /// Moves every instant of the memory by `shift`.
    func move(by shift: Duration) {
        words[base].instant = origin + shift
        words[base + 1].instant = filledTo + shift
    }

    /// Whether at least the window has passed since the start.
    func isCovered(at time: Instant, window: Duration) -> Bool { time - origin >= window }

    private func moves(by time: Instant) -> Bool { time >= start(of: current + 1) }

    /// Moves the belt on to `time`, calling `fill` for each bucket that the held value covers with
    /// the time that it spends there. At most 33 calls.
    func advance(to time: Instant, fill: (Int, Duration) -> Void) {
        guard moves(by: time) else {
            if time > filledTo { fill(running, time - filledTo) }
            words[base + 1].instant = max(time, filledTo)
            return
        }
        let last = (time - origin).nanoseconds / bucket.nanoseconds
        if last - current >= Self.buckets {
            // Everything is older than the window; only its own length has to be filled.
            for index in 0..<Int(Self.buckets) { clear(index) }
            words[base + 3].count = last - Self.buckets + 1
            words[base + 1].instant = start(of: last - Self.buckets + 1)
        }
        while true {
            let end = min(time, start(of: current + 1))
            if end > filledTo { fill(index(of: current), end - filledTo) }
            words[base + 1].instant = max(end, filledTo)
            guard current < last else { return }
            words[base + 3].count = current + 1
            clear(index(of: current))
        }
    }

    /// The two words of a bucket.
    func bucket(_ index: Int) -> (value: Word, known: Duration) {
        (
            words[base + Self.header + 2 * index],
            Duration(nanoseconds: words[base + Self.header + 2 * index + 1].count)
        )
    }

    func set(_ index: Int, value: Word, known: Duration) {
        words[base + Self.header + 2 * index] = value
        words[base + Self.header + 2 * index + 1].count = known.nanoseconds
    }

    /// What the buckets but the running one are together, kept by whoever fills them.
    var full: (value: Word, known: Duration) {
        get { (words[base + 5], Duration(nanoseconds: words[base + 6].count)) }
        nonmutating set {
            words[base + 5] = newValue.value
            words[base + 6].count = newValue.known.nanoseconds
        }
    }

    /// Index of the running bucket.
    var running: Int { index(of: current) }

    static var indices: Range<Int> { 0..<Int(buckets) }

    private func index(of bucket: Int64) -> Int { Int(bucket % Self.buckets) }

    private func start(of index: Int64) -> Instant {
        origin + Duration(nanoseconds: index * bucket.nanoseconds)
    }

    private func clear(_ index: Int) { set(index, value: .empty, known: .zero) }
}
