/// A JSON value with its members in the order given.
public indirect enum JSONValue: Sendable, Equatable {
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
            let ordered =
                isSorted
                ? members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
                : members
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in ordered.enumerated() {
                if index > 0 {
                    bytes.append(UInt8(ascii: ","))
                    precondition(
                        !isSorted || ordered[index - 1].name != member.name,
                        "member names of a JSON object differ")
                }
                Self.write(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes, isSorted: isSorted)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
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
        bytes.append(UInt8(ascii: "\""))
    }
}

/// Numbers as ECMAScript's `Number.prototype.toString` writes them (RFC 8785 §3.2.2.3).
enum ECMAScriptNumber {
    static func text(_ value: Double) -> String {
        precondition(value.isFinite, "JSON has no infinity and no NaN")
        if value == 0 { return "0" }
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
