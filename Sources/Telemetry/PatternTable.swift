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
    @inline(__always)
    func lengthIfNext(_ index: Int, in cursor: Cursor) -> Int {
        let entry = entries[index]
        let first = (cursor.word(at: cursor.position) ^ entry.first) & entry.firstMask
        let second = (cursor.word(at: cursor.position &+ 8) ^ entry.second) & entry.secondMask
        guard first | second == 0 else { return 0 }
        let length = Int(entry.length)
        return length <= 16 || hasTail(entry, in: cursor) ? length : 0
    }

    private func hasTail(_ entry: Entry, in cursor: Cursor) -> Bool {
        for place in 16..<Int(entry.length)
        where cursor[cursor.position + place] != tails[Int(entry.tail) + place - 16] {
            return false
        }
        return true
    }

    /// Whether pattern `index` is these bytes in quotes; for texts that had escapes, so rare.
    func isQuoted(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let quoted = unsafe [UInt8(ascii: "\"")] + Array(bytes) + [UInt8(ascii: "\"")]
        return unsafe quoted.withUnsafeBytes { bytes in
            unsafe lengthIfNext(index, in: Cursor(bytes)) == bytes.count
        }
    }
}
