import GRDB

/// The tables of a ledger file. A change of format is a new version and a migration.
enum Schema {
    /// "TOCS" in ASCII: tells `file` and us that this is a ledger.
    static let applicationID = 0x544F_4353
    static let version = 4

    /// Creates the tables in a new file, or checks that the file is a ledger of this version.
    static func prepare(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        if application == 0, version == 0, tables == 0 {
            try database.inTransaction {
                try create(database)
                return .commit
            }
            return
        }
        if application == applicationID, (1..<self.version).contains(version) {
            try database.inTransaction {
                if version < 2 { try addRegister(database) }
                if version < 3 {
                    try addTree(database)
                    try StoredTree(database, path: path).fill()
                }
                try addStories(database)
                try database.execute(sql: "PRAGMA user_version = \(self.version)")
                return .commit
            }
            return
        }
        try check(application: application, version: version, path: path)
    }

    /// Checks that the file is a ledger; gives its format, which may be an older one.
    static func format(_ database: Database, path: String) throws -> Int {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        if application == applicationID, (1..<self.version).contains(version) { return version }
        try check(application: application, version: version, path: path)
        return version
    }

    private static func check(application: Int, version: Int, path: String) throws(StoreFailure) {
        guard application == applicationID else {
            throw .corrupt("\(path): is not a Tocsin ledger")
        }
        guard version == self.version else {
            throw .unusable(
                "\(path): has format \(version), this program reads formats up to "
                    + "\(self.version)")
        }
    }

    /// Whether the triggers stand that make the log append-only.
    static func refusesChanges(_ database: Database, format: Int) throws -> Bool {
        let tables = format < 3 ? ["entry", "head"] : ["entry", "head", "node"]
        let names = tables.flatMap { ["'\($0)_refuses_update'", "'\($0)_refuses_delete'"] }
        let count = try Int.fetchOne(
            database,
            sql: """
                SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name IN
                    (\(names.joined(separator: ", ")))
                """)
        return count == names.count
    }

