import GRDB
import GRDBSQLite

/// The one statement that every entry takes, straight on SQLite: what is bound is neither boxed nor
/// copied. Everything else goes through GRDB.
struct EntryInsertion {
    private let database: Database
    private let statement: Statement

    init(_ database: Database) throws {
        self.database = database
        statement = try database.cachedStatement(
            sql: """
                INSERT INTO entry (sequence, id, bytes, leaf_hash) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING
                """)
    }

    /// Adds a row.
    ///
    /// - Returns: whether it is new: an id that is known adds nothing.
    func insert(_ sequence: Int64, _ id: String, _ bytes: [UInt8], _ leaf: [UInt8]) throws -> Bool {
        let handle = unsafe statement.sqliteStatement
        // Invariant: the texts and bytes outlive the step, and the reset and the clearing come
        // before they end; so SQLite need not copy them (a `nil` destructor is SQLITE_STATIC).
        var id = id
        let code = id.withUTF8 { id in
            unsafe bytes.withUnsafeBytes { bytes in
                unsafe leaf.withUnsafeBytes { leaf in
                    unsafe sqlite3_bind_int64(handle, 1, sequence)
                    unsafe id.withMemoryRebound(to: CChar.self) { id in
                        _ = unsafe sqlite3_bind_text(
                            handle, 2, id.baseAddress, Int32(id.count), nil)
                    }
                    unsafe sqlite3_bind_blob(
                        handle, 3, bytes.baseAddress, Int32(bytes.count), nil)
                    unsafe sqlite3_bind_blob(handle, 4, leaf.baseAddress, Int32(leaf.count), nil)
                    let code = unsafe sqlite3_step(handle)
                    unsafe sqlite3_reset(handle)
                    unsafe sqlite3_clear_bindings(handle)
                    return code
                }
            }
        }
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code & 0xFF), message: database.lastErrorMessage)
        }
        return database.changesCount > 0
    }
}
