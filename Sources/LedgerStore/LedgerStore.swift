public import Detection
import GRDB
import Glibc
import Ledger
public import Supervision
import Timestamps

/// The ledger on disk: the only writer of its file.
///
/// SQLite in WAL mode with `synchronous = FULL`: when `commit` returns, the batch has been synced.
public final class LedgerStore {
    private let path: String
    private let queue: DatabaseQueue
    private let lock: FileLock
    /// Hash of the configuration in force; goes into every entry.
    public var configurationHash: String
    private var frontier: MerkleFrontier<SHA256Digest>

    /// What a commit added.
    public struct Receipt: Sendable {
        /// Entries that were new; a repetition adds none.
        public var added: Int
        /// Entries in the log.
        public var size: UInt64
        /// Root hash over them.
        public var root: [UInt8]
    }

    /// Opens the ledger for writing, or makes a new one, and takes its lock.
    ///
    /// The right edge of the stored tree must give the stored root. Opening does not look at
    /// every entry; `LedgerReader.verify` does.
    public init(path: String, configurationHash: String) throws(StoreFailure) {
        self.path = path
        self.configurationHash = configurationHash
        lock = try FileLock(path + ".lock")
        do {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(5)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            frontier = try queue.inDatabase { database in
                // GRDB lowers `synchronous` to NORMAL when it sets up WAL, so FULL is set after
                // opening and read back: a ledger that may lose its last commits is no ledger.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
                let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
                guard level == 2, mode == "wal" else {
                    throw StoreFailure.unusable(
                        "\(path): SQLite does not give synchronous=FULL in WAL mode")
                }
                try Schema.prepare(database, path: path)
                return try StoredTree(database, path: path).frontier()
            }
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// Entries in the log.
    public var size: UInt64 { frontier.size }

    /// Root hash over them.
    public var root: [UInt8] { frontier.root }

    /// Makes a batch durable: entries, tree head, rule states, watermarks and alerts together or
    /// not at all. Entries and alerts whose id is known are skipped, so a repetition is harmless.
    ///
    /// - Throws: `.full` when there is no space: nothing was written and the same call may be
    ///   repeated; everything else is a reason to stop.
    public func commit(_ batch: CommitBatch, recorded: Instant) throws(StoreFailure) -> Receipt {
        do {
            let (grown, added) = try queue.inDatabase { database in
                var appender = try Appender(
                    frontier, recorded: recorded, configuration: configurationHash,
                    in: database, path: path)
                try database.inTransaction(.immediate) {
                    for entry in batch.entries { try appender.append(entry) }
                    try appender.close()
                    for alert in batch.alerts { try Rows.insert(alert, in: database) }
                    for state in batch.states { try Rows.upsert(state, in: database) }
                    for watermark in batch.watermarks {
                        try Rows.upsert(watermark, in: database)
                    }
                    for change in batch.register {
                        try RegisterRows.apply(change, in: database)
                    }
                    for fact in batch.facts { try StoryRows.upsert(fact, in: database) }
                    return .commit
                }
                return (appender.frontier, appender.added)
            }
            frontier = grown
            return Receipt(added: added, size: grown.size, root: grown.root)
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// What a restart must not lose.
    public func storedState() throws(StoreFailure) -> StoredState {
        do {
            return try queue.inDatabase { database in
                StoredState(
                    states: try Rows.states(in: database),
                    watermarks: try Rows.watermarks(in: database),
                    register: try RegisterRows.read(database),
                    casebook: try StoryRows.casebook(in: database))
            }
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// Forgets the bodies of old evidence, oldest first; the entries keep their digests.
    ///
    /// - Parameters:
    ///   - before: what was recorded before this goes.
    ///   - most: bytes that may stay.
    ///   - limit: pieces at once, so that the line does not wait long.
    /// - Returns: how many went.
    public func pruneEvidence(
        before: Instant, most: Int64, limit: Int
    ) throws(StoreFailure) -> Int {
        do {
            return try queue.inDatabase { database in
                var removed = 0
                try database.inTransaction(.immediate) {
                    removed = try StoryRows.prune(
                        before: before, most: most, limit: limit, in: database)
                    return .commit
                }
                return removed
            }
        } catch {
            throw StoreFailure(error, at: path)
        }
    }
}

/// An exclusive lock beside the ledger: one writer, ever.
final class FileLock {
    private let descriptor: Int32

    init(_ path: String) throws(StoreFailure) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw .unusable("\(path): cannot be created: \(SystemFailure.last)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            // deinit closes the descriptor.
            throw .inUse("\(path): another process has this ledger open")
        }
    }

    deinit { close(descriptor) }
}
