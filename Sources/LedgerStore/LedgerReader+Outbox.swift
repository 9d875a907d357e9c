public import Detection
import Foundation
import GRDB
import Ledger

extension LedgerReader {
    /// One alert on its way out.
    public struct OutboxRow: Sendable {
        /// Place in the outbox; ascending.
        public var position: Int64
        /// Stable id.
        public var id: String
        /// The equipment.
        public var equipment: String
        /// What happened.
        public var state: String
        /// Whether the hazard stands after this.
        public var stands: Bool
        /// The hazard.
        public var hazard: String
        /// When it happened.
        public var time: Instant
        /// The hazard's fields, canonical JSON.
        public var data: [UInt8]
    }

    /// Alerts after `position`, at most `limit`, in order.
    public func outbox(after position: Int64, limit: Int) throws(StoreFailure) -> [OutboxRow] {
        try outboxRows("position > ? ORDER BY position LIMIT ?", [position, limit])
    }

    /// The last alert of every hazard that stands after `position` has been sent. Looks at the
    /// whole outbox: once per connection, not per alert.
    public func standing(through position: Int64) throws(StoreFailure) -> [OutboxRow] {
        try outboxRows(
            """
            stands AND position <= ? AND position = (
                SELECT max(later.position) FROM outbox AS later
                WHERE later.hazard = outbox.hazard AND later.position <= ?)
            ORDER BY position
            """, [position, position])
    }

    /// An alert by its id; `nil` when there is none.
    public func alert(_ id: String) throws(StoreFailure) -> OutboxRow? {
        try outboxRows("id = ?", [id]).first
    }

    /// Alerts about the same hazard before `row`, in order.
    public func earlier(than row: OutboxRow) throws(StoreFailure) -> [OutboxRow] {
        try outboxRows(
            "hazard = ? AND position < ? ORDER BY position", [row.hazard, row.position])
    }

    /// The digest of the evidence that the entry with this id names, in hexadecimal.
    public func evidenceDigest(of id: String) throws(StoreFailure) -> String? {
        try snapshot { database in
            try Data.fetchOne(
                database, sql: "SELECT bytes FROM entry WHERE id = ?", arguments: [id]
            ).flatMap { JSONValue(parsing: Blob.bytes($0))?["evidence"]?.text }
        }
    }

    private func outboxRows(
        _ condition: String, _ arguments: StatementArguments
    ) throws(StoreFailure) -> [OutboxRow] {
        try snapshot { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM outbox WHERE \(condition)", arguments: arguments
            ).map { row in
                try OutboxRow(
                    position: row.value("position"), id: row.value("id"),
                    equipment: row.value("equipment"),
                    state: row.value("state"), stands: row.value("stands"),
                    hazard: row.value("hazard"),
                    time: Instant(nanoseconds: row.value("time")),
                    data: Blob.bytes(row.value("data")))
            }
        }
    }
}
