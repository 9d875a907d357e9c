/// Who has to look again when a slot changes.
///
/// Most comparisons are of one slot with a number. Their numbers cut the line of values into cells
/// within which none of their answers changes. While a value stays in its cell nobody asks them:
/// two comparisons stand for all.
public struct SlotReaders: Sendable, BitwiseCopyable {
    /// The least value of each cell, in `constants`, rising; the first is −∞, and +∞ ends the list.
    public var cells: Extent
    /// The comparisons with numbers, in `dependentIndices`.
    public var comparisons: Extent
    /// Predicates that are programs or elapsed times, in `dependentIndices`.
    public var programs: Extent
    /// The derived signals that take a step with each reading of it.
    public var derivations: Set256
    /// Whether there are any.
    let hasDerivations: Bool

    /// Groups them.
    public init(cells: Extent, comparisons: Extent, programs: Extent, derivations: Set256) {
        self.cells = cells
        self.comparisons = comparisons
        self.programs = programs
        self.derivations = derivations
        hasDerivations = derivations.next(from: 0) < Set256.end
    }

    /// A cell that no value lies in: everybody has to be asked.
    static let noCell = UInt8.max

    /// Numbers that one slot may be compared with; beyond it every change asks everybody.
    public static let mostCells = 250

    /// Whether `value` lies in `cell`; never for NaN.
    func contains(_ value: Double, in cell: UInt8, _ constants: Table<Double>) -> Bool {
        guard cell != Self.noCell else { return false }
        let first = Int(cells.start) + Int(cell)
        return constants[first] <= value && value < constants[first + 1]
    }

    /// The cell of a value; `noCell` for NaN, and when there are too many.
    func cell(of value: Double, _ constants: Table<Double>) -> UInt8 {
        guard !value.isNaN, cells.count > 0 else { return Self.noCell }
        var cell = 0
        while value >= constants[Int(cells.start) + cell + 1] { cell += 1 }
        return UInt8(cell)
    }
}
