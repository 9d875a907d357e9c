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
        var mantissa: UInt64 = 0
        let wholeStart = position
        if current == UInt8(ascii: "0") {
            position += 1
        } else {
            takeDigits(into: &mantissa)
            guard position > wholeStart else { throw .malformed }
        }
        var digits = position - wholeStart
        var fractionDigits = 0
        if current == UInt8(ascii: ".") {
            position += 1
            let fractionStart = position
            takeDigits(into: &mantissa)
            fractionDigits = position - fractionStart
            guard fractionDigits > 0 else { throw .malformed }
            digits += fractionDigits
        }
        var exponent = 0
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            exponent = try takeExponent()
        }
        guard position - start <= PayloadLimits.numberLength else { throw .malformed }
        let power = exponent - fractionDigits
        // Nineteen digits cannot overflow the mantissa.
        if digits <= 19, mantissa <= 1 << 53, abs(power) <= 22 {
            let whole = Double(mantissa)
            let value =
                power == 0
                ? whole : power < 0 ? whole / Self.power(-power) : whole * Self.power(power)
            return isNegative ? -value : value
        }
        return slowNumber(start..<position)
    }

    /// A number as programs write it at a position: up to fifteen digits before the point and seven
    /// behind it, no exponent. Returns its length; 0 when it is not of that form, or not valid, or
    /// has more digits than one division makes right (see `number`).
    @inline(__always)
    func shortNumber(at position: Int, _ value: inout Double) -> Int {
        var word = word(at: position)
        let isNegative = word & 0xFF == 0x2D
        var start = position
        if isNegative {
            start &+= 1
            word = self.word(at: start)
        }
        let whole = Self.digits(in: word)
        var mantissa: UInt64
        var length = whole
        var fraction = 0
        if whole < 8 {
            // A leading zero stands alone.
            guard whole > 0, whole == 1 || word & 0xFF != 0x30 else { return 0 }
            let point = UInt64(8 &* whole)
            if (word &>> point) & 0xFF == UInt64(UInt8(ascii: ".")) {
                // The digits behind the point move up to those before it.
                let before = word & ((1 &<< point) &- 1)
                let joined = before | (word &>> 8) & ~((1 &<< point) &- 1)
                let digits = Self.digits(in: joined)
                fraction = digits &- whole
                length = digits &+ 1
                // With seven the word is full: there may be more.
                guard fraction > 0, digits < 7 || !Self.isDigit(self[start &+ 8]) else { return 0 }
                mantissa = Self.number(joined &<< UInt64(64 &- 8 &* digits))
            } else {
                mantissa = Self.number(word &<< UInt64(64 &- 8 &* whole))
            }
        } else {
            guard word & 0xFF != 0x30 else { return 0 }
            let next = self.word(at: start &+ 8)
            let more = Self.digits(in: next)
            guard more < 8 else { return 0 }
            mantissa = unsafe Self.number(word) &* Self.wholePowers[unchecked: more]
            if more > 0 { mantissa &+= Self.number(next &<< UInt64(64 &- 8 &* more)) }
            length = 8 &+ more
            if self[start &+ length] == UInt8(ascii: ".") {
                let last = self.word(at: start &+ length &+ 1)
                fraction = Self.digits(in: last)
                guard fraction > 0, fraction < 8 else { return 0 }
                let behind = Self.number(last &<< UInt64(64 &- 8 &* fraction))
                let (high, scaled) = unsafe mantissa.multipliedFullWidth(
                    by: Self.wholePowers[unchecked: fraction])
                guard high == 0, scaled <= 1 << 53 else { return 0 }
                mantissa = scaled &+ behind
                length &+= fraction &+ 1
            }
            guard mantissa <= 1 << 53 else { return 0 }
        }
        // At most 2^53, so signed; at most seven digits behind the point.
        let amount =
            unsafe Double(Int64(bitPattern: mantissa)) / Self.powers[unchecked: fraction]
        value = isNegative ? -amount : amount
        return isNegative ? length &+ 1 : length
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// Takes digits into the mantissa, which wraps when they are too many.
    @inline(__always)
    private mutating func takeDigits(into mantissa: inout UInt64) {
        while true {
            let word = word(at: position)
            let count = Self.digits(in: word)
            guard count > 0 else { return }
            // Without the bytes behind the digits; zeros in front of them are worth nothing.
            let digits = word &<< UInt64(64 &- 8 &* count)
            mantissa = mantissa &* Self.wholePowers[count] &+ Self.number(digits)
            position &+= count
            guard count == 8 else { return }
        }
    }

    /// How many of eight bytes, from the lowest on, are digits.
    @inline(__always)
    private static func digits(in word: UInt64) -> Int {
        let offsets = word ^ 0x3030_3030_3030_3030
        // A byte above 9 gets its highest bit; what it carries over only reaches bytes behind it.
        let others = ((offsets &+ 0x7676_7676_7676_7676) | offsets) & 0x8080_8080_8080_8080
        return others.trailingZeroBitCount &>> 3
    }

    /// What eight digits, or zero bytes, are worth: pairs are joined to numbers below 100, those to
    /// numbers below 10,000, those to one; the first digit stands in the lowest byte.
    @inline(__always)
    private static func number(_ digits: UInt64) -> UInt64 {
        let pairs = ((digits & 0x0F0F_0F0F_0F0F_0F0F) &* 2_561) &>> 8
        let fours = ((pairs & 0x00FF_00FF_00FF_00FF) &* 6_553_601) &>> 16
        return ((fours & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) &>> 32
    }

    private static let wholePowers: InlineArray<9, UInt64> = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ]

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

    private static let powers: InlineArray<23, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}
