import Detection

/// Reads telemetry payloads: an object of signals, an array of such objects, or a columnar batch.
///
/// Strict RFC 8259. Once its buffers have grown to the site's largest message it allocates
/// nothing (escaped texts excepted).
public struct PayloadDecoder: ~Copyable {
    private let kinds: [KindSchema]
    /// The signals of all kinds, one kind after another.
    private let fields: [Field]
    /// Where each kind's things begin.
    let starts: [Start]
    /// `"key":` of all kinds, reserved words after the signals.
    let keyPatterns: PatternTable
    /// `"label"` of all fields, and the number that each stands for.
    let labelPatterns: PatternTable
    let labelCodes: [Double]
    /// What has been guessed of the next message; see `PayloadDecoder+Predicted`.
    var guesses: Guesses
    /// The payload at hand, with zeros behind it.
    private let workspace: Workspace

    private var columns: [Column] = []
    private var columnCells: [Cell] = []

    struct Start {
        var field: Int
        var key: Int
        var signalCount: Int
    }

    private struct Column {
        var slot: UInt16
        var cells: Range<Int>
    }

    /// What one object says besides its readings.
    struct Header {
        var event: Instant?
        var sequence: Int64?
        var stepNanoseconds: Int64?
        var seenKeys = KeySet()
    }

    /// Makes a decoder for these kinds; a kind is named by its index from then on.
    public init(kinds: [KindSchema]) {
        self.kinds = kinds
        var fields: [Field] = []
        var starts: [Start] = []
        var keys: [String] = []
        var labels: [KindSchema.Label] = []
        for kind in kinds {
            starts.append(
                Start(field: fields.count, key: keys.count, signalCount: kind.signals.count))
            keys += kind.signals.map(\.name) + KindSchema.reserved
            for signal in kind.signals {
                fields.append(Field(signal, firstLabel: labels.count))
                if case .enumeration(let list) = signal.values { labels += list }
            }
        }
        self.fields = fields
        self.starts = starts
        keyPatterns = PatternTable(keys.map { "\"\($0)\":" })
        labelPatterns = PatternTable(labels.map { "\"\($0.text)\"" })
        labelCodes = labels.map(\.code)
        guesses = Guesses(kinds: kinds, fields: fields, keyPatterns)
        workspace = Workspace()
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
        _ payload: UnsafeRawBufferPointer, kind: Int, equipment: EquipmentName,
        into message: inout DecodedMessage
    ) throws(Rejection) {
        message.clear()
        guard payload.count <= PayloadLimits.bytes else { throw .tooLong }
        var cursor = unsafe workspace.cursor(over: payload)
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
        guard message.rows.count > 0 else { throw .noReadings }
    }

    /// Decodes a payload held in an array; for tools and tests.
    public mutating func decode(
        _ payload: [UInt8], kind: Int, equipment: EquipmentName, into message: inout DecodedMessage
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
        _ cursor: inout Cursor, kind: Int, equipment: EquipmentName,
        into message: inout DecodedMessage
    ) throws(Rejection) {
        cursor.position += 1
        var header = Header()
        // Cells without a column are what a column that was refused has left.
        if !columns.isEmpty || !columnCells.isEmpty {
            columns.removeAll(keepingCapacity: true)
            columnCells.removeAll(keepingCapacity: true)
        }
        let firstCell = message.cells.count
        var place = 0
        // Mostly that is all there is to do.
        if try takePredicted(&cursor, kind: kind, &place, &header, into: &message) {
            return try addScalarRow(header, firstCell: firstCell, to: &message)
        }
        if place > 0 || !cursor.take(UInt8(ascii: "}")) {
            repeat {
                cursor.skipSpace()
                let key = try key(&cursor, kind: kind, place: place)
                cursor.skipSpace()
                try value(
                    of: key, &cursor, kind: kind, equipment: equipment, &header, into: &message)
                place += 1
            } while cursor.take(UInt8(ascii: ","))
            try cursor.expect(UInt8(ascii: "}"))
        }
        try addRows(header, firstCell: firstCell, to: &message)
    }

    /// Takes the key that comes next, and its colon. Its index: signals first, then reserved
    /// words; -1 if unknown.
    private mutating func key(
        _ cursor: inout Cursor, kind: Int, place: Int
    ) throws(Rejection) -> Int {
        guard cursor.current == UInt8(ascii: "\"") else { throw .malformed }
        let (range, hasEscapes) = try cursor.text()
        let found =
            hasEscapes
            ? Cursor.padding(cursor.unescaped(range)) {
                kinds[kind].keys.index(of: 0..<$0.count, in: $0)
            }
            : kinds[kind].keys.index(of: range, in: cursor)
        if found >= 0 { guesses.expect(found, at: place, kind: kind) }
        try cursor.expect(UInt8(ascii: ":"))
        return found
    }

