/// Writes messages byte by byte into one buffer: a simulated day has millions of them, with
/// hundreds of millions of numbers.
struct PayloadWriter: Sendable {
    /// Larger than any message so far; `used` of it is the present one.
    private var buffer = [UInt8](repeating: 0, count: 4_096)
    private var used = 0

    private static let powers: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    /// What has been written since `clear`.
    var bytes: [UInt8] { Array(buffer[..<used]) }

    mutating func clear() { used = 0 }

    mutating func text(_ text: StaticString) {
        text.withUTF8Buffer { append($0) }
    }

    mutating func append(_ text: [UInt8], _ range: Range<Int>) {
        text.withUnsafeBufferPointer { append(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        makeRoom(text.count)
        buffer.withUnsafeMutableBufferPointer { buffer in
            for index in text.indices { buffer[used + index] = text[index] }
        }
        used += text.count
    }

    private mutating func makeRoom(_ count: Int) {
        guard used + count > buffer.count else { return }
        buffer += [UInt8](repeating: 0, count: buffer.count + count)
    }

    mutating func integer(_ value: Int) {
        write(value.magnitude, decimals: 0, isNegative: value < 0)
    }

    /// A number with so many decimals, trailing zeros and all; `-0.0` is written as `0.0`.
    mutating func number(_ value: Double, decimals: Int) {
        // Adding one half and cutting off is rounding where nothing is negative, and needs no call.
        let scaled = UInt(value.magnitude * Self.powers[decimals] + 0.5)
        write(scaled, decimals: decimals, isNegative: value < 0 && scaled != 0)
    }

    private mutating func write(_ value: UInt, decimals: Int, isNegative: Bool) {
        var digits = 1
        var power: UInt = 10
        while digits < 19, value >= power {
            digits += 1
            power &*= 10
        }
        if value >= 10_000_000_000_000_000_000 { digits = 20 }
        digits = max(digits, decimals + 1)
        let count = digits + (decimals > 0 ? 1 : 0) + (isNegative ? 1 : 0)
        makeRoom(count)
        let start = used
        buffer.withUnsafeMutableBufferPointer { buffer in
            var rest = value
            var place = start + count
            for written in 0..<digits {
                if written == decimals, decimals > 0 {
                    place -= 1
                    buffer[place] = UInt8(ascii: ".")
                }
                place -= 1
                buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            if isNegative { buffer[place - 1] = UInt8(ascii: "-") }
        }
        used += count
    }
}
