import CHint
public import Detection

// The picture: each piece of equipment has a slate with two sides. What it says is written on one
// side until that is full; then the other is wiped and written on. So the last side's worth is
// always there, whole, and at most two. A row that names the same signals as the one before is
// written as differences of decimal numbers, a byte or two each, since sensors speak in decimals.

/// What every piece of equipment said last, in fixed memory, to the last bit: at least half a
/// minute of eight signals a second that are written with up to seven decimals, as sensors write
/// them. Numbers with more digits take eight bytes each, so that there is room for fewer.
///
/// Pure: rows come in with their times; no clock, no allocation while recording.
@safe public struct FlightRecorder: ~Copyable {
    /// The slates, then the desk.
    ///
    /// Invariant: the block handed to `init` outlives the recorder and belongs to nothing else.
    private let base: UnsafeMutableRawPointer
    private let equipment: Int

    /// Bytes of one side. Eight signals at two bytes with their time take 13 bytes a row at 1 Hz.
    static let side = 512
    /// Bytes of a slate: its header and two sides.
    static let slate = SlateHeader.size + 2 * side
    /// Signals of one row that is written as a whole: the worst, each a raw number, fits a side.
    static let cellsAtOnce = 32

    /// Bytes that a recorder needs.
    public static func bytes(equipment: Int) -> Int {
        (equipment * slate + 7) / 8 * 8 + draftSize + 8 * cellsAtOnce
    }

    /// Where a row is put together; behind it the values before the row.
    private static let draftSize = 512

    /// Makes a recorder in `block`, at least `bytes(equipment:)` long; nothing is recorded.
    public init(equipment: Int, in block: UnsafeMutableRawBufferPointer) {
        guard let base = block.baseAddress,
            block.count >= Self.bytes(equipment: equipment)
        else { preconditionFailure("the block is smaller than FlightRecorder.bytes") }
        unsafe self.base = base
        self.equipment = equipment
        for device in 0..<equipment { slate(of: device).header = SlateHeader() }
        unsafe desk.initializeMemory(as: UInt8.self, repeating: 0, count: Self.draftSize)
        unsafe (desk + Self.draftSize).initializeMemory(
            as: Double.self, repeating: 0, count: Self.cellsAtOnce)
        precondition(RowWriter.longest <= Self.draftSize, "the longest row has room on the desk")
    }

    /// Behind the slates, where doubles may begin.
    private var desk: UnsafeMutableRawPointer {
        unsafe base + (equipment * Self.slate + 7) / 8 * 8
    }

    /// Says that a row of a piece of equipment is about to come, so that its slate comes near
    /// meanwhile.
    public func expect(_ device: Int) {
        precondition(device >= 0 && device < equipment, "equipment of the recorder's")
        // Invariant: an address inside the block; nothing is read or written.
        unsafe tocsin_hint_soon(base + device * Self.slate)
    }

    /// Records a row.
    ///
    /// - Parameters:
    ///   - device: index of the equipment.
    ///   - event: the row's time.
    ///   - cells: its readings.
    ///   - engine: holds, before it takes the row in, the values of the row before.
    public mutating func record(
        _ device: Int, at event: Instant, _ cells: Span<Cell>,
        before engine: borrowing Engine
    ) {
        // Invariant: the desk has `draftSize` bytes and room for `cellsAtOnce` values behind them.
        let draft = unsafe desk.assumingMemoryBound(to: UInt8.self)
        let before = unsafe (desk + Self.draftSize).assumingMemoryBound(to: Double.self)
        var first = 0
        repeat {
            let part = cells.extracting(first..<min(first + Self.cellsAtOnce, cells.count))
            unsafe engine.copyValues(of: part, on: device, to: before)
            var writer = unsafe RowWriter(slate(of: device), draft: draft)
            unsafe writer.write(part, at: event, before: UnsafePointer(before))
            first += part.count
        } while first < cells.count
    }

    /// After the engine has taken a recorded row in: if it did not take all of it, the next row
    /// is written as a whole, since a difference would be told from values that nobody has.
    public mutating func confirm(
        _ device: Int, _ cells: Span<Cell>, after engine: borrowing Engine
    ) {
        if !engine.holds(cells, on: device) { slate(of: device).header.isHeld = false }
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
