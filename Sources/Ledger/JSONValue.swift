/// A JSON value with its members in the order given.
public enum JSONValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// A finite number.
    case number(Double)
    case text(String)
    case array([JSONValue])
    /// Members; names must differ.
    case object([(name: String, value: JSONValue)])

    /// Equal when the canonical forms are equal.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        left.canonicalBytes == right.canonicalBytes
    }

    /// The member of an object; `nil` when there is none or this is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The members, if this is an object.
    public var members: [(name: String, value: JSONValue)]? {
        if case .object(let members) = self { return members }
        return nil
    }

    /// The text, if this is one.
    public var text: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    /// The number, if this is one.
    public var number: Double? {
        if case .number(let number) = self { return number }
        return nil
    }
}

extension JSONValue {
    /// The canonical form of RFC 8785: no space, members sorted by UTF-16 code units, numbers and
    /// escapes as ECMAScript writes them. The same value has the same bytes, everywhere.
    public var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        write(to: &bytes, isSorted: true)
        return bytes
    }

    /// The same form with the members in the order given, for people and feeds.
    public var orderedBytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, isSorted: false)
        return bytes
    }

    private func write(to bytes: inout [UInt8], isSorted: Bool) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .number(let value): bytes += ECMAScriptNumber.text(value).utf8
        case .text(let text): Self.write(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes, isSorted: isSorted)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            let order =
                !isSorted || Self.isSorted(members)
                ? Array(members.indices)
                : members.indices.sorted { Self.precedes(members[$0].name, members[$1].name) }
            for (place, index) in order.enumerated() {
                if place > 0 {
                    bytes.append(UInt8(ascii: ","))
                    precondition(
                        !isSorted || members[order[place - 1]].name != members[index].name,
                        "member names of a JSON object differ")
                }
                Self.write(members[index].name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                members[index].value.write(to: &bytes, isSorted: isSorted)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Whether the members stand in canonical order, each name once.
    private static func isSorted(_ members: [(name: String, value: JSONValue)]) -> Bool {
        var last = members.startIndex
        for index in members.indices.dropFirst() {
            guard precedes(members[last].name, members[index].name) else { return false }
            last = index
        }
        return true
    }

    /// The order of RFC 8785, by UTF-16 code units. That of UTF-8 differs only where one text has
    /// a character from U+E000 to U+FFFF and the other one beyond.
    static func precedes(_ left: String, _ right: String) -> Bool {
        let (leftBytes, rightBytes) = (left.utf8.span, right.utf8.span)
        let common = min(leftBytes.count, rightBytes.count)
        for index in 0..<common where leftBytes[index] != rightBytes[index] {
            if leftBytes[index] >= 0xEE, rightBytes[index] >= 0xEE {
                return left.utf16.lexicographicallyPrecedes(right.utf16)
            }
            return leftBytes[index] < rightBytes[index]
        }
        return leftBytes.count < rightBytes.count
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        // Nearly every text is as it is: copied first, and looked at where it lies.
        let start = bytes.count
        bytes += text.utf8
        if hasEscapes(bytes.span.extracting(start..<bytes.count)) {
            bytes.removeSubrange(start...)
            for byte in text.utf8 { write(byte, to: &bytes) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hasEscapes(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            let byte = text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                return true
            }
        }
        return false
    }

    private static func write(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): bytes += "\\\"".utf8
        case UInt8(ascii: "\\"): bytes += "\\\\".utf8
        case 0x08: bytes += "\\b".utf8
        case 0x09: bytes += "\\t".utf8
        case 0x0A: bytes += "\\n".utf8
        case 0x0C: bytes += "\\f".utf8
        case 0x0D: bytes += "\\r".utf8
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes += "\\u00".utf8
            bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: bytes.append(byte)
        }
    }
}

/// Numbers as ECMAScript's `Number.prototype.toString` writes them (RFC 8785 §3.2.2.3).
enum ECMAScriptNumber {
    static func text(_ value: Double) -> String {
        precondition(value.isFinite, "JSON has no infinity and no NaN")
        // Below 10^15 every whole number has its own double, and is written without an exponent.
        if abs(value) < 1e15, let whole = Int64(exactly: value) { return String(whole) }
        // Between these Swift writes the same shortest digits in the same layout.
        if abs(value) >= 1e-4, abs(value) < 1e15 { return value.description }
        let sign = value < 0 ? "-" : ""
        let (digits, point) = shortest(abs(value))
        let count = digits.count
        if point > 21 || point <= -6 {
            let exponent = point - 1
            let fraction = count > 1 ? "." + digits.dropFirst() : ""
            return sign + digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+")
                + String(abs(exponent))
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if point >= count {
            return sign + digits + String(repeating: "0", count: point - count)
        }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    /// The shortest digits that give the same double, and how many stand before the point.
    private static func shortest(_ value: Double) -> (digits: String, point: Int) {
        // Swift's description has the shortest digits that round-trip, in another layout.
        let description = value.description
        let parts = description.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        let all = whole + fraction
        let leading = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leading))
        while digits.last == "0" { digits.removeLast() }
        return (digits, whole.count - leading + exponent)
    }
}
