/// A set of indices below 256, without memory of its own: rules, or derived signals, of a variant.
struct Set256: BitwiseCopyable {
    private var words = InlineArray<4, UInt64>(repeating: 0)

    /// What `next` answers when there is no more.
    static let end = 256

    /// The empty set.
    init() {}

    /// Adds an index below 256.
    mutating func insert(_ index: Int) {
        words[index >> 6] |= 1 &<< UInt64(index & 63)
    }

    /// Takes an index out.
    mutating func remove(_ index: Int) {
        words[index >> 6] &= ~(1 &<< UInt64(index & 63))
    }

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
