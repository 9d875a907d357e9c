import Testing

@testable import Line

private func find(_ topic: String, in table: borrowing TopicTable) -> (Int, Int)? {
    // A non-copyable table cannot be captured, so the bytes are kept outside a closure.
    let bytes = Array(topic.utf8)
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    return table.find(UnsafeRawBufferPointer(copy)).map { ($0.equipment, $0.kind) }
}

@Suite struct TopicTableTests {
    @Test("every topic finds its own equipment and kind, whatever its length, and no other does")
    func lengths() {
        // Short of a card, just on it, beyond it, and beyond it with a difference at either end.
        var topics: [String] = []
        for length in [1, 7, 8, 9, 51, 52, 53, 60, 104, 200] {
            let middle = String(repeating: "x", count: length - 1)
            topics += ["a" + middle, "b" + middle, middle + "c"]
        }
        topics = topics.filter { $0 != "c" } + ["c"]
        let table = TopicTable(topics.enumerated().map { ($1, $0 % 5) })
        for (index, topic) in topics.enumerated() {
            let found = find(topic, in: table)
            #expect(found?.0 == index && found?.1 == index % 5, "\(topic)")
            for other in [topic + "d", "d" + topic, String(topic.dropLast()) + "d"] {
                #expect(find(other, in: table) == nil, "\(other)")
            }
        }
        #expect(find("", in: table) == nil)
    }

    @Test("thousands of topics that differ in a number are all told apart")
    func many() {
        let topics = (0..<5_000).map { "telemetry/demo/lift/lift-\($0)" }
        let table = TopicTable(topics.map { ($0, 0) })
        for (index, topic) in topics.enumerated() {
            #expect(find(topic, in: table)?.0 == index)
        }
        #expect(find("telemetry/demo/lift/lift-5000", in: table) == nil)
    }

    @Test("a topic that no message can have is left out")
    func tooLong() {
        let long = String(repeating: "t", count: 65_536)
        let table = TopicTable([(long, 0), ("a", 1)])
        #expect(find(long, in: table) == nil)
        #expect(find("a", in: table)?.0 == 1)
    }
}
