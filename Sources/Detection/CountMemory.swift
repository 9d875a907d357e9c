/// A count over the past in constant memory: how often something happened within a window, in 33
/// boxes of a thirty-second of the window each.
///
/// The picture is that of `WindowMemory`: a belt of boxes that moves on by one every thirty-second.
/// Here a box holds a number only, two of them share a word, and a box that stays empty is nobody's
/// business: the belt moves when something happens, or when what it holds leaves the window.
///
/// Words: origin, number of the running box, last known answer, whether it has started; then the
/// boxes.
struct CountMemory {
    private let words: Table<Word>
    private let base: Int
    private let box: Duration

    private static let header = 4
    private static let boxes: Int64 = 33
    static let words = header + (Int(boxes) + 1) / 2

    init(_ words: Table<Word>, at base: Int, window: Duration) {
        self.words = words
        self.base = base
        box = WindowMemory.bucket(of: window)
    }

    private var origin: Instant { words[base].instant }
    private var current: Int64 { words[base + 1].count }

    /// The last known answer of the input; NaN before the first.
    private var held: Double {
        get { words[base + 2].number }
        nonmutating set { words[base + 2].number = newValue }
    }

    /// Moves every instant of the memory by `shift`.
    func move(by shift: Duration) { words[base].instant = origin + shift }

    /// One step at `time`; NaN is no news of the input. Returns how often it turned from false to
    /// true within the window, and when the first of those leaves it (`never` when none will).
    func step(_ input: Double, at time: Instant) -> (count: Double, nextLoss: Instant) {
        if words[base + 3].count == 0 { start(at: time) }
        advance(to: time)
        if !input.isNaN {
            if input != 0, held == 0 { set(current, count(current) &+ 1) }
            held = input
        }
        var total: Int64 = 0
        var oldest: Int64?
        for index in max(0, current - Self.boxes + 1)...current where count(index) != 0 {
            total += Int64(count(index))
            if oldest == nil { oldest = index }
        }
        let nextLoss = oldest.map { start(of: $0 + Self.boxes) } ?? .never
        return (Double(total), nextLoss)
    }

    private func start(at time: Instant) {
        for index in 0..<Self.words { words[base + index] = .empty }
        words[base].instant = time
        words[base + 2].number = .nan
        words[base + 3].count = 1
    }

    private func advance(to time: Instant) {
        let last = max(0, (time - origin).nanoseconds / box.nanoseconds)
        guard last > current else { return }
        for index in max(current + 1, last - Self.boxes + 1)...last { set(index, 0) }
        words[base + 1].count = last
    }

    private func start(of index: Int64) -> Instant {
        origin + Duration(nanoseconds: index * box.nanoseconds)
    }

    private func count(_ index: Int64) -> UInt32 {
        let place = Int(index % Self.boxes)
        let word = UInt64(bitPattern: words[base + Self.header + place / 2].count)
        return UInt32(truncatingIfNeeded: place % 2 == 0 ? word : word >> 32)
    }

    private func set(_ index: Int64, _ count: UInt32) {
        let place = Int(index % Self.boxes)
        let word = UInt64(bitPattern: words[base + Self.header + place / 2].count)
        let new =
            place % 2 == 0
            ? word & 0xFFFF_FFFF_0000_0000 | UInt64(count)
            : word & 0x0000_0000_FFFF_FFFF | UInt64(count) << 32
        words[base + Self.header + place / 2].count = Int64(bitPattern: new)
    }
}
