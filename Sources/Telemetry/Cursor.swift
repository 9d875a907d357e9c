/// Walks over the bytes of a payload that zeros follow.
///
/// Past the end it reads 0, which no JSON token contains, so scanning loops end by themselves.
///
/// Invariant: `PayloadLimits.padding` zeros follow the `count` bytes. The position moves over bytes
/// that have been looked at and are not zero, so it never lies behind `count`; what is looked at
/// lies less than the padding behind it.
@safe struct Cursor {
    private let base: UnsafeRawPointer
    let count: Int
    var position = 0

    /// `bytes` lie before `PayloadLimits.padding` zeros and outlive the cursor.
    init(padded bytes: UnsafeRawPointer, count: Int) {
        unsafe base = bytes
        self.count = count
    }

    subscript(index: Int) -> UInt8 {
        precondition(
            UInt(bitPattern: index) < UInt(bitPattern: count &+ PayloadLimits.padding),
            "within the payload and its padding")
        return unsafe base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// Eight bytes from `index` on, the first in the lowest place; past the end they are 0.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        precondition(
            UInt(bitPattern: index) <= UInt(bitPattern: count &+ (PayloadLimits.padding - 8)),
            "within the payload and its padding")
        return UInt64(
            littleEndian: unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    var current: UInt8 { self[position] }

    func hash(_ range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in range { hash = (hash ^ UInt64(self[index])) &* 0x100_0000_01b3 }
        return hash
    }

    /// Takes white space. Devices send none, so that is asked first, and in place.
    @inline(__always)
    mutating func skipSpace() {
        if current <= 0x20 { skipSpaces() }
    }

    private mutating func skipSpaces() {
        while true {
            let byte = current
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    /// Takes `byte` if it comes next, after white space.
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        // Past the end it reads 0, which nobody asks for.
        guard current == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(Rejection) {
        guard take(byte) else { throw .malformed }
    }

    /// Takes `true`, `false` or `null`, having seen its first letter.
    mutating func expect(word: StaticString) throws(Rejection) {
        for offset in 0..<word.utf8CodeUnitCount {
            let letter = unsafe word.utf8Start[offset]
            guard current == letter else { throw .malformed }
            position += 1
        }
    }

    /// Takes a text, having seen its quote; returns its bytes and whether escapes are among them.
    mutating func text() throws(Rejection) -> (range: Range<Int>, hasEscapes: Bool) {
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            let byte = current
            switch byte {
            case 0x22:
                position += 1
                return (start..<position - 1, hasEscapes)
            case 0x5C:
                hasEscapes = true
                try skipEscape()
            case 0x00..<0x20: throw .malformed
            case 0x80...: try skipMultibyte(byte)
            default: position += 1
            }
        }
    }

    private mutating func skipEscape() throws(Rejection) {
        position += 1
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            for _ in 0..<4 {
                guard Cursor.hexDigit(current) != nil else { throw .malformed }
                position += 1
            }
        default: throw .malformed
        }
    }

    /// Takes one scalar of two to four bytes, refusing overlong forms, surrogates and > U+10FFFF.
    private mutating func skipMultibyte(_ lead: UInt8) throws(Rejection) {
        let length: Int
        let second: ClosedRange<UInt8>
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw .notUTF8
        }
        guard second.contains(self[position + 1]) else { throw .notUTF8 }
        for offset in 2..<max(length, 2) where !(0x80...0xBF).contains(self[position + offset]) {
            throw .notUTF8
        }
        position += length
    }

    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Takes any value without looking at it, but with all of the grammar.
    mutating func skipValue(depth: Int) throws(Rejection) {
        guard depth <= PayloadLimits.depth else { throw .tooDeep }
        skipSpace()
        switch current {
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "t"): try expect(word: "true")
        case UInt8(ascii: "f"): try expect(word: "false")
        case UInt8(ascii: "n"): try expect(word: "null")
        case UInt8(ascii: "["):
            position += 1
            if take(UInt8(ascii: "]")) { return }
            repeat { try skipValue(depth: depth + 1) } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"))
        case UInt8(ascii: "{"):
            position += 1
            if take(UInt8(ascii: "}")) { return }
            repeat {
                skipSpace()
                guard current == UInt8(ascii: "\"") else { throw .malformed }
                _ = try text()
                try expect(UInt8(ascii: ":"))
                try skipValue(depth: depth + 1)
            } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"))
        default: _ = try number()
        }
    }
}
