import GRDB
public import LedgerStore

/// How far each channel has delivered, in a database of its own, so that a slow channel never
/// holds the ledger's lock.
public final class FeedStore: Sendable {
    private let path: String
    private let queue: DatabaseQueue

    /// Opens the cursors, or makes new ones.
    public init(path: String) throws(StoreFailure) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.journalMode = .wal
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { database in
                // A cursor that is lost in a power cut sends some alerts again, under the same
                // ids; NORMAL is enough here.
                try database.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS cursor (
                            channel TEXT NOT NULL PRIMARY KEY,
                            position INTEGER NOT NULL
                        ) STRICT, WITHOUT ROWID
                        """)
            }
        } catch {
            throw .unusable("\(path): \(error)")
        }
    }

    /// The last outbox position that the channel has delivered; 0 at first.
    public func position(of channel: String) throws(StoreFailure) -> Int64 {
        do {
            return try queue.read { database in
                try Int64.fetchOne(
                    database, sql: "SELECT position FROM cursor WHERE channel = ?",
                    arguments: [channel]) ?? 0
            }
        } catch {
            throw .unusable("\(path): \(error)")
        }
    }

    /// Notes that everything up to `position` has been delivered.
    public func advance(_ channel: String, to position: Int64) throws(StoreFailure) {
        do {
            try queue.write { database in
                try database.execute(
                    sql: "INSERT OR REPLACE INTO cursor (channel, position) VALUES (?, ?)",
                    arguments: [channel, position])
            }
        } catch {
            throw .unusable("\(path): \(error)")
        }
    }
}
