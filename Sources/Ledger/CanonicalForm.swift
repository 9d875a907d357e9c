/// Checks that bytes are the canonical form (RFC 8785) of a JSON value, in one pass and without
/// making values: what an audit asks of every entry.
///
/// It takes what `JSONReader` reads and `JSONValue.canonicalBytes` writes back to the same bytes,
/// and nothing else.
public struct CanonicalForm: Sendable {
    /// The bytes are not in the form; whether they are JSON at all `JSONReader` can tell.
    public struct Failure: Error {
        /// The byte up to which they were.
        public var offset: Int
    }

    private let bytes: [UInt8]
    private var place = 0
    /// Where the names of the outermost object's members lie, without their quotes, and the values.
    private var members: [(name: Range<Int>, value: Range<Int>)] = []
    /// Where the last text lies, without its quotes.
    private var lastText = 0..<0

    /// Checks bytes.
    public init(_ bytes: [UInt8]) throws(Failure) {
        self.bytes = bytes
        members.reserveCapacity(16)
        guard bytes.span.isUTF8 else { throw Failure(offset: 0) }
        try value(depth: 0)
        guard place == bytes.count else { throw failure }
    }

    /// A member of the outermost object, by a name that needs no escapes.
    public subscript(name: String) -> JSONValue? {
        for member in members where bytes[member.name].elementsEqual(name.utf8) {
            return value(in: member.value)
        }
        return nil
    }

    private func value(in range: Range<Int>) -> JSONValue? {
        let value = bytes[range]
        // A text without escapes is what lies between its quotes.
        if value.first == UInt8(ascii: "\""), !value.contains(UInt8(ascii: "\\")) {
            return .text(String(decoding: value.dropFirst().dropLast(), as: UTF8.self))
        }
        // So short a row of digits is a whole number that a Double holds.
        if value.count <= 15, value.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .number(Double(value.reduce(0) { $0 * 10 + Int($1 - 0x30) }))
        }
        return JSONValue(parsing: Array(value))
    }

    private var failure: Failure { Failure(offset: place) }

    private var current: UInt8 { place < bytes.count ? bytes[place] : 0 }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: scalar) else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) {
        guard depth <= JSONReader.depthLimit else { throw failure }
        switch current {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["):
            place += 1
            if take("]") { return }
            repeat { try value(depth: depth + 1) } while take(",")
            guard take("]") else { throw failure }
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func object(depth: Int) throws(Failure) {
        place += 1
        if take("}") { return }
        var last: (range: Range<Int>, isPlain: Bool)?
        repeat {
            guard current == UInt8(ascii: "\"") else { throw failure }
            let isPlain = try text()
            let name = (range: lastText, isPlain: isPlain)
            if let last { guard precedes(last, name) else { throw failure } }
            last = name
            guard take(":") else { throw failure }
            let start = place
            try value(depth: depth + 1)
            if depth == 0 { members.append((name.range, start..<place)) }
        } while take(",")
        guard take("}") else { throw failure }
    }

    /// Names ascend by their UTF-16 code units, which for ASCII are their bytes.
    private func precedes(
        _ left: (range: Range<Int>, isPlain: Bool), _ right: (range: Range<Int>, isPlain: Bool)
    ) -> Bool {
        if left.isPlain, right.isPlain {
            return bytes[left.range].lexicographicallyPrecedes(bytes[right.range])
        }
        return JSONValue.precedes(decoded(left.range), decoded(right.range))
    }

    private func decoded(_ range: Range<Int>) -> String {
        // Only escapes that have been checked stand in it.
        JSONValue(parsing: [0x22] + bytes[range] + [0x22])?.text ?? ""
    }

    /// Passes over a text; whether it is ASCII without escapes.
    private mutating func text() throws(Failure) -> Bool {
        place += 1
        let start = place
        var isPlain = true
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") {
                lastText = start..<place
                place += 1
                return isPlain
            }
            guard byte >= 0x20 else { throw failure }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                try escape()
            } else {
                if byte >= 0x80 { isPlain = false }
                place += 1
            }
        }
        throw failure
    }

    /// Passes over an escape: each character that needs one has one way to be written.
    private mutating func escape() throws(Failure) {
        place += 1
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "t"),
            UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "r"):
            place += 1
        case UInt8(ascii: "u"):
            let digits = Array("0123456789abcdef".utf8)
            guard place + 4 < bytes.count, bytes[place + 1] == digits[0],
                bytes[place + 2] == digits[0], bytes[place + 3] <= digits[1],
                let high = digits.firstIndex(of: bytes[place + 3]),
                let low = digits.firstIndex(of: bytes[place + 4]),
                ![0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(high << 4 | low)
            else { throw failure }
            place += 5
        default: throw failure
        }
    }

    private mutating func word(_ word: String) throws(Failure) {
        guard bytes[place...].starts(with: word.utf8) else { throw failure }
        place += word.utf8.count
    }

    private mutating func number() throws(Failure) {
        let start = place
        let isNegative = take("-")
        let first = current
        var digits = 0
        while current >= UInt8(ascii: "0"), current <= UInt8(ascii: "9") {
            digits += 1
            place += 1
        }
        guard digits > 0 else { throw failure }
        let isWhole =
            current != UInt8(ascii: ".") && current | 0x20 != UInt8(ascii: "e")
        if isWhole, digits <= 15 {
            // A zero in front stands alone and has no sign.
            guard first != UInt8(ascii: "0") || digits == 1 && !isNegative else { throw failure }
            return
        }
        while Self.belongsToNumber(current) { place += 1 }
        let text = bytes[start..<place]
        // What JSON does not allow and this reads is written otherwise than it was read.
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite,
            ECMAScriptNumber.text(value).utf8.elementsEqual(text)
        else { throw failure }
    }

    private static func belongsToNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}

extension Span<UInt8> {
    fileprivate var isUTF8: Bool {
        do {
            _ = try UTF8Span(validating: self)
            return true
        } catch {
            return false
        }
    }
}
