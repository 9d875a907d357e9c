import Detection

/// Reads telemetry payloads: an object of signals, an array of such objects, or a columnar batch.
///
/// Strict RFC 8259. Once its buffers have grown to the site's largest message it allocates
/// nothing (escaped texts excepted).
public struct PayloadDecoder: Sendable {
    private let kinds: [KindSchema]
    /// What key came at which place in the last object of each kind: devices repeat themselves, so
    /// the first guess is nearly always right.
    private var expected: [Int16]
    private static let guesses = 64

    private var columns: [Column] = []
    private var columnCells: [Cell] = []

    private struct Column {
        var slot: UInt16
        var cells: Range<Int>
    }

    /// What one object says besides its readings.
    private struct Header {
        var event: Instant?
        var sequence: Int64?
        var stepNanoseconds: Int64?
        var seenKeys = KeySet()
    }

    /// Makes a decoder for these kinds; a kind is named by its index from then on.
    public init(kinds: [KindSchema]) {
        self.kinds = kinds
        expected = [Int16](repeating: -1, count: kinds.count * Self.guesses)
    }

    /// Decodes one payload into `message`, which is emptied first.
    ///
    /// - Parameters:
    ///   - payload: the bytes; they must stay valid during the call.
    ///   - kind: index of the kind of equipment.
    ///   - equipment: the id from the topic; a payload that names another is rejected.
    /// - Throws: why the payload as a whole cannot be used. Single bad values are no reason: they
    ///   become readings of suspect quality.
    public mutating func decode(
        _ payload: UnsafeRawBufferPointer, kind: Int, equipment: String,
        into message: inout DecodedMessage
    ) throws(Rejection) {
        message.clear()
        guard payload.count <= PayloadLimits.bytes else { throw .tooLong }
        var cursor = unsafe Cursor(payload)
        cursor.skipSpace()
        switch cursor.current {
        case UInt8(ascii: "{"):
            try object(&cursor, kind: kind, equipment: equipment, into: &message)
        case UInt8(ascii: "["):
            cursor.position += 1
            if cursor.take(UInt8(ascii: "]")) { throw .noReadings }
            repeat {
                cursor.skipSpace()
                guard cursor.current == UInt8(ascii: "{") else {
                    try cursor.skipValue(depth: 1)
                    throw .wrongForm
                }
                try object(&cursor, kind: kind, equipment: equipment, into: &message)
            } while cursor.take(UInt8(ascii: ","))
            try cursor.expect(UInt8(ascii: "]"))
        default:
            try cursor.skipValue(depth: 0)
            throw .wrongForm
        }
        cursor.skipSpace()
        guard cursor.position == cursor.count else { throw .malformed }
        guard !message.rows.isEmpty else { throw .noReadings }
    }

    /// Decodes a payload held in an array; for tools and tests.
    public mutating func decode(
        _ payload: [UInt8], kind: Int, equipment: String, into message: inout DecodedMessage
    ) throws(Rejection) {
        var rejection: Rejection?
        unsafe payload.withUnsafeBytes { bytes in
            do throws(Rejection) {
                unsafe try decode(bytes, kind: kind, equipment: equipment, into: &message)
            } catch {
                rejection = error
            }
        }
        if let rejection { throw rejection }
    }

    private mutating func object(
        _ cursor: inout Cursor, kind: Int, equipment: String, into message: inout DecodedMessage
    ) throws(Rejection) {
        cursor.position += 1
        var header = Header()
        columns.removeAll(keepingCapacity: true)
        columnCells.removeAll(keepingCapacity: true)
        let firstCell = message.cells.count
        if !cursor.take(UInt8(ascii: "}")) {
            var place = 0
            repeat {
                cursor.skipSpace()
                guard cursor.current == UInt8(ascii: "\"") else { throw .malformed }
                let key = try key(&cursor, kind: kind, place: place)
                try cursor.expect(UInt8(ascii: ":"))
                cursor.skipSpace()
                try value(
                    of: key, &cursor, kind: kind, equipment: equipment, &header, into: &message)
                place += 1
            } while cursor.take(UInt8(ascii: ","))
            try cursor.expect(UInt8(ascii: "}"))
        }
        try addRows(header, firstCell: firstCell, to: &message)
    }

    /// The index of the key that comes next: signals first, then reserved words; -1 if unknown.
    private mutating func key(
        _ cursor: inout Cursor, kind: Int, place: Int
    ) throws(Rejection) -> Int {
        let (range, hasEscapes) = try cursor.text()
        if hasEscapes {
            return unsafe cursor.withUnescaped(range) { bytes in
                unsafe kinds[kind].keys.index(of: 0..<bytes.count, in: Cursor(bytes))
            }
        }
        let guess = kind * Self.guesses + min(place, Self.guesses - 1)
        let expectedKey = Int(expected[guess])
        if expectedKey >= 0, kinds[kind].keys.matches(expectedKey, range, in: cursor) {
            return expectedKey
        }
        let found = kinds[kind].keys.index(of: range, in: cursor)
        if found >= 0 { expected[guess] = Int16(found) }
        return found
    }

