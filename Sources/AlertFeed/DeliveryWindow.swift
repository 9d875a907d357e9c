/// Rows under way on a channel: sent, not yet acknowledged.
///
/// Pure. The cursor moves only over rows that are acknowledged without a hole, so that a crash
/// sends too much rather than too little.
public struct DeliveryWindow: Sendable {
    private var rows: [(position: Int64, open: [Int32])] = []
    /// Everything up to here is delivered.
    public private(set) var cursor: Int64
    /// Everything up to here is sent.
    public private(set) var lastSent: Int64

    /// Starts after `cursor`.
    public init(cursor: Int64) {
        self.cursor = cursor
        lastSent = cursor
    }

    /// Rows under way.
    public var count: Int { rows.count }

    /// Notes a row that went out as these messages. Positions ascend.
    public mutating func sent(_ position: Int64, as messages: [Int32]) {
        rows.append((position, messages))
        lastSent = position
    }

    /// Notes an acknowledgement; returns whether the cursor has moved.
    public mutating func acknowledged(_ message: Int32) -> Bool {
        guard let row = rows.firstIndex(where: { $0.open.contains(message) }) else { return false }
        rows[row].open.removeAll { $0 == message }
        let before = cursor
        while let first = rows.first, first.open.isEmpty {
            cursor = first.position
            rows.removeFirst()
        }
        return cursor != before
    }
}
