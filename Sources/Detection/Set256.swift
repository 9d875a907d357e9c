/// A set of indices below 256, without memory of its own: rules, or derived signals, of a variant.
public struct Set256: Sendable, BitwiseCopyable {
    private var words = InlineArray<4, UInt64>(repeating: 0)

    /// What `next` answers when there is no more.
    public static let end = 256

    /// The empty set.
    public init() {}

    /// Adds an index below 256.
    public mutating func insert(_ index: Int) {
        words[index >> 6] |= 1 &<< UInt64(index & 63)
    }

    /// Takes an index out.
    mutating func remove(_ index: Int) {
        words[index >> 6] &= ~(1 &<< UInt64(index & 63))
    }

    /// Adds all of another set.
    mutating func formUnion(_ other: Set256) {
        for word in 0..<4 { words[word] |= other.words[word] }
    }

    /// Whether an index is in it.
    func contains(_ index: Int) -> Bool { words[index >> 6] &>> UInt64(index & 63) & 1 == 1 }

    /// The least member that is not below `index`; `end` when there is none.
    func next(from index: Int) -> Int {
        guard index < Self.end else { return Self.end }
        var word = index >> 6
        var bits = words[word] & (~0 &<< UInt64(index & 63))
        while bits == 0 {
            word += 1
            guard word < 4 else { return Self.end }
            bits = words[word]
        }
        return word << 6 | bits.trailingZeroBitCount
    }
}
