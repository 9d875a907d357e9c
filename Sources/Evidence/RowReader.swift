import Detection

/// Reads what `RowWriter` wrote on one side of a slate.
struct RowReader {
    private let slate: Slate
    private let side: Int
    private let end: Int
    private var position = 0
    /// The greatest time so far: differences are counted from it.
    private var newest = Instant.distantPast
    private var list: [(slot: UInt16, code: UInt8)] = []
    private var mantissas: [Int64] = []

    static func rows(_ slate: Slate, side: Int) -> [RecordedRow] {
        var reader = RowReader(slate, side)
        var rows: [RecordedRow] = []
        while reader.position < reader.end { rows.append(reader.row()) }
        return rows
    }

    private init(_ slate: Slate, _ side: Int) {
        self.slate = slate
        self.side = side
        end = slate.header.used(on: side)
    }

    private mutating func row() -> RecordedRow {
        let isFirst = position == 0
        var hasList = true
        let event: Instant
        if isFirst {
            event = Instant(nanoseconds: Int64(bitPattern: raw()))
        } else {
            let head = number()
            hasList = head & 1 == 1
            let passed = Self.signed(head >> 2)
            event = newest + Duration(nanoseconds: head & 2 == 2 ? passed * 1_000 : passed)
        }
        newest = isFirst ? event : max(newest, event)
        if hasList {
            let count = Int(byte())
            list = (0..<count).map { _ in (UInt16(byte()), byte()) }
            mantissas = Array(repeating: 0, count: count)
        }
        let readings = list.indices.map { reading($0, isWhole: hasList) }
        return RecordedRow(event: event, readings: readings)
    }

    private mutating func reading(_ index: Int, isWhole: Bool) -> RecordedRow.Reading {
        let (slot, code) = list[index]
        switch code {
        case ReadingCode.suspect: return .init(slot: slot, value: nil, quality: .suspect)
        case ReadingCode.missing: return .init(slot: slot, value: nil, quality: .missing)
        case ReadingCode.raw:
            return .init(slot: slot, value: Double(bitPattern: raw()), quality: .good)
        default:
            let difference = Self.signed(number())
            mantissas[index] = isWhole ? difference : mantissas[index] + difference
            return .init(
                slot: slot, value: Decimal.value(mantissas[index], code), quality: .good)
        }
    }

    private static func signed(_ number: UInt64) -> Int64 {
        Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    private mutating func byte() -> UInt8 {
        defer { position += 1 }
        return slate[side, position]
    }

    private mutating func number() -> UInt64 {
        var number: UInt64 = 0
        var place: UInt64 = 0
        while true {
            let next = byte()
            number |= UInt64(next & 0x7F) << place
            if next & 0x80 == 0 { return number }
            place += 7
        }
    }

    private mutating func raw() -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(byte()) << UInt64(8 * $1) }
    }
}
