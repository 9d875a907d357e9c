/// Texts that are recognised where they stand in a payload, eight bytes at a time.
///
/// Devices say the same keys and labels in the same order again and again, so the decoder guesses
/// and asks here whether the guess is right.
struct PatternTable: Sendable {
    private var words: [UInt64] = []
    private var entries: [Entry] = []

    private struct Entry {
        var firstWord: Int32
        var length: Int32
        /// The bytes of the last word that count.
        var lastMask: UInt64
    }

    /// Makes a table; a pattern is named by its index. None may be empty.
    init(_ texts: [String]) {
        for text in texts {
            let bytes = Array(text.utf8)
            let rest = (bytes.count - 1) % 8 + 1
            entries.append(
                Entry(
                    firstWord: Int32(words.count), length: Int32(bytes.count),
                    lastMask: ~0 >> UInt64(64 - 8 * rest)))
            for start in stride(from: 0, to: bytes.count, by: 8) {
                var word: UInt64 = 0
                for (place, byte) in bytes[start..<min(start + 8, bytes.count)].enumerated() {
                    word |= UInt64(byte) << UInt64(8 * place)
                }
                words.append(word)
            }
        }
    }

    /// The length of pattern `index` if it stands at the cursor, else 0.
    func lengthIfNext(_ index: Int, in cursor: Cursor) -> Int {
        let entry = entries[index]
        var word = Int(entry.firstWord)
        var position = cursor.position
        var left = Int(entry.length)
        while left > 8 {
            guard cursor.word(at: position) == words[word] else { return 0 }
            word += 1
            position += 8
            left -= 8
        }
        guard (cursor.word(at: position) ^ words[word]) & entry.lastMask == 0 else { return 0 }
        return Int(entry.length)
    }

    /// Whether pattern `index` is these bytes in quotes; for texts that had escapes, so rare.
    func isQuoted(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let quoted = unsafe [UInt8(ascii: "\"")] + Array(bytes) + [UInt8(ascii: "\"")]
        return unsafe quoted.withUnsafeBytes { bytes in
            unsafe lengthIfNext(index, in: Cursor(bytes)) == bytes.count
        }
    }
}
