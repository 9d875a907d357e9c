import Glibc

/// Finds the equipment of an exact topic from its bytes, without making a string.
///
/// The picture: pigeon-holes of one cache line each, with the topic written on the card inside, so
/// that finding a piece of equipment among a hundred thousand waits for memory once.
@safe struct TopicTable: ~Copyable {
    /// One pigeon-hole.
    private struct Card: BitwiseCopyable {
        /// Bytes of a topic that fit on the card; the rest of a longer one is in `rests`.
        static let room = 52

        /// Whose topic it is; -1 for an empty card.
        var index: Int32 = -1
        /// The kind of that equipment.
        var kind: UInt16 = 0
        /// The topic's length in bytes.
        var length: UInt16 = 0
        /// Where the rest of it begins in `rests`.
        var rest: UInt32 = 0
        var text: InlineArray<52, UInt8> = .init(repeating: 0)
    }

    // Invariant: `mask` + 1 cards, all initialised, in a block that is given back with the table.
    private let memory: WorkingMemory
    private let cards: UnsafeMutablePointer<Card>
    private let rests: [UInt8]
    private let mask: Int

    /// Makes the table of topics that differ, each with the index of its kind of equipment.
    init(_ topics: [(topic: String, kind: Int)]) {
        var size = 8
        while size < topics.count * 2 { size *= 2 }
        memory = WorkingMemory(count: size * MemoryLayout<Card>.stride)
        guard let base = unsafe memory.bytes.baseAddress else {
            preconditionFailure("the topics' block of memory has no address")
        }
        unsafe cards = base.bindMemory(to: Card.self, capacity: size)
        unsafe cards.initialize(repeating: Card(), count: size)
        var rests: [UInt8] = []
        for (index, entry) in topics.enumerated() {
            let bytes = Array(entry.topic.utf8)
            // No message can have a longer one.
            guard bytes.count <= UInt16.max else { continue }
            var place = unsafe bytes.withUnsafeBytes { unsafe Self.hash($0) & (size - 1) }
            while unsafe cards[place].index >= 0 { place = (place + 1) & (size - 1) }
            var card = Card()
            card.index = Int32(index)
            card.kind = UInt16(entry.kind)
            card.length = UInt16(bytes.count)
            card.rest = UInt32(rests.count)
            for (position, byte) in bytes.prefix(Card.room).enumerated() {
                card.text[position] = byte
            }
            rests += bytes.dropFirst(Card.room)
            unsafe cards[place] = card
        }
        self.rests = rests
        mask = size - 1
    }

    /// The equipment of `topic` and its kind; `nil` when it is none of the table's.
    func find(_ topic: UnsafeRawBufferPointer) -> (equipment: Int, kind: Int)? {
        var place = unsafe Self.hash(topic) & mask
        while true {
            let card = unsafe cards + place
            if unsafe card.pointee.index < 0 { return nil }
            if unsafe matches(card, topic) {
                return unsafe (Int(card.pointee.index), Int(card.pointee.kind))
            }
            place = (place + 1) & mask
        }
    }

    private func matches(_ card: UnsafePointer<Card>, _ topic: UnsafeRawBufferPointer) -> Bool {
        guard unsafe Int(card.pointee.length) == topic.count, let other = topic.baseAddress else {
            return false
        }
        let offset = MemoryLayout<Card>.offset(of: \.text) ?? 12
        let onCard = min(topic.count, Card.room)
        guard unsafe memcmp(UnsafeRawPointer(card) + offset, other, onCard) == 0 else {
            return false
        }
        guard topic.count > Card.room else { return true }
        let rest = unsafe Int(card.pointee.rest)
        return (Card.room..<topic.count).allSatisfy {
            unsafe rests[rest + $0 - Card.room] == topic[$0]
        }
    }

    /// Eight bytes at a time; the last eight may overlap those before.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hash = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
        func mix(_ word: UInt64) {
            let (high, low) = (hash ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            hash = high ^ low
        }
        guard bytes.count >= 8 else {
            for index in 0..<bytes.count { mix(unsafe UInt64(bytes[index])) }
            return Int(truncatingIfNeeded: hash)
        }
        var index = 0
        while index < bytes.count - 8 {
            mix(unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        mix(unsafe bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
        return Int(truncatingIfNeeded: hash)
    }
}
