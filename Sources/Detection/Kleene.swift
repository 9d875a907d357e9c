/// Truth of a condition in Kleene's three-valued logic.
///
/// Unknown is what remains when a signal is missing, suspect or silent. It neither raises nor
/// clears: whatever stands goes on standing.
public enum Kleene: UInt8, Sendable, BitwiseCopyable {
    /// The condition does not hold.
    case no = 0
    /// The condition holds.
    case yes = 1
    /// There is not enough known to say.
    case unknown = 2

    /// The truth of a known answer.
    public init(_ holds: Bool) { self = holds ? .yes : .no }
}

/// A stack of up to 64 Kleene values in two machine words: one bit "is true", one "is false".
///
/// The picture: two columns of lamps side by side. Neither lit is unknown; both lit cannot happen.
struct KleeneStack {
    private var trueBits: UInt64 = 0
    private var falseBits: UInt64 = 0

    @inline(__always)
    mutating func push(_ value: Kleene) {
        trueBits = trueBits &<< 1 | (value == .yes ? 1 : 0)
        falseBits = falseBits &<< 1 | (value == .no ? 1 : 0)
    }

    mutating func and() {
        let (trueTop, falseTop) = pop()
        trueBits &= ~1 | trueTop
        falseBits |= falseTop
    }

    mutating func or() {
        let (trueTop, falseTop) = pop()
        trueBits |= trueTop
        falseBits &= ~1 | falseTop
    }

    mutating func not() {
        let trueTop = trueBits & 1
        let falseTop = falseBits & 1
        trueBits = trueBits & ~1 | falseTop
        falseBits = falseBits & ~1 | trueTop
    }

    var top: Kleene {
        if trueBits & 1 == 1 { return .yes }
        return falseBits & 1 == 1 ? .no : .unknown
    }

    private mutating func pop() -> (UInt64, UInt64) {
        let top = (trueBits & 1, falseBits & 1)
        trueBits = trueBits &>> 1
        falseBits = falseBits &>> 1
        return top
    }
}
