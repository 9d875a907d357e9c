import Detection
import Foundation
import Ledger
import LedgerStore
import Testing

@Suite struct StoredTreeTests {
    /// 70,000 entries: two tiers of subtrees, and a rest of both.
    private static let entries = 70_000

    /// Filled once: each test has a copy of its own.
    private nonisolated(unsafe) static let template = Result {
        let place = try Place()
        let store = try place.open()
        for start in stride(from: 0, to: entries, by: 5_000) {
            _ = try store.commit(
                batch((start..<(start + 5_000)).map { "e\($0)" }), recorded: now)
        }
        return (place: place, root: store.root)
    }

    private static func filled(_ place: Place) throws -> [UInt8] {
        let (original, root) = try template.get()
        try FileManager.default.copyItem(atPath: original.path, toPath: place.path)
        return root
    }

    @Test("a ledger opens on its right edge, goes on from there, and verifies as a whole")
    func edge() throws {
        let place = try Place()
        let root = try Self.filled(place)
        let store = try place.open()
        #expect(store.size == 70_000 && store.root == root)
        for index in 0..<300 {
            _ = try store.commit(batch(["later \(index)"]), recorded: now)
        }
        #expect(
            try LedgerReader(path: place.path).verify() == .sound(size: 70_300, root: store.root))
    }

    @Test(
        "a subtree that was changed, left out or made up is found",
        arguments: [
            ("UPDATE node SET hash = zeroblob(32) WHERE tier = 1 AND place = 100", 25_855),
            ("DELETE FROM node WHERE tier = 2 AND place = 0", 65_535),
            ("INSERT INTO node VALUES (1, 274, zeroblob(32))", 70_000),
            ("INSERT INTO node VALUES (3, 0, x'00')", 70_000),
        ])
    func spoilt(tampering: String, entry: Int64) throws {
        let place = try Place()
        _ = try Self.filled(place)
        for change in ["update", "delete"] {
            try place.tamper("DROP TRIGGER node_refuses_\(change)")
        }
        try place.tamper(tampering)
        guard case .broken(let sequence, let reason) = try LedgerReader(path: place.path).verify()
        else {
            Issue.record("not found")
            return
        }
        #expect(sequence == entry && reason.contains("subtree"), "\(sequence) \(reason)")
    }

    @Test("subtrees cannot be changed or taken out behind the ledger's back")
    func appendOnly() throws {
        let place = try Place()
        _ = try Self.filled(place)
        #expect(throws: (any Error).self) { try place.tamper("DELETE FROM node") }
        #expect(throws: (any Error).self) { try place.tamper("UPDATE node SET place = place + 1") }
    }

    @Test("a ledger whose right edge does not give its root is not gone on with")
    func wrongEdge() throws {
        for tampering in [
            "DELETE FROM entry WHERE sequence = 69999",
            "UPDATE entry SET leaf_hash = zeroblob(32) WHERE sequence = 69999",
            "UPDATE node SET hash = zeroblob(32) WHERE tier = 2",
            "UPDATE head SET root = zeroblob(32) WHERE size = 70000",
            "DELETE FROM head WHERE size = 70000",
        ] {
            let place = try Place()
            _ = try Self.filled(place)
            for table in ["entry", "head", "node"] {
                for change in ["update", "delete"] {
                    try place.tamper("DROP TRIGGER \(table)_refuses_\(change)")
                }
            }
            try place.tamper(tampering)
            #expect(throws: StoreFailure.self, "\(tampering)") { try place.open() }
        }
    }

    @Test("a ledger of the second format gets the subtrees of the entries that it has")
    func migration() throws {
        let place = try Place()
        let root = try Self.filled(place)
        for table in ["node"] + Place.stories { try place.tamper("DROP TABLE \(table)") }
        try place.tamper("PRAGMA user_version = 2")
        #expect(try place.open().root == root)
        #expect(try LedgerReader(path: place.path).verify() == .sound(size: 70_000, root: root))
    }
}
