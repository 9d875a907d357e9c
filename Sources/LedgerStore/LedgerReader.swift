public import Detection
import Foundation
import GRDB
import Ledger
public import Supervision

/// Reads a ledger beside its writer: verification, display, the feed.
public final class LedgerReader: Sendable {
    let path: String
    private let queue: DatabaseQueue
    /// The format of the file; an older one can be verified, and little else.
    let format: Int

    /// Opens an existing ledger for reading.
    public init(path: String) throws(StoreFailure) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            throw .unusable("\(path): there is no such file")
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            format = try queue.read { try Schema.format($0, path: path) }
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// Reads everything in one state of the file.
    func snapshot<Result>(_ body: (Database) throws -> Result) throws(StoreFailure) -> Result {
        guard format == Schema.version else {
            throw .unusable(
                "\(path): has format \(format), which can only be verified; it is brought up to "
                    + "date, to \(Schema.version), when the agent starts")
        }
        return try snapshotOfAnyFormat(body)
    }

    func snapshotOfAnyFormat<Result>(
        _ body: (Database) throws -> Result
    ) throws(StoreFailure) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// Entries from `sequence` on, at most `limit`, as stored.
    public func entries(
        from sequence: Int64, limit: Int
    ) throws(StoreFailure) -> [(sequence: Int64, bytes: [UInt8])] {
        try snapshot { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT sequence, bytes FROM entry WHERE sequence >= ?
                    ORDER BY sequence LIMIT ?
                    """, arguments: [sequence, limit]
            ).map { try ($0.value("sequence"), Blob.bytes($0.value("bytes"))) }
        }
    }

    /// The register of hazards as of the last commit.
    public func register() throws(StoreFailure) -> StoredRegister {
        try snapshot { try RegisterRows.read($0) }
    }

    /// The entries whose ids begin with `prefix`, in order, as stored.
    public func entries(withPrefix prefix: String) throws(StoreFailure) -> [[UInt8]] {
        try snapshot { database in
            // The first text that no longer has the prefix.
            let end = prefix + "\u{10FFFF}"
            return try Row.fetchAll(
                database,
                sql: "SELECT bytes FROM entry WHERE id >= ? AND id < ? ORDER BY sequence",
                arguments: [prefix, end]
            ).map { Blob.bytes(try $0.value("bytes")) }
        }
    }

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
