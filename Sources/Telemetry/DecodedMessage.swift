public import Detection

/// One row of a decoded message: readings that share an event time.
public struct Row: Sendable {
    /// The device's time; `nil` when the payload has none.
    public var event: Instant?
    /// The device's message counter; `nil` when the payload has none.
    public var sequence: Int64?
    /// The row's readings within `DecodedMessage.cells`.
    public var cells: Range<Int>
}

/// The readings of one message. Used again for every message, so that nothing is allocated.
public struct DecodedMessage: Sendable {
    /// Rows in the order of the payload.
    public internal(set) var rows: [Row] = []
    /// Readings of all rows.
    public internal(set) var cells: [Cell] = []
    /// Keys that are no signal of the kind.
    public internal(set) var unknownKeys = 0
    /// Readings whose value could not be believed: wrong type, out of range, unknown label.
    public internal(set) var suspectReadings = 0

    /// Makes an empty message with room for typical ones.
    public init() {
        rows.reserveCapacity(64)
        cells.reserveCapacity(1_024)
    }

    mutating func clear() {
        rows.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
        unknownKeys = 0
        suspectReadings = 0
    }
}
