/// Who has to look again when a slot changes.
///
/// Most comparisons are of one slot with a number. Their numbers cut the line of values into cells
/// within which none of their answers changes. While a value stays in its cell nobody asks them:
/// two comparisons stand for all.
///
/// Derived signals are asked as rarely as their kind allows: those that follow the course of a
/// signal with every reading, those that follow its value when that is another, and conditions
/// made of comparisons only when a cell is left.
public struct SlotReaders: Sendable, BitwiseCopyable {
    /// In `constants`: NaN, then the least value of each cell, rising, the first −∞; +∞ ends the
    /// list. Cell 0 is that of unknown values, into which no value falls. With too many numbers
    /// the list is two NaN, and every reading asks everybody.
    public var cells: Extent
    /// The comparisons with numbers, in `dependentIndices`: asked when a cell is left.
    public var comparisons: Extent
    /// Predicates that are programs, in `dependentIndices`: asked with every other value.
    public var programs: Extent
    /// Derived signals that take a step when a cell is left, in `dependentIndices`.
    public var onCell: Extent
    /// Derived signals that take a step with every other value.
    public var onChange: Extent
    /// Derived signals that take a step with every reading.
    public var onReading: Extent
    /// Whether one of these is more than the age of the signal, which needs no step while it has
    /// not turned anything: it counts from the slot's last reading.
    public var isFollowed: Bool

    /// Groups them.
    public init(
        cells: Extent, comparisons: Extent, programs: Extent, onCell: Extent, onChange: Extent,
        onReading: Extent, isFollowed: Bool
    ) {
        self.cells = cells
        self.comparisons = comparisons
        self.programs = programs
        self.onCell = onCell
        self.onChange = onChange
        self.onReading = onReading
        self.isFollowed = isFollowed
    }

    /// The cell of unknown values.
    static let noCell: UInt8 = 0

    /// Numbers that one slot may be compared with; beyond it every reading asks everybody.
    public static let mostCells = 250

    /// The cell of a value; `noCell` for NaN, and when there are too many.
    func cell(of value: Double, _ constants: Table<Double>) -> UInt8 {
        guard !value.isNaN, cells.count > 2 else { return Self.noCell }
        var cell = 1
        while value >= constants[Int(cells.start) + cell + 1] { cell += 1 }
        return UInt8(cell)
    }
}

/// What a reading that brings nothing new has to know of its slot's readers: eight bytes, so that
/// those of a kind stay in the nearest cache.
struct SlotGate: BitwiseCopyable {
    /// First of the slot's cells in `constants`.
    let firstCell: UInt32
    /// Which readings somebody has to look at: `every`, `changed`, `rate`, or none within a cell.
    let asks: UInt8
    /// The derived signal under `rate`, by index.
    let rate: UInt16

    static let every: UInt8 = 1
    static let changed: UInt8 = 2
    /// Every reading, but only for its rate of change: the commonest case, which has its short way.
    static let rate: UInt8 = 4

    init(_ readers: SlotReaders, rate: UInt16?) {
        firstCell = readers.cells.start
        self.rate = rate ?? 0
        let isAskedByValue = readers.programs.count > 0 || readers.onChange.count > 0
        let following = rate == nil ? Self.every : Self.rate
        asks = (readers.isFollowed ? following : 0) | (isAskedByValue ? Self.changed : 0)
    }

    private init() {
        firstCell = 0
        asks = Self.every
        rate = 0
    }

    /// Fills memory before use.
    static var closed: SlotGate { SlotGate() }
}

/// What stands in a slot of one piece of equipment.
struct Slot: BitwiseCopyable {
    /// The last value; NaN while unknown.
    var value: Double
    /// Event time of the last reading; of an elapsed slot, where it counts from.
    var seen: Instant

    static var unknown: Slot { Slot(value: .nan, seen: .distantPast) }
}
