import Glibc

/// Finds the equipment of an exact topic from its bytes, without making a string.
struct TopicTable: Sendable {
    private let bytes: [UInt8]
    private let ends: [Int]
    private let buckets: [Int32]
    private let mask: Int

    init(_ topics: [String]) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        var size = 8
        while size < topics.count * 2 { size *= 2 }
        var buckets = [Int32](repeating: -1, count: size)
        for (index, topic) in topics.enumerated() {
            bytes += topic.utf8
            ends.append(bytes.count)
            var bucket = unsafe Array(topic.utf8).withUnsafeBytes { topic in
                unsafe Self.hash(topic) & (size - 1)
            }
            while buckets[bucket] >= 0 { bucket = (bucket + 1) & (size - 1) }
            buckets[bucket] = Int32(index)
        }
        self.bytes = bytes
        self.ends = ends
        self.buckets = buckets
        mask = size - 1
    }

    /// The index of `topic`; -1 when it is none of the table's.
    func index(of topic: UnsafeRawBufferPointer) -> Int {
        var bucket = unsafe Self.hash(topic) & mask
        while true {
            let candidate = Int(buckets[bucket])
            if candidate < 0 { return -1 }
            if unsafe matches(candidate, topic) { return candidate }
            bucket = (bucket + 1) & mask
        }
    }

    private func matches(_ index: Int, _ topic: UnsafeRawBufferPointer) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == topic.count, let other = topic.baseAddress else {
            return false
        }
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let own = bytes.baseAddress else { return false }
            return unsafe memcmp(own + start, other, topic.count) == 0
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
