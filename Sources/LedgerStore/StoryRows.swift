import Detection
import Foundation
import GRDB
public import Ledger
import Supervision
import Timestamps

/// Rows of listings, incidents, evidence and facts.
enum StoryRows {
    static func insert(_ thread: LedgerThread, _ sequence: Int64, in database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO thread (name, is_open) VALUES (?, ?)"
        ).execute(arguments: [thread.name, thread.isOpen])
        try database.cachedStatement(
            sql: "INSERT INTO thread_entry (name, sequence) VALUES (?, ?)"
        ).execute(arguments: [thread.name, sequence])
    }

    static func insert(
        evidence body: [UInt8], _ digest: [UInt8], of sequence: Int64, _ recorded: Instant,
        in database: Database
    ) throws {
        try database.cachedStatement(
            sql: "INSERT INTO evidence (sequence, digest, recorded, body) VALUES (?, ?, ?, ?)"
        ).execute(
            arguments: [sequence, Blob.data(digest), recorded.nanoseconds, Blob.data(body)])
        try database.cachedStatement(
            sql: "UPDATE evidence_total SET bytes = bytes + ?"
        ).execute(arguments: [body.count])
    }

    /// Removes evidence from the oldest on, while it is too old or all of it is too much.
    static func prune(
        before: Instant, most: Int64, limit: Int, in database: Database
    ) throws -> Int {
        var total = try Int64.fetchOne(database, sql: "SELECT bytes FROM evidence_total") ?? 0
        let oldest = try Row.fetchAll(
            database,
            sql: """
                SELECT sequence, recorded, length(body) AS size FROM evidence
                ORDER BY sequence LIMIT ?
                """, arguments: [limit])
        var last: Int64?
        var removed = 0
        for row in oldest {
            let recorded: Int64 = try row.value("recorded")
            guard recorded < before.nanoseconds || total > most else { break }
            total -= try row.value("size") as Int64
            last = try row.value("sequence")
            removed += 1
        }
        guard let last else { return 0 }
        try database.execute(sql: "DELETE FROM evidence WHERE sequence <= ?", arguments: [last])
        try database.execute(
            sql: "UPDATE evidence_total SET bytes = ?", arguments: [total])
        return removed
    }

    static func upsert(_ fact: StoredFact, in database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO fact (equipment, name, date, at) VALUES (?, ?, ?, ?)"
        ).execute(
            arguments: [
                fact.equipment, fact.name, fact.date.daysSinceEpoch, fact.at.nanoseconds,
            ])
    }

    /// What a restart needs: the stories that go on.
    static func casebook(in database: Database) throws -> StoredCasebook {
        var stored = StoredCasebook()
        stored.listings = try entries(of: "listing/", isOpenOnly: true, in: database)
        stored.incidents = try entries(of: "incident/", isOpenOnly: true, in: database)
        stored.lastListing = try lastNumber(of: "listing/", in: database)
        stored.lastIncident = try lastNumber(of: "incident/", in: database)
        stored.facts = try Row.fetchAll(
            database, sql: "SELECT * FROM fact ORDER BY equipment, name"
        ).map { row in
            try StoredFact(
                equipment: row.value("equipment"), name: row.value("name"),
                date: CivilDate(daysSinceEpoch: row.value("date")),
                at: Instant(nanoseconds: row.value("at")))
        }
        return stored
    }

    /// The entries of stories whose names begin so, in the order of the ledger.
    static func entries(
        of prefix: String, isOpenOnly: Bool, in database: Database
    ) throws -> [JSONValue] {
        try entries(
            "thread.name >= ? AND thread.name < ? AND (is_open OR NOT ?)",
            [prefix, prefix + "\u{10FFFF}", isOpenOnly], in: database)
    }

    /// The entries of one story, in the order of the ledger.
    static func entries(named name: String, in database: Database) throws -> [JSONValue] {
        try entries("thread.name = ?", [name], in: database)
    }

    private static func entries(
        _ condition: String, _ arguments: StatementArguments, in database: Database
    ) throws -> [JSONValue] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT entry.sequence, entry.bytes FROM thread
                JOIN thread_entry USING (name) JOIN entry USING (sequence)
                WHERE \(condition) ORDER BY entry.sequence
                """, arguments: arguments
        ).map { row in
            do {
                return try JSONReader.read(Blob.bytes(row.value("bytes")))
            } catch is JSONReader.Failure {
                let sequence: Int64 = try row.value("sequence")
                throw StoreFailure.corrupt("entry \(sequence) is no JSON")
            }
        }
    }

    private static func lastNumber(of prefix: String, in database: Database) throws -> String? {
        // The longer number is the later one within a year; the year comes first.
        let name = try String.fetchOne(
            database,
            sql: """
                SELECT name FROM thread WHERE name >= ? AND name < ?
                ORDER BY substr(name, 1, ?) DESC, length(name) DESC, name DESC LIMIT 1
                """,
            arguments: [prefix, prefix + "\u{10FFFF}", prefix.count + 4])
        return name.map { String($0.dropFirst(prefix.count)) }
    }
}

extension LedgerReader {
    /// The entries of one story, such as `listing/2026-0001`, in the order of the ledger.
    public func thread(_ name: String) throws(StoreFailure) -> [JSONValue] {
        try snapshot { try StoryRows.entries(named: name, in: $0) }
    }

    /// The entries of all stories of a kind, such as `listing`, in the order of the ledger.
    public func threads(_ kind: String, isOpenOnly: Bool) throws(StoreFailure) -> [JSONValue] {
        try snapshot { try StoryRows.entries(of: kind + "/", isOpenOnly: isOpenOnly, in: $0) }
    }

    /// What was read when an entry was made; `nil` when there is none, or it has been pruned.
    public func evidence(of sequence: Int64) throws(StoreFailure) -> [UInt8]? {
        try snapshot { database in
            try Data.fetchOne(
                database, sql: "SELECT body FROM evidence WHERE sequence = ?",
                arguments: [sequence]
            ).map { Blob.bytes($0) }
        }
    }
}
