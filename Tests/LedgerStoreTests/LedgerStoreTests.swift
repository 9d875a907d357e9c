import Detection
import Foundation
import GRDB
import Ledger
import LedgerStore
import Supervision
import Testing

/// A ledger file in a directory of its own; removed at the end.
final class Place {
    let directory: String
    var path: String { directory + "/ledger.sqlite" }

    init() throws {
        directory = NSTemporaryDirectory() + "tocsin-ledger-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
    }

    /// What came with listings.
    static let stories = ["thread", "thread_entry", "evidence", "evidence_total", "fact"]

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func open() throws -> LedgerStore { try LedgerStore(path: path, configurationHash: "test") }

    /// Tampers with the file behind the ledger's back.
    func tamper(_ sql: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }
}

let now = Instant(nanoseconds: 1_767_225_600_000_000_000)

func entry(_ id: String) -> LedgerEntry {
    LedgerEntry(
        id: id, kind: "hazard.raised", equipment: "lift-1", actor: "agent",
        body: .object([("value", .number(1.5)), ("zh", .text("困人"))]))
}

func batch(_ ids: [String]) -> CommitBatch {
    var batch = CommitBatch()
    batch.entries = ids.map(entry)
    return batch
}

@Suite struct LedgerStoreTests {
    @Test("what is committed is there after reopening, with the same root, and verifies")
    func reopen() throws {
        let place = try Place()
        var root: [UInt8] = []
        do {
            let store = try place.open()
            for commit in 0..<7 {
                let ids = (0...commit).map { "e\(commit)-\($0)" }
                #expect(try store.commit(batch(ids), recorded: now).added == commit + 1)
            }
            root = store.root
        }
        let store = try place.open()
        #expect(store.size == 28)
        #expect(store.root == root)
        #expect(try LedgerReader(path: place.path).verify() == .sound(size: 28, root: root))
    }

    @Test("the same entry again adds nothing, within a batch and across restarts")
    func idempotent() throws {
        let place = try Place()
        #expect(try place.open().commit(batch(["a", "b", "a"]), recorded: now).added == 2)
        #expect(try place.open().commit(batch(["b", "c"]), recorded: now).added == 1)
        #expect(try place.open().size == 3)
    }

    @Test(
        "entries and heads refuse to be changed or deleted",
        arguments: [
            "UPDATE entry SET bytes = x'00' WHERE sequence = 1",
            "DELETE FROM entry WHERE sequence = 2",
            "UPDATE head SET root = x'00'", "DELETE FROM head",
        ])
    func appendOnly(sql: String) throws {
        let place = try Place()
        _ = try place.open().commit(batch(["a", "b", "c"]), recorded: now)
        #expect(throws: DatabaseError.self) { try place.tamper(sql) }
    }

    @Test(
        "whoever gets round the triggers is found, at the first bad entry",
        arguments: [
            (
                "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '1.5', '1.4') AS BLOB) WHERE sequence = 2",
                2
            ),
            ("UPDATE entry SET leaf_hash = zeroblob(32) WHERE sequence = 1", 1),
            ("DELETE FROM entry WHERE sequence = 3", 3),
            ("DELETE FROM entry WHERE sequence = 4", 4),
            ("UPDATE entry SET id = 'x' WHERE sequence = 0", 0),
            ("UPDATE head SET root = zeroblob(32)", 4),
        ] as [(String, Int64)])
    func tampered(sql: String, sequence: Int64) throws {
        let place = try Place()
        _ = try place.open().commit(batch(["a", "b", "c", "d", "e"]), recorded: now)
        for table in ["entry", "head"] {
            for change in ["update", "delete"] {
                try place.tamper("DROP TRIGGER \(table)_refuses_\(change)")
            }
        }
        try place.tamper(sql)
        guard case .broken(let found, _) = try LedgerReader(path: place.path).verify() else {
            return #expect(Bool(false), "it was not found")
        }
        #expect(found == sequence)
    }

    @Test("a ledger whose triggers were taken away says so")
    func withoutTriggers() throws {
        let place = try Place()
        _ = try place.open().commit(batch(["a"]), recorded: now)
        try place.tamper("DROP TRIGGER head_refuses_delete")
        guard case .broken(_, let reason) = try LedgerReader(path: place.path).verify() else {
            return #expect(Bool(false), "it was not found")
        }
        #expect(reason.contains("triggers"))
    }

