public import Detection

/// Times as people and payloads write them: `2026-03-01T08:15:30.123456789Z`.
///
/// Years 1970 to 2261, any UTC offset, a fraction of any length of which nine digits count.
/// A leap second (`:60`) is read as the first instant of the next minute.
public enum RFC3339 {
    /// The instant that `text` names; `nil` when it is not a complete RFC 3339 time.
    public static func parse(_ text: some Sequence<UInt8>) -> Instant? {
        var reader = Reader(text.makeIterator())
        guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2),
            reader.take("-"), let day = reader.digits(2), reader.takeSeparator(),
            let hour = reader.digits(2), reader.take(":"), let minute = reader.digits(2),
            reader.take(":"), let second = reader.digits(2),
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd,
            let date = CivilDate(year: year, month: month, day: day), hour <= 23, minute <= 59,
            second <= 60
        else { return nil }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return Instant(nanoseconds: seconds * 1_000_000_000 + fraction)
    }

    /// The instant that `text` names; `nil` when it is not a complete RFC 3339 time.
    public static func parse(_ text: String) -> Instant? { parse(text.utf8) }

    /// Writes an instant in UTC with `digits` digits of fraction (0 to 9), rounded down.
    public static func format(_ instant: Instant, digits: Int = 9) -> String {
        let (seconds, nanoseconds) = floorDivide(instant.nanoseconds, by: 1_000_000_000)
        let (days, second) = floorDivide(seconds, by: 86_400)
        var text = CivilDate(daysSinceEpoch: days).description + "T"
        text += pad(second / 3_600, 2) + ":" + pad(second / 60 % 60, 2) + ":" + pad(second % 60, 2)
        if digits > 0 { text += "." + pad(nanoseconds, 9).prefix(digits) }
        return text + "Z"
    }

    static func pad(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    static func floorDivide(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let quotient = value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
        return (quotient, value - quotient * divisor)
    }
}

/// Takes a time apart, one byte at a time, without making strings.
private struct Reader<Bytes: IteratorProtocol<UInt8>> {
    private var rest: Bytes
    private var current: UInt8?

    init(_ bytes: Bytes) {
        rest = bytes
        current = rest.next()
    }

    var isAtEnd: Bool { current == nil }

    mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: wanted) else { return false }
        current = rest.next()
        return true
    }

    mutating func takeSeparator() -> Bool { take("T") || take("t") || take(" ") }

    mutating func digit() -> Int64? {
        guard let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
            return nil
        }
        current = rest.next()
        return Int64(byte - UInt8(ascii: "0"))
    }

    mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Nanoseconds of an optional fraction; `nil` when the point has no digit behind it.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        guard let first = digit() else { return nil }
        var value = first * 100_000_000
        var scale: Int64 = 10_000_000
        while let digit = digit() {
            value += digit * scale
            scale /= 10
        }
        return value
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let isWest = current == UInt8(ascii: "-")
        guard take("+") || take("-"), let hours = digits(2), take(":"), let minutes = digits(2),
            hours <= 23, minutes <= 59
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (isWest ? -1 : 1)
    }
}