    private mutating func value(
        of key: Int, _ cursor: inout Cursor, kind: Int, equipment: EquipmentName,
        _ header: inout Header, into message: inout DecodedMessage
    ) throws(Rejection) {
        guard key >= 0 else {
            message.unknownKeys += 1
            return try cursor.skipValue(depth: 1)
        }
        guard header.seenKeys.insert(key) else { throw .duplicateKey }
        let start = starts[kind]
        switch key - start.signalCount {
        case 0: header.event = try timestamp(&cursor)
        case 1: header.sequence = try sequence(&cursor)
        case 2: header.stepNanoseconds = try step(&cursor)
        case 3: try check(&cursor, names: equipment)
        default:
            let field = start.field + key
            if cursor.current == UInt8(ascii: "[") {
                return try column(of: field, &cursor, into: &message)
            }
            let cell = try cell(of: field, &cursor, into: &message)
            guard message.cells.count < PayloadLimits.cells else { throw .tooManyReadings }
            message.cells.append(cell)
        }
    }

    private mutating func column(
        of field: Int, _ cursor: inout Cursor, into message: inout DecodedMessage
    ) throws(Rejection) {
        cursor.position += 1
        let start = columnCells.count
        if !cursor.take(UInt8(ascii: "]")) {
            repeat {
                cursor.skipSpace()
                columnCells.append(try cell(of: field, &cursor, into: &message))
                guard columnCells.count <= PayloadLimits.cells else { throw .tooManyReadings }
            } while cursor.take(UInt8(ascii: ","))
            try cursor.expect(UInt8(ascii: "]"))
        }
        columns.append(Column(slot: fields[field].slot, cells: start..<columnCells.count))
    }

    /// Turns one value into a reading; what cannot be believed becomes quality, never a value.
    private mutating func cell(
        of index: Int, _ cursor: inout Cursor, into message: inout DecodedMessage
    ) throws(Rejection) -> Cell {
        let field = fields[index]
        var found: Double?
        switch cursor.current {
        case UInt8(ascii: "n"):
            try cursor.expect(word: "null")
            return Cell(slot: field.slot, lacking: .missing)
        case UInt8(ascii: "t"):
            try cursor.expect(word: "true")
            found = field.form == .boolean ? 1 : nil
        case UInt8(ascii: "f"):
            try cursor.expect(word: "false")
            found = field.form == .boolean ? 0 : nil
        case UInt8(ascii: "\""): found = try label(of: index, field, &cursor)
        case UInt8(ascii: "["), UInt8(ascii: "{"): try cursor.skipValue(depth: 2)
        default: found = accepted(try cursor.number(), for: field)
        }
        guard let found else {
            message.suspectReadings += 1
            return Cell(slot: field.slot, lacking: .suspect)
        }
        return Cell(slot: field.slot, value: found)
    }

    /// The number if it may stand for the signal, else `nil`.
    private func accepted(_ number: Double, for field: Field) -> Double? {
        switch field.form {
        case .number: return number >= field.low && number <= field.high ? number : nil
        case .boolean: return number == 0 || number == 1 ? number : nil
        case .enumeration:
            for label in 0..<Int(field.labelCount)
            where labelCodes[Int(field.firstLabel) + label] == number {
                return number
            }
            return nil
        }
    }

    /// Takes a text; the number of the label, `nil` when it is none.
    private mutating func label(
        of index: Int, _ field: Field, _ cursor: inout Cursor
    ) throws(Rejection) -> Double? {
        if field.labelCount > 0 {
            let last = Int(field.firstLabel) + guesses.label(of: index)
            let length = labelPatterns.lengthIfNext(last, in: cursor)
            if length > 0 {
                cursor.position += length
                return labelCodes[last]
            }
        }
        let start = cursor.position
        let (range, hasEscapes) = try cursor.text()
        let end = cursor.position
        for label in 0..<Int(field.labelCount) {
            let pattern = Int(field.firstLabel) + label
            if hasEscapes {
                if labelPatterns.isQuoted(pattern, cursor.unescaped(range)) {
                    return labelCodes[pattern]
                }
                continue
            }
            cursor.position = start
            let length = labelPatterns.lengthIfNext(pattern, in: cursor)
            cursor.position = end
            if length > 0 {
                guesses.expect(label: label, of: index)
                return labelCodes[pattern]
            }
        }
        return nil
    }

    /// Ends an object: its scalars are one row; its columns, if any, one row per step of `dt`.
    private mutating func addRows(
        _ header: Header, firstCell: Int, to message: inout DecodedMessage
    ) throws(Rejection) {
        let steps = columns.first?.cells.count ?? 0
        guard columns.allSatisfy({ $0.cells.count == steps }) else { throw .badColumns }
        if columns.isEmpty {
            return try addScalarRow(header, firstCell: firstCell, to: &message)
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

    private func addScalarRow(
        _ header: Header, firstCell: Int, to message: inout DecodedMessage
    ) throws(Rejection) {
        guard message.cells.count > firstCell else { return }
        try append(
            Row(
                event: header.event, sequence: header.sequence,
                cells: firstCell..<message.cells.count), to: &message)
    }

    private func append(_ row: Row, to message: inout DecodedMessage) throws(Rejection) {
        guard message.rows.count < PayloadLimits.rows else { throw .tooManyReadings }
        message.rows.append(row)
    }
}

/// Which keys of an object have been seen; on the stack.
struct KeySet {
    private var words = InlineArray<5, UInt64>(repeating: 0)

    /// Adds a key; `false` when it was there.
    mutating func insert(_ key: Int) -> Bool {
        let bit: UInt64 = 1 &<< UInt64(key & 63)
        guard words[key >> 6] & bit == 0 else { return false }
        words[key >> 6] |= bit
        return true
    }
}
