import Foundation
import GRDBSQLite

/// The least that SQLite can be asked to do: rows of the entry table into the entry table, in C,
/// WAL and `synchronous = FULL` as in the ledger.
final class BareLoop {
    private var database: OpaquePointer?
    private var insert: OpaquePointer?
    private let example: [UInt8]
    private let leaf = [UInt8](repeating: 7, count: 32)

    init(path: String, example: [UInt8]) throws {
        self.example = example
        try check(sqlite3_open(path, &database))
        for sql in [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
            """
            CREATE TABLE entry (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
                bytes BLOB NOT NULL, leaf_hash BLOB NOT NULL) STRICT
            """,
        ] { try execute(sql) }
        try check(
            sqlite3_prepare_v2(
                database, "INSERT INTO entry VALUES (?, ?, ?, ?)", -1, &insert, nil))
    }

    deinit {
        sqlite3_finalize(insert)
        sqlite3_close(database)
    }

    func commit(from first: Int, _ count: Int) throws {
        try execute("BEGIN IMMEDIATE")
        for number in first..<first + count {
            let id = "summit/lift-\(number % 50)/lift.door_lock_open_in_travel@\(number)#raised"
            // SQLite's marker for "copy it": the bytes live no longer than the call.
            let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            try check(sqlite3_bind_int64(insert, 1, Int64(number)))
            try check(sqlite3_bind_text(insert, 2, id, -1, transient))
            try check(sqlite3_bind_blob(insert, 3, example, Int32(example.count), transient))
            try check(sqlite3_bind_blob(insert, 4, leaf, Int32(leaf.count), transient))
            guard sqlite3_step(insert) == SQLITE_DONE else { throw failure }
            try check(sqlite3_reset(insert))
        }
        try execute("COMMIT")
    }

    private func execute(_ sql: String) throws {
        try check(sqlite3_exec(database, sql, nil, nil, nil))
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw failure }
    }

    private var failure: Workshop.Failure {
        Workshop.Failure(message: "SQLite: \(String(cString: sqlite3_errmsg(database)))")
    }
}
