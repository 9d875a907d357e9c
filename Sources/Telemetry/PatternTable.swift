/// Texts that are recognised where they stand in a payload, sixteen bytes at a time.
///
/// Devices say the same keys and labels in the same order again and again, so the decoder guesses
/// and asks here whether the guess is right.
struct PatternTable: Sendable {
    private var entries: [Entry] = []
    /// What of the longer patterns comes after their first sixteen bytes.
    private var tails: [UInt8] = []

    private struct Entry {
        /// The first sixteen bytes, and which of them count.
        var first: UInt64 = 0
        var firstMask: UInt64 = 0
        var second: UInt64 = 0
        var secondMask: UInt64 = 0
        var length: Int32 = 0
        var tail: Int32 = 0
    }

    /// Makes a table; a pattern is named by its index. None may be empty.
    init(_ texts: [String]) {
        for text in texts {
            let bytes = Array(text.utf8)
            var entry = Entry()
            entry.length = Int32(bytes.count)
            entry.tail = Int32(tails.count)
            for (place, byte) in bytes.prefix(8).enumerated() {
                entry.first |= UInt64(byte) << UInt64(8 * place)
                entry.firstMask |= 0xFF << UInt64(8 * place)
            }
            for (place, byte) in bytes.dropFirst(8).prefix(8).enumerated() {
                entry.second |= UInt64(byte) << UInt64(8 * place)
                entry.secondMask |= 0xFF << UInt64(8 * place)
            }
            entries.append(entry)
            tails += bytes.dropFirst(16)
        }
    }

    /// The length of pattern `index` if it stands at the cursor, else 0.
    func lengthIfNext(_ index: Int, in cursor: Cursor) -> Int {
        length(index, ifAt: cursor.position, in: cursor)
    }

    /// The length of pattern `index` if it stands at a position, else 0.
    @inline(__always)
    func length(_ index: Int, ifAt position: Int, in cursor: Cursor) -> Int {
        let entry = entries[index]
        let first = (cursor.word(at: position) ^ entry.first) & entry.firstMask
        let second = (cursor.word(at: position &+ 8) ^ entry.second) & entry.secondMask
        guard first | second == 0 else { return 0 }
        let length = Int(entry.length)
        return length <= 16 || hasTail(index, at: position, in: cursor) ? length : 0
    }

    /// A pattern as the key of a member.
    func member(_ index: Int) -> Guesses.Member {
        let entry = entries[index]
        return Guesses.Member(
            first: entry.first, firstMask: entry.firstMask, second: entry.second,
            secondMask: entry.secondMask, length: UInt16(entry.length))
    }

    /// Whether what comes after the first sixteen bytes of pattern `index` stands there too.
    func hasTail(_ index: Int, at position: Int, in cursor: Cursor) -> Bool {
        let entry = entries[index]
        for place in 16..<Int(entry.length)
        where cursor[position + place] != tails[Int(entry.tail) + place - 16] {
            return false
        }
        return true
    }

    /// Whether pattern `index` is these bytes in quotes; for texts that had escapes, so rare.
    func isQuoted(_ index: Int, _ bytes: [UInt8]) -> Bool {
        let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        return Cursor.padding(quoted) { lengthIfNext(index, in: $0) == quoted.count }
    }
}