    private static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                -- The log. A row is a leaf of the Merkle tree.
                CREATE TABLE entry (
                    sequence INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    bytes BLOB NOT NULL,
                    leaf_hash BLOB NOT NULL
                ) STRICT;
                -- The tree head after each commit that appended.
                CREATE TABLE head (
                    size INTEGER PRIMARY KEY,
                    root BLOB NOT NULL
                ) STRICT;
                -- Where rules stand that are not at rest. Not evidence: overwritten as they move.
                CREATE TABLE rule_state (
                    equipment TEXT NOT NULL,
                    rule TEXT NOT NULL,
                    phase INTEGER NOT NULL,
                    condition INTEGER NOT NULL,
                    clear_condition INTEGER NOT NULL,
                    acknowledged INTEGER NOT NULL,
                    mark INTEGER NOT NULL,
                    accrued INTEGER NOT NULL,
                    raised_at INTEGER NOT NULL,
                    last_change INTEGER NOT NULL,
                    PRIMARY KEY (equipment, rule)
                ) STRICT, WITHOUT ROWID;
                -- Up to where readings have been taken in, at the last transition.
                CREATE TABLE watermark (
                    equipment TEXT NOT NULL PRIMARY KEY,
                    event INTEGER NOT NULL,
                    sequence INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE signal_seen (
                    equipment TEXT NOT NULL,
                    signal TEXT NOT NULL,
                    event INTEGER NOT NULL,
                    PRIMARY KEY (equipment, signal)
                ) STRICT, WITHOUT ROWID;
                -- Alerts on their way out; the feed keeps its cursors elsewhere.
                CREATE TABLE outbox (
                    position INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    equipment TEXT NOT NULL,
                    state TEXT NOT NULL,
                    stands INTEGER NOT NULL,
                    hazard TEXT NOT NULL,
                    time INTEGER NOT NULL,
                    data BLOB NOT NULL
                ) STRICT;
                CREATE INDEX outbox_by_equipment ON outbox (equipment, position);
                CREATE INDEX outbox_by_hazard ON outbox (hazard, position);
                """)
        try addRegister(database)
        for table in ["entry", "head"] { try refuseChanges(of: table, in: database) }
        try addTree(database)
        try addStories(database)
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    private static func refuseChanges(of table: String, in database: Database) throws {
        for change in ["UPDATE", "DELETE"] {
            try database.execute(
                sql: """
                    CREATE TRIGGER \(table)_refuses_\(change.lowercased())
                    BEFORE \(change) ON \(table)
                    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
                    """)
        }
    }

    /// Roots of subtrees, new in version 3: what makes proofs, and opening, independent of the
    /// ledger's size.
    private static func addTree(_ database: Database) throws {
        try database.execute(
            sql: """
                -- Roots of the perfect subtrees of 256^tier leaves, from tier 1 on; those of tier 0
                -- are the leaf hashes.
                CREATE TABLE node (
                    tier INTEGER NOT NULL,
                    place INTEGER NOT NULL,
                    hash BLOB NOT NULL,
                    PRIMARY KEY (tier, place)
                ) STRICT, WITHOUT ROWID;
                """)
        try refuseChanges(of: "node", in: database)
    }

    /// Stories, evidence and facts, new in version 4. Not evidence themselves: the entries name
    /// their case, and the digest of their evidence.
    private static func addStories(_ database: Database) throws {
        try database.execute(
            sql: """
                -- Listings and incidents: which entries tell each, and whether it goes on.
                CREATE TABLE thread (
                    name TEXT NOT NULL PRIMARY KEY,
                    is_open INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX open_thread ON thread (name) WHERE is_open;
                CREATE TABLE thread_entry (
                    name TEXT NOT NULL,
                    sequence INTEGER NOT NULL,
                    PRIMARY KEY (name, sequence)
                ) STRICT, WITHOUT ROWID;
                -- Readings around a hazard, by the SHA-256 that is in the entry. May be pruned.
                CREATE TABLE evidence (
                    sequence INTEGER PRIMARY KEY,
                    digest BLOB NOT NULL,
                    recorded INTEGER NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                -- What all evidence takes, so that nobody has to look at all of it.
                CREATE TABLE evidence_total (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    bytes INTEGER NOT NULL
                ) STRICT;
                INSERT INTO evidence_total VALUES (1, 0);
                -- What is known about equipment that is no rule's state.
                CREATE TABLE fact (
                    equipment TEXT NOT NULL,
                    name TEXT NOT NULL,
                    date INTEGER NOT NULL,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (equipment, name)
                ) STRICT, WITHOUT ROWID;
                """)
    }

    /// The register of hazards, new in version 2. Not evidence: what happened is in the entries.
    private static func addRegister(_ database: Database) throws {
        try database.execute(
            sql: """
                -- Hazards that have not ended.
                CREATE TABLE hazard (
                    equipment TEXT NOT NULL,
                    rule TEXT NOT NULL,
                    id TEXT NOT NULL,
                    raised_at INTEGER NOT NULL,
                    phase TEXT NOT NULL,
                    recurrences INTEGER NOT NULL,
                    acknowledged_by TEXT,
                    acknowledged_why TEXT,
                    acknowledged_at INTEGER,
                    is_told INTEGER NOT NULL,
                    PRIMARY KEY (equipment, rule)
                ) STRICT, WITHOUT ROWID;
                -- Places whose alerts a person has put off.
                CREATE TABLE shelf (
                    equipment TEXT NOT NULL,
                    rule TEXT NOT NULL,
                    actor TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    until INTEGER NOT NULL,
                    PRIMARY KEY (equipment, rule)
                ) STRICT, WITHOUT ROWID;
                -- Alerts that are kept back.
                CREATE TABLE withheld (
                    position INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    equipment TEXT NOT NULL,
                    rule TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    state TEXT NOT NULL,
                    stands INTEGER NOT NULL,
                    hazard TEXT NOT NULL,
                    time INTEGER NOT NULL,
                    data BLOB NOT NULL
                ) STRICT;
                -- Raises that repetition rules count.
                CREATE TABLE past_raise (
                    equipment TEXT NOT NULL,
                    rule TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (equipment, rule, at)
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
