public import Detection

/// One row of a decoded message: readings that share an event time.
public struct Row: Sendable, BitwiseCopyable {
    /// The device's time; `nil` when the payload has none.
    public var event: Instant?
    /// The device's message counter; `nil` when the payload has none.
    public var sequence: Int64?
    /// The row's readings within `DecodedMessage.cells`.
    public var cells: Range<Int> { Int(firstCell)..<Int(firstCell) + Int(cellCount) }

    // Not as a range, which is no plain bytes.
    private let firstCell: Int32
    private let cellCount: Int32

    init(event: Instant?, sequence: Int64?, cells: Range<Int>) {
        self.event = event
        self.sequence = sequence
        firstCell = Int32(cells.lowerBound)
        cellCount = Int32(cells.count)
    }
}

/// The readings of one message. Used again for every message, so that nothing is allocated.
public struct DecodedMessage: ~Copyable {
    /// Rows in the order of the payload.
    public internal(set) var rows = Buffer<Row>(capacity: PayloadLimits.rows)
    /// Readings of all rows.
    public internal(set) var cells = Buffer<Cell>(capacity: PayloadLimits.cells)
    /// Keys that are no signal of the kind.
    public internal(set) var unknownKeys = 0
    /// Readings whose value could not be believed: wrong type, out of range, unknown label.
    public internal(set) var suspectReadings = 0

    /// Makes an empty message.
    public init() {}

    mutating func clear() {
        rows.removeAll()
        cells.removeAll()
        unknownKeys = 0
        suspectReadings = 0
    }
}
