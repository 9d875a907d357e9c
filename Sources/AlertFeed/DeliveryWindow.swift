public import Detection

/// Rows under way on a channel: sent, not yet acknowledged.
///
/// Pure. The cursor moves only over rows that are acknowledged without a hole, so that a crash
/// sends too much rather than too little. Rows that the broker refuses (no right to a topic, for
/// instance) hold back their own equipment's later rows, which must not overtake them, and nobody
/// else's until `FeedLimits.rowsInMemory` of them wait; they are tried again after a while.
public struct DeliveryWindow: Sendable {
    private struct Row {
        let position: Int64
        let equipment: String
        var open: [Int32]
        var isHeldBack = false

        var isDone: Bool { open.isEmpty && !isHeldBack }
    }

    private var rows: [Row] = []
    private var tryAgain = Instant.never
    /// Equipment that was refused over the connection before this one.
    private var refusedBefore: [String] = []
    /// Everything up to here is delivered.
    public private(set) var cursor: Int64
    /// Everything up to here is sent or held back.
    public private(set) var lastSent: Int64

    /// Starts after `cursor`.
    public init(cursor: Int64) {
        self.cursor = cursor
        lastSent = cursor
    }

    /// Starts anew over another connection: what was refused stays held back for its time, so that
    /// a broker that ends the connection over a refusal still gets everything else.
    public init(after other: DeliveryWindow) {
        self.init(cursor: other.cursor)
        refusedBefore = other.refused
        tryAgain = other.tryAgain
    }

    /// Rows under way.
    public var count: Int { rows.count { !$0.open.isEmpty } }

    /// Rows that are not delivered, or that wait behind one that is not.
    public var total: Int { rows.count }

    /// The equipment whose alerts the broker refuses.
    private var refused: [String] {
        rows.reduce(into: refusedBefore) { names, row in
            if row.isHeldBack, !names.contains(row.equipment) { names.append(row.equipment) }
        }
    }

    /// Whether a row of this equipment has to wait behind one that was refused.
    public func holdsBack(_ equipment: String) -> Bool {
        refusedBefore.contains(equipment)
            || rows.contains { $0.isHeldBack && $0.equipment == equipment }
    }

    /// Notes a row that waits behind a refused one. Positions ascend.
    public mutating func heldBack(_ position: Int64, of equipment: String) {
        rows.append(Row(position: position, equipment: equipment, open: [], isHeldBack: true))
        lastSent = position
    }

    /// Notes a row that went out as these messages, for the first time or again. Positions of new
    /// rows ascend.
    public mutating func sent(_ position: Int64, of equipment: String, as messages: [Int32]) {
        if let known = rows.firstIndex(where: { $0.position == position }) {
            rows[known].open = messages
            rows[known].isHeldBack = false
            return
        }
        rows.append(Row(position: position, equipment: equipment, open: messages))
        lastSent = position
    }

    /// Notes an acknowledgement; returns whether the cursor has moved.
    public mutating func acknowledged(_ message: Int32) -> Bool {
        guard let row = rows.firstIndex(where: { $0.open.contains(message) }) else { return false }
        rows[row].open.removeAll { $0 == message }
        let before = cursor
        while let first = rows.first, first.isDone {
            cursor = first.position
            rows.removeFirst()
        }
        return cursor != before
    }

    /// Notes a refusal: this row and the later ones of its equipment are held back. Returns the
    /// equipment if it was not held back before.
    public mutating func refused(_ message: Int32, at now: Instant) -> String? {
        guard let first = rows.firstIndex(where: { $0.open.contains(message) }) else { return nil }
        let equipment = rows[first].equipment
        let isNew = !holdsBack(equipment)
        for row in rows.indices[first...] where rows[row].equipment == equipment {
            rows[row].open = []
            rows[row].isHeldBack = true
        }
        if isNew { tryAgain = min(tryAgain, now + FeedLimits.refusalPause) }
        return isNew ? equipment : nil
    }

    /// The rows that were held back for long enough, in order; they have to be sent again.
    public mutating func toTryAgain(at now: Instant) -> [Int64] {
        guard now >= tryAgain else { return [] }
        refusedBefore = []
        let held = rows.filter(\.isHeldBack).map(\.position)
        tryAgain = held.isEmpty ? .never : now + FeedLimits.refusalPause
        return held
    }
}

/// Times and sizes of the feed, each with its reason.
public enum FeedLimits {
    /// How long refused alerts wait before they are tried again. Engineering default: a person has
    /// to change the broker's access list, so seconds do not matter.
    public static let refusalPause = Duration.seconds(30)
    /// Rows kept in memory while some are held back; beyond it nothing more is sent before they
    /// are through, and `agent.alerts_stuck` is on record long since.
    public static let rowsInMemory = 4_096
}
