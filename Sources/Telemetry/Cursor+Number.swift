import Glibc

extension Cursor {
    /// Takes a JSON number and returns the nearest double; infinite when it is out of range.
    ///
    /// Up to 2^53 with a power of ten of at most 22 one multiplication or division of two exact
    /// doubles is correctly rounded (Clinger), which covers what sensors write; the rest goes
    /// through `strtod` on a copy on the stack.
    mutating func number() throws(Rejection) -> Double {
        let start = position
        let isNegative = current == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var digits = Digits()
        if current == UInt8(ascii: "0") {
            digits.append(0)
            position += 1
        } else {
            try take(digits: &digits, isFraction: false)
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try take(digits: &digits, isFraction: true)
        }
        var exponent = 0
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            exponent = try takeExponent()
        }
        guard position - start <= PayloadLimits.numberLength else { throw .malformed }
        let power = exponent - digits.fractionDigits
        if digits.isExact, abs(power) <= 22 {
            let mantissa = Double(digits.value)
            let value = power < 0 ? mantissa / Self.power(-power) : mantissa * Self.power(power)
            return isNegative ? -value : value
        }
        return slowNumber(start..<position)
    }

    private struct Digits {
        var value: UInt64 = 0
        var fractionDigits = 0
        var isExact = true

        mutating func append(_ digit: UInt8) {
            let next = value &* 10 &+ UInt64(digit)
            if value > 900_719_925_474_098 { isExact = false }
            value = next
        }
    }

    private mutating func take(digits: inout Digits, isFraction: Bool) throws(Rejection) {
        guard current >= UInt8(ascii: "0"), current <= UInt8(ascii: "9") else { throw .malformed }
        while true {
            let byte = current
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return }
            digits.append(byte &- UInt8(ascii: "0"))
            if isFraction { digits.fractionDigits += 1 }
            position += 1
        }
    }

    private mutating func takeExponent() throws(Rejection) -> Int {
        let isNegative = current == UInt8(ascii: "-")
        if isNegative || current == UInt8(ascii: "+") { position += 1 }
        guard current >= UInt8(ascii: "0"), current <= UInt8(ascii: "9") else { throw .malformed }
        var value = 0
        while current >= UInt8(ascii: "0"), current <= UInt8(ascii: "9") {
            value = min(value * 10 + Int(current - UInt8(ascii: "0")), 100_000)
            position += 1
        }
        return isNegative ? -value : value
    }

    private func slowNumber(_ range: Range<Int>) -> Double {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: range.count + 1) { copy in
            for (offset, index) in range.enumerated() {
                unsafe copy[offset] = CChar(bitPattern: self[index])
            }
            unsafe copy[range.count] = 0
            guard let base = copy.baseAddress else { return .infinity }
            return unsafe strtod(base, nil)
        }
    }

    private static func power(_ exponent: Int) -> Double { powers[exponent] }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}
