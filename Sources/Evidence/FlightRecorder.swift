public import Detection

// The picture: each piece of equipment has a slate with two sides. What it says is written on one
// side until that is full; then the other is wiped and written on. So the last side's worth is
// always there, whole, and at most two. A row that names the same signals as the one before is
// written as differences of decimal numbers, a byte or two each, since sensors speak in decimals.

/// What every piece of equipment said last, in fixed memory: at least half a minute of eight
/// signals a second, lossless.
///
/// Pure: rows come in with their times; no clock, no allocation while recording.
@safe public struct FlightRecorder: ~Copyable {
    /// The slates, then the decimals of the kinds.
    ///
    /// Invariant: the block handed to `init` outlives the recorder and belongs to nothing else.
    private let base: UnsafeMutableRawPointer
    private let equipment: Int
    private let kinds: Int

    /// Bytes of one side. Eight signals at two bytes with their time take 13 bytes a row at 1 Hz.
    static let side = 512
    /// Bytes of a slate: its header and two sides.
    static let slate = SlateHeader.size + 2 * side
    /// Signals of one row that is written as a whole: the worst, each a raw number, fits a side.
    static let cellsAtOnce = 32

    /// Bytes that a recorder needs.
    public static func bytes(equipment: Int, kinds: Int) -> Int {
        equipment * slate + kinds * Limits.slotsPerKind + deskSize
    }

    /// Where a row is put together, and the values before it.
    private static let deskSize = 512 + 8 * cellsAtOnce

    /// Makes a recorder in `block`, at least `bytes(equipment:kinds:)` long; nothing is recorded.
    public init(equipment: Int, kinds: Int, in block: UnsafeMutableRawBufferPointer) {
        guard let base = block.baseAddress,
            block.count >= Self.bytes(equipment: equipment, kinds: kinds)
        else { preconditionFailure("the block is smaller than FlightRecorder.bytes") }
        unsafe self.base = base
        self.equipment = equipment
        self.kinds = kinds
        for device in 0..<equipment { slate(of: device).header = SlateHeader() }
        unsafe (base + equipment * Self.slate).initializeMemory(
            as: UInt8.self, repeating: 0, count: kinds * Limits.slotsPerKind + Self.deskSize)
        precondition(RowWriter.longest <= 512, "the longest row has room on the desk")
    }

    /// Records a row.
    ///
    /// - Parameters:
    ///   - device: index of the equipment.
    ///   - kind: index of its kind; tells how many decimals its signals have.
    ///   - event: the row's time.
    ///   - cells: its readings.
    ///   - engine: holds, before it takes the row in, the values of the row before.
    public mutating func record(
        _ device: Int, kind: Int, at event: Instant, _ cells: Span<Cell>,
        before engine: borrowing Engine
    ) {
        precondition(kind >= 0 && kind < kinds, "a kind of the recorder's")
        // Invariant: 256 bytes for each kind behind the slates; slots are below 256.
        let decimals = unsafe (base + equipment * Self.slate + kind * Limits.slotsPerKind)
            .assumingMemoryBound(to: UInt8.self)
        // Invariant: behind them 512 bytes and room for `cellsAtOnce` values.
        let desk = unsafe base + equipment * Self.slate + kinds * Limits.slotsPerKind
        let draft = unsafe desk.assumingMemoryBound(to: UInt8.self)
        let before = unsafe (desk + 512).assumingMemoryBound(to: Double.self)
        var first = 0
        repeat {
            let part = cells.extracting(first..<min(first + Self.cellsAtOnce, cells.count))
            unsafe engine.copyValues(of: part, on: device, to: before)
            var writer = unsafe RowWriter(slate(of: device), decimals: decimals, draft: draft)
            unsafe writer.write(part, at: event, before: UnsafePointer(before))
            first += part.count
        } while first < cells.count
    }

    /// After the engine has taken a recorded row in: if it did not take all of it, the next row
    /// is written as a whole, since a difference would be told from values that nobody has.
    public mutating func confirm(
        _ device: Int, _ cells: Span<Cell>, after engine: borrowing Engine
    ) {
        if !engine.holds(cells, on: device) { slate(of: device).header.list = 0 }
    }

    /// What stands on the slate, oldest first. A row of more than `cellsAtOnce` signals comes in
    /// parts with the same time.
    public func rows(of device: Int) -> [RecordedRow] {
        let slate = slate(of: device)
        let active = slate.header.side
        return RowReader.rows(slate, side: 1 - active) + RowReader.rows(slate, side: active)
    }

    /// Takes over what another recorder has of a piece of equipment whose signals have the same
    /// slots.
    public mutating func adopt(_ device: Int, from other: borrowing FlightRecorder, _ old: Int) {
        slate(of: device).copy(other.slate(of: old))
    }

    private func slate(of device: Int) -> Slate {
        precondition(device >= 0 && device < equipment, "equipment of the recorder's")
        return unsafe Slate(base + device * Self.slate)
    }
}

/// A row as it was recorded.
public struct RecordedRow: Sendable, Equatable {
    /// The row's time.
    public var event: Instant
    /// Its readings, in the order in which they came.
    public var readings: [Reading]

    /// One reading.
    public struct Reading: Sendable, Equatable {
        /// The slot of the signal within its kind.
        public var slot: UInt16
        /// The value; `nil` when there was none to be used.
        public var value: Double?
        /// How far it could be trusted.
        public var quality: Quality
    }
}
