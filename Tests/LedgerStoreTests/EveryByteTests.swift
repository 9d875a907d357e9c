import Foundation
import GRDB
import Ledger
import LedgerStore
import Testing

/// A byte changed anywhere is found.
@Suite struct EveryByteTests {
    /// Changes what the ledger refuses to change, and puts the refusals back as they were, so that
    /// nothing but the change itself can give it away.
    private struct Forger {
        let queue: DatabaseQueue

        init(_ place: Place) throws {
            var configuration = Configuration()
            configuration.journalMode = .wal
            queue = try DatabaseQueue(path: place.path, configuration: configuration)
            // These changes need not survive a power cut.
            try queue.inDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        }

        func set(_ column: String, of table: String, row: Int64, to value: Data) throws {
            try queue.write { database in
                let triggers = try Row.fetchAll(
                    database, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
                for trigger in triggers {
                    let name: String = trigger["name"]
                    try database.execute(sql: "DROP TRIGGER \(name)")
                }
                let key = ["entry": "sequence", "head": "size", "node": "place"][table] ?? ""
                let cast = column == "id" ? "CAST(? AS TEXT)" : "?"
                try database.execute(
                    sql: "UPDATE \(table) SET \(column) = \(cast) WHERE \(key) = ?",
                    arguments: [value, row])
                for trigger in triggers { try database.execute(sql: trigger["sql"]) }
            }
        }

        func value(_ column: String, of table: String, row: Int64) throws -> Data {
            try queue.read { database in
                let key = ["entry": "sequence", "head": "size", "node": "place"][table] ?? ""
                return try Data.fetchOne(
                    database,
                    sql: "SELECT CAST(\(column) AS BLOB) FROM \(table) WHERE \(key) = ?",
                    arguments: [row]) ?? Data()
            }
        }
    }

    /// Flips a bit of every byte in turn.
    private func flip(
        _ place: Place, _ columns: [(column: String, table: String, row: Int64)]
    ) throws -> Int {
        let forger = try Forger(place)
        let reader = try LedgerReader(path: place.path)
        var count = 0
        for (column, table, row) in columns {
            let good = try forger.value(column, of: table, row: row)
            try #require(!good.isEmpty)
            for index in good.indices {
                var bad = good
                // Stays ASCII, so that an id stays a text.
                bad[index] ^= 1
                try forger.set(column, of: table, row: row, to: bad)
                if case .sound = try reader.verify() {
                    Issue.record(
                        "\(table) \(row): byte \(index) of \(column) was changed unnoticed")
                }
                count += 1
            }
            try forger.set(column, of: table, row: row, to: good)
        }
        guard case .sound = try reader.verify() else {
            Issue.record("what was put back is sound")
            return count
        }
        return count
    }

    @Test("in any entry, its id, its hash, or any tree head")
    func entries() throws {
        let place = try Place()
        try {
            let store = try place.open()
            for ids in [["alpha"], ["bravo", "delta"], ["隐患"]] {
                _ = try store.commit(batch(ids), recorded: now)
            }
        }()
        let columns: [(String, String, Int64)] =
            (0..<4).flatMap {
                [("bytes", "entry", $0), ("id", "entry", $0), ("leaf_hash", "entry", $0)]
            } + [1, 3, 4].map { ("root", "head", $0) }
        #expect(try flip(place, columns) > 1_000)
    }

    @Test("in any kept subtree")
    func subtrees() throws {
        let place = try Place()
        try {
            _ = try place.open().commit(batch((0..<300).map { "e\($0)" }), recorded: now)
        }()
        #expect(try flip(place, [("hash", "node", 0)]) == 32)
    }

    @Test("in the file itself: it is found, or nothing that is read has changed")
    func file() throws {
        let place = try Place()
        try {
            let store = try place.open()
            for commit in 0..<20 {
                _ = try store.commit(batch(["e\(commit)", "f\(commit)"]), recorded: now)
            }
        }()
        let good = try Data(contentsOf: URL(fileURLWithPath: place.path))
        let entries = try LedgerReader(path: place.path).entries(from: 0, limit: 100).map(\.bytes)
        #expect(entries.count == 40)
        var random = SystemRandomNumberGenerator()
        var found = 0
        for _ in 0..<2_000 {
            var bad = good
            let offset = Int.random(in: 0..<good.count, using: &random)
            bad[offset] ^= UInt8.random(in: 1...255, using: &random)
            let copy = try Place()
            try bad.write(to: URL(fileURLWithPath: copy.path))
            do throws(StoreFailure) {
                let reader = try LedgerReader(path: copy.path)
                if case .broken = try reader.verify() {
                    found += 1
                } else {
                    let read = try reader.entries(from: 0, limit: 100).map(\.bytes)
                    #expect(read == entries, "byte \(offset) changed an entry unnoticed")
                }
            } catch {
                found += 1
            }
        }
        // Much of a small file is empty space.
        #expect(found > 200)
    }
}
