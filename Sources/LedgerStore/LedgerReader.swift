public import Detection
import Foundation
import GRDB
import Ledger
public import Supervision

/// Reads a ledger beside its writer: verification, display, the feed.
public final class LedgerReader: Sendable {
    let path: String
    private let queue: DatabaseQueue

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
            try queue.read { try Schema.check($0, path: path) }
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// Reads everything in one state of the file.
    func snapshot<Result>(_ body: (Database) throws -> Result) throws(StoreFailure) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// What an audit found.
    public enum Verdict: Sendable, Equatable {
        /// Everything agrees.
        case sound(size: UInt64, root: [UInt8])
        /// The first entry that does not.
        case broken(sequence: Int64, reason: String)
    }

    /// Recomputes the whole log in one snapshot: bytes, hashes, order, ids, tree heads.
    public func verify() throws(StoreFailure) -> Verdict {
        do {
            return try queue.read { database in try Self.audit(database) }
        } catch let finding as Unreadable {
            return .broken(sequence: finding.sequence, reason: finding.reason)
        } catch let finding as LedgerAudit<SHA256Digest>.Finding {
            return .broken(sequence: finding.sequence, reason: finding.reason)
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// A row that does not have the columns of an entry or a head.
    private struct Unreadable: Error {
        var sequence: Int64
        var reason: String
    }

    private static func audit(_ database: Database) throws -> Verdict {
        var audit = LedgerAudit<SHA256Digest>()
        do {
            return try self.audit(database, with: &audit)
        } catch let error as RowDecodingError {
            throw Unreadable(sequence: Int64(audit.size), reason: "cannot be read: \(error)")
        }
    }

    private static func audit(
        _ database: Database, with audit: inout LedgerAudit<SHA256Digest>
    ) throws -> Verdict {
        let heads = try Row.fetchCursor(database, sql: "SELECT size, root FROM head ORDER BY size")
        let entries = try Row.fetchCursor(
            database, sql: "SELECT sequence, id, bytes, leaf_hash FROM entry ORDER BY sequence")
        var head = try heads.next()
        var nodes = 0
        while let row = try entries.next() {
            try audit.check(
                .init(
                    sequence: row.value("sequence"), id: row.value("id"),
                    bytes: Blob.bytes(row.value("bytes")),
                    leafHash: Blob.bytes(row.value("leaf_hash"))))
            for (node, hash) in audit.completed {
                guard let tier = StoredTree.tier(of: node) else { continue }
                let stored = try Row.fetchOne(
                    database, sql: "SELECT hash FROM node WHERE tier = ? AND place = ?",
                    arguments: [tier, Int64(node.index)])
                guard try stored.map({ Blob.bytes(try $0.value("hash")) }) == hash else {
                    return .broken(
                        sequence: Int64(audit.size) - 1,
                        reason: "the stored subtree \(tier)/\(node.index) is not that of its leaves"
                    )
                }
                nodes += 1
            }
            if let current = head, try current.value("size") as Int64 == Int64(audit.size) {
                try audit.check(
                    .init(size: current.value("size"), root: Blob.bytes(current.value("root"))))
                head = try heads.next()
                if head == nil, let extra = try entries.next() {
                    return try .broken(
                        sequence: extra.value("sequence"), reason: "no tree head covers this entry")
                }
            }
        }
        if let left = head {
            try audit.check(.init(size: left.value("size"), root: Blob.bytes(left.value("root"))))
        } else if audit.size > 0, try Int.fetchOne(database, sql: "SELECT count(*) FROM head") == 0
        {
            return .broken(sequence: 0, reason: "there is no tree head")
        }
        guard try Int.fetchOne(database, sql: "SELECT count(*) FROM node") == nodes else {
            return .broken(
                sequence: Int64(audit.size), reason: "there are subtrees that no entries have")
        }
        guard try Schema.refusesChanges(database) else {
            return .broken(
                sequence: Int64(audit.size),
                reason: "the entries agree, but the triggers that refuse changes are gone")
        }
        return .sound(size: audit.size, root: audit.root)
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
