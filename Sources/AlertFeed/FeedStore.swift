import Foundation
import GRDB
public import LedgerStore

/// How far each channel has delivered, in a database of its own, so that a slow channel never
/// holds the ledger's lock. Disposable: without it alerts are sent again under the same ids.
public final class FeedStore: Sendable {
    private let path: String
    private let queue: DatabaseQueue

    /// How far a channel has come.
    public struct Cursor: Sendable {
        /// The last outbox position delivered; 0 at first.
        public var position: Int64
        /// The alert there; tells whether the outbox is still the same.
        public var alert: String

        /// Makes a cursor.
        public init(position: Int64, alert: String) {
            self.position = position
            self.alert = alert
        }
    }

    /// Opens the cursors, or makes new ones. A file that is damaged is moved aside.
    public init(path: String) throws(StoreFailure) {
        self.path = path
        do {
            queue = try Self.open(path)
        } catch let error as DatabaseError
            where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        {
            do {
                for suffix in ["-wal", "-shm"]
                where FileManager.default.fileExists(atPath: path + suffix) {
                    try FileManager.default.removeItem(atPath: path + suffix)
                }
                try FileManager.default.moveItem(
                    atPath: path, toPath: path + ".damaged-\(Int(Date().timeIntervalSince1970))")
                queue = try Self.open(path)
            } catch {
                throw .unusable("\(path): is damaged and cannot be replaced: \(error)")
            }
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { database in
            // A cursor that is lost in a power cut sends some alerts again, under the same ids;
            // NORMAL is enough here.
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS cursor (
                        channel TEXT NOT NULL PRIMARY KEY,
                        position INTEGER NOT NULL,
                        alert TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID
                    """)
        }
        return queue
    }

    /// How far the channel has delivered.
    public func cursor(of channel: String) throws(StoreFailure) -> Cursor {
        do {
            return try queue.read { database in
                let row = try Row.fetchOne(
                    database, sql: "SELECT position, alert FROM cursor WHERE channel = ?",
                    arguments: [channel])
                return try row.map {
                    try Cursor(
                        position: $0.decode(forColumn: "position"),
                        alert: $0.decode(forColumn: "alert"))
                } ?? Cursor(position: 0, alert: "")
            }
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// Notes that everything up to `cursor` has been delivered.
    public func advance(_ channel: String, to cursor: Cursor) throws(StoreFailure) {
        do {
            try queue.write { database in
                try database.execute(
                    sql:
                        "INSERT OR REPLACE INTO cursor (channel, position, alert) VALUES (?, ?, ?)",
                    arguments: [channel, cursor.position, cursor.alert])
            }
        } catch {
            throw StoreFailure(error, at: path)
        }
    }
}
