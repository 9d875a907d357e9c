import Detection
import Timestamps

extension PayloadDecoder {
    /// `ts`: milliseconds since 1970, with a fraction if wanted, or an RFC 3339 text.
    func timestamp(_ cursor: inout Cursor) throws(Rejection) -> Instant {
        if cursor.current == UInt8(ascii: "\"") {
            let (range, hasEscapes) = try cursor.text()
            guard !hasEscapes,
                let instant = RFC3339.parse(range.lazy.map { [cursor] in cursor[$0] })
            else { throw .badTimestamp }
            return instant
        }
        guard Self.startsNumber(cursor.current) else {
            try cursor.skipValue(depth: 1)
            throw .badTimestamp
        }
        return try Self.timestamp(try cursor.number())
    }

    /// `ts` as a number of milliseconds.
    @inline(__always)
    static func timestamp(_ milliseconds: Double) throws(Rejection) -> Instant {
        // 9.2e12 ms is the year 2261, where 64 bits of nanoseconds end.
        guard milliseconds >= 0, milliseconds < 9.2e12 else { throw .badTimestamp }
        let whole = Int64(milliseconds)
        let fraction = (milliseconds - Double(whole)) * 1e6 + 0.5
        return Instant(nanoseconds: whole * 1_000_000 + Int64(fraction))
    }

    /// `seq`: the device's message counter.
    func sequence(_ cursor: inout Cursor) throws(Rejection) -> Int64 {
        guard Self.startsNumber(cursor.current) else {
            try cursor.skipValue(depth: 1)
            throw .badSequence
        }
        return try Self.sequence(try cursor.number())
    }

    /// `seq` as a number.
    @inline(__always)
    static func sequence(_ number: Double) throws(Rejection) -> Int64 {
        guard number >= 0, number <= 9_007_199_254_740_992 else { throw .badSequence }
        let whole = Int64(number)
        guard Double(whole) == number else { throw .badSequence }
        return whole
    }

    /// `dt`: milliseconds between the rows of a columnar batch; returned in nanoseconds.
    func step(_ cursor: inout Cursor) throws(Rejection) -> Int64 {
        guard Self.startsNumber(cursor.current) else {
            try cursor.skipValue(depth: 1)
            throw .badColumns
        }
        let milliseconds = try cursor.number()
        guard milliseconds > 0, milliseconds <= 3_600_000 else { throw .badColumns }
        return max(1, Int64((milliseconds * 1e6).rounded()))
    }

    /// `equipment`: must be the one that the topic names.
    func check(_ cursor: inout Cursor, names equipment: EquipmentName) throws(Rejection) {
        guard cursor.current == UInt8(ascii: "\"") else {
            try cursor.skipValue(depth: 1)
            throw .equipmentMismatch
        }
        let (range, hasEscapes) = try cursor.text()
        let id = equipment.text.utf8
        let isSame =
            !hasEscapes && id.count == range.count
            && zip(range, id).allSatisfy { cursor[$0] == $1 }
        guard isSame else { throw .equipmentMismatch }
    }

    private static func startsNumber(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }
}

extension Cursor {
    /// Calls `body` with a cursor over a copy of some bytes; for texts that had escapes, so rare.
    static func padding<Result>(_ bytes: [UInt8], _ body: (Cursor) -> Result) -> Result {
        let padded = bytes + Array(repeating: 0, count: PayloadLimits.padding)
        return unsafe padded.withUnsafeBytes { memory in
            guard let start = memory.baseAddress else { preconditionFailure("never empty") }
            return unsafe body(Cursor(padded: start, count: bytes.count))
        }
    }

    /// The bytes of the text in `range`, its escapes replaced. Rare, so it may allocate.
    ///
    /// A lone surrogate becomes U+FFFD: it names no signal and no label.
    func unescaped(_ range: Range<Int>) -> [UInt8] {
        var text = ""
        var index = range.lowerBound
        var run: [UInt8] = []
        while index < range.upperBound {
            guard self[index] == UInt8(ascii: "\\") else {
                run.append(self[index])
                index += 1
                continue
            }
            text += String(decoding: run, as: UTF8.self)
            run.removeAll()
            text.unicodeScalars.append(unescape(&index))
        }
        text += String(decoding: run, as: UTF8.self)
        return Array(text.utf8)
    }

    private func unescape(_ index: inout Int) -> Unicode.Scalar {
        let letter = self[index + 1]
        index += 2
        switch letter {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = codeUnit(at: index)
            index += 4
            guard (0xD800..<0xDC00).contains(unit), self[index] == UInt8(ascii: "\\"),
                self[index + 1] == UInt8(ascii: "u")
            else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
            let low = codeUnit(at: index + 2)
            guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
            index += 6
            return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
        default: return Unicode.Scalar(letter)
        }
    }

    private func codeUnit(at index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | (Cursor.hexDigit(self[index + $1]) ?? 0) }
    }
}
