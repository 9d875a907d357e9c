import Detection

/// Writes rows on a slate.
///
/// A row begins with a variable-length number: bit 0 tells whether a list of signals follows, bit 1
/// whether the time is told in nanoseconds or microseconds since the newest row before; the first
/// row of a side tells its whole time in eight bytes instead. A list has a count, then a slot and a
/// code (`ReadingCode`) for each signal. Then come the values: whole numbers of the last decimal,
/// in a row with a list as they are, in one without as the difference from the row before.
@safe struct RowWriter {
    private let slate: Slate
    private var header: SlateHeader
    /// Where a row is put together. Invariant: it has room for the longest, `longest` bytes.
    private let draft: UnsafeMutablePointer<UInt8>
    private var length = 0
    /// Where the list of signals begins in the draft; 0 when the row has none.
    private var list = 0

    /// Time, count, list and raw values of a row of `FlightRecorder.cellsAtOnce` signals.
    static let longest = 10 + 1 + 12 * FlightRecorder.cellsAtOnce

    /// The newest list on the slate, of the side before when one has just been begun.
    ///
    /// Invariant: two bytes for each of `header.listCount` signals at the time of `init`; a side
    /// that is begun anew is the other one, so it stands while a row is written.
    private let known: UnsafePointer<UInt8>
    private let knownCount: Int

    init(_ slate: Slate, draft: UnsafeMutablePointer<UInt8>) {
        self.slate = slate
        unsafe self.draft = draft
        header = slate.header
        unsafe known = slate.list(of: header)
        knownCount = header.list == 0 ? 0 : Int(header.listCount)
    }

    /// - Parameter before: the values that the engine holds of the signals, in the same order.
    mutating func write(
        _ cells: Span<Cell>, at event: Instant, before: UnsafePointer<Double>
    ) {
        precondition(cells.count <= FlightRecorder.cellsAtOnce, "a row in parts")
        let isNewer = event > header.last
        var start = header.used
        let isWritten =
            start > 0
            && (unsafe writeDifference(cells, at: event, before) || writeWhole(cells, at: event))
        if !isWritten || start + length > FlightRecorder.side {
            turn()
            start = 0
            writeFirst(cells, at: event)
        }
        unsafe slate.put(draft, count: length, on: header.side, at: start)
        header.used = start + length
        if list > 0 {
            header.list = UInt16(start + list)
            header.listCount = UInt16(cells.count)
        }
        // A row out of order is not what the engine holds: no difference is taken from it.
        header.isHeld = isNewer
        header.last = max(event, header.last)
        slate.header = header
    }

    /// Begins the other side.
    private mutating func turn() {
        if header.used > 0 { header.side = 1 - header.side }
        header.used = 0
        // Times on a side are told from its first row on.
        header.last = .distantPast
    }

    /// A row that names the signals of the row before, each with the same code; `false` when it is
    /// none.
    private mutating func writeDifference(
        _ cells: Span<Cell>, at event: Instant, _ before: UnsafePointer<Double>
    ) -> Bool {
        guard header.isHeld, header.list != 0, cells.count == Int(header.listCount),
            event > header.last
        else { return false }
        begin()
        guard putTime(event, hasList: false) else { return false }
        for index in cells.indices {
            let cell = unsafe cells[unchecked: index]
            let code = unsafe known[2 * index + 1]
            guard unsafe known[2 * index] == UInt8(truncatingIfNeeded: cell.slot) else {
                return false
            }
            if code <= ReadingCode.mostDecimals {
                let value = unsafe before[index]
                guard cell.quality == .good, !value.isNaN else { return false }
                if value.bitPattern == cell.value.bitPattern {
                    put(byte: 0)
                    continue
                }
                guard let now = Decimal.mantissa(cell.value, code),
                    let before = Decimal.mantissa(value, code)
                else { return false }
                put(Self.zigzag(now &- before))
            } else if code == ReadingCode.raw {
                guard cell.quality == .good else { return false }
                put(raw: cell.value.bitPattern)
            } else {
                let quality: Quality = code == ReadingCode.suspect ? .suspect : .missing
                guard cell.quality == quality else { return false }
            }
        }
        return true
    }

    /// A row with a list of its own; `false` when its time is too far from the row before.
    private mutating func writeWhole(_ cells: Span<Cell>, at event: Instant) -> Bool {
        begin()
        guard putTime(event, hasList: true) else { return false }
        putReadings(cells)
        return true
    }

    /// The first row of a side.
    private mutating func writeFirst(_ cells: Span<Cell>, at event: Instant) {
        begin()
        put(raw: UInt64(bitPattern: event.nanoseconds))
        putReadings(cells)
    }

    private mutating func putReadings(_ cells: Span<Cell>) {
        put(byte: UInt8(cells.count))
        list = length
        for index in cells.indices {
            put(byte: UInt8(truncatingIfNeeded: cells[index].slot))
            put(byte: code(of: cells[index], at: index))
        }
        for index in cells.indices {
            let code = unsafe draft[list + 2 * index + 1]
            if code <= ReadingCode.mostDecimals {
                put(Self.zigzag(Decimal.known(cells[index].value, code)))
            } else if code == ReadingCode.raw {
                put(raw: cells[index].value.bitPattern)
            }
        }
    }

    /// The least number of decimals that the value comes back with, but no fewer than the signal
    /// had in the last list: sensors that write 1.5 write 1.25 too.
    private func code(of cell: Cell, at index: Int) -> UInt8 {
        switch cell.quality {
        case .suspect: return ReadingCode.suspect
        case .missing: return ReadingCode.missing
        case .good: break
        }
        var decimals: UInt8 = 0
        if index < knownCount, unsafe known[2 * index] == UInt8(truncatingIfNeeded: cell.slot) {
            let before = unsafe known[2 * index + 1]
            if before <= ReadingCode.mostDecimals { decimals = before }
        }
        while decimals <= ReadingCode.mostDecimals {
            if Decimal.mantissa(cell.value, decimals) != nil { return decimals }
            decimals += 1
        }
        return ReadingCode.raw
    }

    private mutating func putTime(_ event: Instant, hasList: Bool) -> Bool {
        let passed = (event - header.last).nanoseconds
        // Two bits less than a difference may have: the row then begins a side of its own.
        guard passed.magnitude < 1 << 60 else { return false }
        let (micros, rest) = passed.quotientAndRemainder(dividingBy: 1_000)
        let amount = Self.zigzag(rest == 0 ? micros : passed)
        put(amount << 2 | (rest == 0 ? 2 : 0) | (hasList ? 1 : 0))
        return true
    }

    @inline(__always)
    private static func zigzag(_ number: Int64) -> UInt64 {
        UInt64(bitPattern: number << 1 ^ number >> 63)
    }

    private mutating func begin() {
        length = 0
        list = 0
    }

    @inline(__always)
    private mutating func put(byte: UInt8) {
        unsafe draft[length] = byte
        length &+= 1
    }

    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    @inline(__always)
    private mutating func put(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            put(byte: UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        put(byte: UInt8(truncatingIfNeeded: rest))
    }

    private mutating func put(raw bits: UInt64) {
        for place in 0..<8 { put(byte: UInt8(truncatingIfNeeded: bits >> UInt64(8 * place))) }
    }
}