    @Test("columns that hold something else are a finding, not a trap")
    func wrongColumns() throws {
        let place = try Place()
        _ = try place.open().commit(batch(["a", "b"]), recorded: now)
        try place.tamper(
            """
            DROP TABLE entry;
            CREATE TABLE entry (sequence INTEGER PRIMARY KEY, id TEXT, bytes BLOB, leaf_hash BLOB);
            INSERT INTO entry VALUES (0, NULL, x'00', x'00');
            """)
        #expect(
            try LedgerReader(path: place.path).verify()
                != .sound(size: 1, root: [UInt8](repeating: 0, count: 32)))
        let other = try Place()
        _ = try other.open().commit(batch(["a"]), recorded: now)
        try other.tamper(
            "INSERT INTO rule_state VALUES ('lift-1', 'r', 300, 0, 0, 0, 0, 0, 0, 0)")
        let store = try other.open()
        #expect {
            try store.storedState()
        } throws: { error in
            if case .corrupt = error as? StoreFailure { return true }
            return false
        }
    }

    @Test("a ledger that was tampered with is not opened for writing")
    func refusesTampered() throws {
        let place = try Place()
        _ = try place.open().commit(batch(["a", "b"]), recorded: now)
        try place.tamper("DROP TRIGGER entry_refuses_update")
        try place.tamper("UPDATE entry SET leaf_hash = zeroblob(32) WHERE sequence = 0")
        #expect {
            try place.open()
        } throws: { error in
            if case .corrupt = error as? StoreFailure { return true }
            return false
        }
    }

    @Test("one writer: a second is refused while the first lives")
    func oneWriter() throws {
        let place = try Place()
        let first = try place.open()
        #expect {
            try place.open()
        } throws: { error in
            if case .inUse = error as? StoreFailure { return true }
            return false
        }
        #expect(first.size == 0)
    }

    @Test(
        "a file that is no ledger is refused, not taken over",
        arguments: [
            "this is no database, only some text that is long enough to be looked at …", "",
        ])
    func notALedger(content: String) throws {
        let place = try Place()
        if content.isEmpty {
            try place.tamper("CREATE TABLE somebody_elses (x)")
        } else {
            try content.write(toFile: place.path, atomically: true, encoding: .utf8)
        }
        #expect {
            try place.open()
        } throws: { error in
            if case .corrupt = error as? StoreFailure { return true }
            return false
        }
    }

    @Test("rule states and watermarks come back; a rule at rest leaves nothing behind")
    func states() throws {
        let place = try Place()
        var state = RuleState.initial
        state.phase = .raised
        state.when = .yes
        state.accrued = .milliseconds(40)
        state.raisedAt = now
        var batch = CommitBatch()
        batch.states = [StoredRuleState(equipment: "lift-1", rule: "r", state: state)]
        batch.watermarks = [
            StoredWatermark(
                equipment: "lift-1", watermark: Watermark(event: now, sequence: 7),
                seen: [("car.speed", now)])
        ]
        _ = try place.open().commit(batch, recorded: now)
        let stored = try place.open().storedState()
        #expect(stored.states.map(\.rule) == ["r"])
        #expect(stored.states[0].state.phase == .raised)
        #expect(stored.states[0].state.accrued == .milliseconds(40))
        #expect(stored.watermarks[0].watermark == Watermark(event: now, sequence: 7))
        #expect(stored.watermarks[0].seen.map(\.signal) == ["car.speed"])
        state.phase = .normal
        state.when = .no
        state.accrued = .zero
        batch.states = [StoredRuleState(equipment: "lift-1", rule: "r", state: state)]
        _ = try place.open().commit(batch, recorded: now)
        #expect(try place.open().storedState().states.isEmpty)
    }

    @Test("alerts come out in order, and the standing ones of an equipment are known at any point")
    func outbox() throws {
        let place = try Place()
        let store = try place.open()
        func alert(_ id: String, _ hazard: String, stands: Bool) -> Alert {
            Alert(
                id: id, equipment: "lift-1", state: stands ? "raised" : "cleared", stands: stands,
                hazard: hazard, time: now, data: .object([("id", .text(id))]))
        }
        var batch = CommitBatch()
        batch.alerts = [
            alert("1", "h1", stands: true), alert("2", "h2", stands: true),
            alert("3", "h1", stands: false), alert("1", "h1", stands: true),
        ]
        _ = try store.commit(batch, recorded: now)
        let reader = try LedgerReader(path: place.path)
        #expect(try reader.outbox(after: 0, limit: 10).map(\.id) == ["1", "2", "3"])
        #expect(try reader.outbox(after: 1, limit: 1).map(\.id) == ["2"])
        #expect(try reader.standing(through: 2).map(\.hazard) == ["h1", "h2"])
        #expect(try reader.standing(through: 3).map(\.hazard) == ["h2"])
    }
}