    private mutating func value(
        of key: Int, _ cursor: inout Cursor, kind: Int, equipment: String,
        _ header: inout Header, into message: inout DecodedMessage
    ) throws(Rejection) {
        guard key >= 0 else {
            message.unknownKeys += 1
            return try cursor.skipValue(depth: 1)
        }
        guard header.seenKeys.insert(key) else { throw .duplicateKey }
        let signalCount = kinds[kind].signals.count
        switch key - signalCount {
        case 0: header.event = try timestamp(&cursor)
        case 1: header.sequence = try sequence(&cursor)
        case 2: header.stepNanoseconds = try step(&cursor)
        case 3: try check(&cursor, names: equipment)
        default:
            if cursor.current == UInt8(ascii: "[") {
                return try column(of: key, &cursor, kind: kind, into: &message)
            }
            let cell = try cell(of: key, &cursor, kind: kind, into: &message)
            guard message.cells.count < PayloadLimits.cells else { throw .tooManyReadings }
            message.cells.append(cell)
        }
    }

    private mutating func column(
        of key: Int, _ cursor: inout Cursor, kind: Int, into message: inout DecodedMessage
    ) throws(Rejection) {
        cursor.position += 1
        let start = columnCells.count
        if !cursor.take(UInt8(ascii: "]")) {
            repeat {
                cursor.skipSpace()
                columnCells.append(try cell(of: key, &cursor, kind: kind, into: &message))
                guard columnCells.count <= PayloadLimits.cells else { throw .tooManyReadings }
            } while cursor.take(UInt8(ascii: ","))
            try cursor.expect(UInt8(ascii: "]"))
        }
        columns.append(
            Column(slot: kinds[kind].signals[key].slot, cells: start..<columnCells.count))
    }

    /// Turns one value into a reading; what cannot be believed becomes quality, never a value.
    private func cell(
        of key: Int, _ cursor: inout Cursor, kind: Int, into message: inout DecodedMessage
    ) throws(Rejection) -> Cell {
        let slot = kinds[kind].signals[key].slot
        var found: Double?
        switch cursor.current {
        case UInt8(ascii: "n"):
            try cursor.expect(word: "null")
            return Cell(slot: slot, lacking: .missing)
        case UInt8(ascii: "t"):
            try cursor.expect(word: "true")
            found = kinds[kind].signals[key].values == .boolean ? 1 : nil
        case UInt8(ascii: "f"):
            try cursor.expect(word: "false")
            found = kinds[kind].signals[key].values == .boolean ? 0 : nil
        case UInt8(ascii: "\""): found = try label(of: key, &cursor, kind: kind)
        case UInt8(ascii: "["), UInt8(ascii: "{"): try cursor.skipValue(depth: 2)
        default: found = kinds[kind].signals[key].values.accept(try cursor.number())
        }
        guard let found else {
            message.suspectReadings += 1
            return Cell(slot: slot, lacking: .suspect)
        }
        return Cell(slot: slot, value: found)
    }

    private func label(
        of key: Int, _ cursor: inout Cursor, kind: Int
    ) throws(Rejection) -> Double? {
        let (range, hasEscapes) = try cursor.text()
        let table = kinds[kind].labels[key]
        let index =
            hasEscapes
            ? unsafe cursor.withUnescaped(range) { bytes in
                unsafe table.index(of: 0..<bytes.count, in: Cursor(bytes))
            }
            : table.index(of: range, in: cursor)
        guard index >= 0, case .enumeration(let labels) = kinds[kind].signals[key].values else {
            return nil
        }
        return labels[index].code
    }

    /// Ends an object: its scalars are one row; its columns, if any, one row per step of `dt`.
    private mutating func addRows(
        _ header: Header, firstCell: Int, to message: inout DecodedMessage
    ) throws(Rejection) {
        let steps = columns.first?.cells.count ?? 0
        guard columns.allSatisfy({ $0.cells.count == steps }) else { throw .badColumns }
        if columns.isEmpty {
            guard message.cells.count > firstCell else { return }
            try append(
                Row(
                    event: header.event, sequence: header.sequence,
                    cells: firstCell..<message.cells.count), to: &message)
            return
        }
        guard let step = header.stepNanoseconds, steps > 0 else { throw .badColumns }
        guard let start = header.event else { throw .columnsWithoutTime }
        guard message.cells.count + columnCells.count <= PayloadLimits.cells else {
            throw .tooManyReadings
        }
        for index in 0..<steps {
            // The object's scalars belong to its first row.
            let first = index == 0 ? firstCell : message.cells.count
            for column in columns {
                message.cells.append(columnCells[column.cells.lowerBound + index])
            }
            try append(
                Row(
                    event: start + Duration(nanoseconds: step * Int64(index)),
                    sequence: header.sequence, cells: first..<message.cells.count), to: &message)
        }
    }

    private func append(_ row: Row, to message: inout DecodedMessage) throws(Rejection) {
        guard message.rows.count < PayloadLimits.rows else { throw .tooManyReadings }
        message.rows.append(row)
    }
}

extension KindSchema.Values {
    /// The value if it may stand for this signal, else `nil`.
    func accept(_ number: Double) -> Double? {
        switch self {
        case .number(let range): return range.contains(number) ? number : nil
        case .boolean: return number == 0 || number == 1 ? number : nil
        case .enumeration(let labels):
            return labels.contains { $0.code == number } ? number : nil
        }
    }
}

/// Which keys of an object have been seen; on the stack.
private struct KeySet {
    private var words = InlineArray<5, UInt64>(repeating: 0)

    /// Adds a key; `false` when it was there.
    mutating func insert(_ key: Int) -> Bool {
        let bit: UInt64 = 1 &<< UInt64(key & 63)
        guard words[key >> 6] & bit == 0 else { return false }
        words[key >> 6] |= bit
        return true
    }
}
