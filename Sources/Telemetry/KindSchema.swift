/// How one kind of equipment writes its signals: what the decoder has to know.
public struct KindSchema: Sendable {
    /// What a signal's value may look like.
    public enum Values: Sendable, Equatable {
        /// A number within its physical range, ends included.
        case number(ClosedRange<Double>)
        /// `true`, `false`, 1 or 0.
        case boolean
        /// A label or its code.
        case enumeration([Label])
    }

    /// A label of an enumeration.
    public struct Label: Sendable, Equatable {
        /// The word as it stands in payloads.
        public var text: String
        /// The number that stands for it.
        public var code: Double

        /// Makes a label.
        public init(text: String, code: Double) {
            self.text = text
            self.code = code
        }
    }

    /// A signal by its name in payloads.
    public struct Signal: Sendable, Equatable {
        /// The key in payloads.
        public var name: String
        /// What its value may look like.
        public var values: Values
        /// Its slot in the engine.
        public var slot: UInt16

        /// Makes a signal.
        public init(name: String, values: Values, slot: UInt16) {
            self.name = name
            self.values = values
            self.slot = slot
        }
    }

    /// The signals, in the order of the kind's file.
    public let signals: [Signal]
    let keys: KeyTable

    /// Makes a schema.
    public init(signals: [Signal]) {
        self.signals = signals
        keys = KeyTable(signals.map(\.name) + KindSchema.reserved)
    }

    /// Keys with a meaning of their own; they follow the signals in `keys`.
    static let reserved = ["ts", "seq", "dt", "equipment"]
}

/// Finds the index of a word from its bytes, without making a string.
struct KeyTable: Sendable {
    private let bytes: [UInt8]
    private let ends: [Int]
    private let buckets: [Int16]
    private let mask: UInt64

    init(_ words: [String]) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for word in words {
            bytes += word.utf8
            ends.append(bytes.count)
        }
        var size = 8
        while size < words.count * 4 { size *= 2 }
        var buckets = [Int16](repeating: -1, count: size)
        for (index, word) in words.enumerated() {
            var bucket = Int(KeyTable.hash(word.utf8) & UInt64(size - 1))
            while buckets[bucket] >= 0 { bucket = (bucket + 1) & (size - 1) }
            buckets[bucket] = Int16(index)
        }
        self.bytes = bytes
        self.ends = ends
        self.buckets = buckets
        mask = UInt64(size - 1)
    }

    /// The index of the word in `range` of the cursor's bytes; -1 when it is none.
    func index(of range: Range<Int>, in cursor: Cursor) -> Int {
        var bucket = Int(cursor.hash(range) & mask)
        while true {
            let candidate = Int(buckets[bucket])
            if candidate < 0 { return -1 }
            if matches(candidate, range, in: cursor) { return candidate }
            bucket = (bucket + 1) & Int(mask)
        }
    }

    /// Whether word `index` stands in `range`.
    func matches(_ index: Int, _ range: Range<Int>, in cursor: Cursor) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == range.count else { return false }
        var offset = 0
        while offset < range.count {
            if bytes[start + offset] != cursor[range.lowerBound + offset] { return false }
            offset += 1
        }
        return true
    }

    /// FNV-1a; the words are few and short.
    static func hash(_ word: some Sequence<UInt8>) -> UInt64 {
        word.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
