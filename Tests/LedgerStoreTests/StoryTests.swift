import Detection
import Ledger
import LedgerStore
import Supervision
import Testing
import Timestamps

/// Stories, evidence and facts in the file.
@Suite struct StoryTests {
    private let now = Instant(nanoseconds: 1_767_225_600_000_000_000)

    private func entry(_ id: String, _ story: String, isOpen: Bool) -> LedgerEntry {
        LedgerEntry(
            id: id, kind: "listing.verified", equipment: "lift-1", actor: "officer",
            body: .object([("case", .text(story)), ("open", .boolean(isOpen))]),
            evidence: Array("{\"id\":\"\(id)\"}".utf8),
            thread: LedgerThread(name: "listing/" + story, isOpen: isOpen))
    }

    /// Two stories, of which one has ended.
    private func filled() throws -> Place {
        let place = try Place()
        let store = try place.open()
        var batch = CommitBatch()
        batch.entries = [
            entry("a", "2026-0001", isOpen: true), entry("b", "2026-0002", isOpen: true),
            entry("c", "2026-0001", isOpen: false), entry("d", "2026-0002", isOpen: true),
        ]
        let day = CivilDate(daysSinceEpoch: 20_454)
        batch.facts = [StoredFact(equipment: "lift-1", name: "ran", date: day, at: now)]
        _ = try store.commit(batch, recorded: now)
        return place
    }

    @Test("a start reads the stories that go on, the last number and the facts")
    func restart() throws {
        let place = try filled()
        let stored = try place.open().storedState().casebook
        #expect(stored.listings.compactMap { $0["id"]?.text } == ["b", "d"])
        #expect(stored.lastListing == "2026-0002" && stored.lastIncident == nil)
        #expect(stored.facts.map(\.name) == ["ran"])
        let reader = try LedgerReader(path: place.path)
        #expect(try reader.thread("listing/2026-0001").compactMap { $0["id"]?.text } == ["a", "c"])
        #expect(try reader.threads("listing", isOpenOnly: false).count == 4)
    }

    @Test("the number after 2026-9999 is the later one, and a new year's comes after both")
    func numbers() throws {
        let place = try Place()
        let store = try place.open()
        var batch = CommitBatch()
        for (index, number) in ["2026-9999", "2026-10000", "2026-0500"].enumerated() {
            batch.entries.append(entry("e\(index)", number, isOpen: true))
        }
        _ = try store.commit(batch, recorded: now)
        #expect(try store.storedState().casebook.lastListing == "2026-10000")
        batch.entries = [entry("f", "2027-0001", isOpen: true)]
        _ = try store.commit(batch, recorded: now)
        #expect(try store.storedState().casebook.lastListing == "2027-0001")
    }

    @Test(
        "evidence that was changed, and stories that were cut or closed, are found",
        arguments: [
            "UPDATE evidence SET body = CAST(replace(CAST(body AS TEXT), 'a', 'x') AS BLOB)",
            "UPDATE evidence SET digest = zeroblob(32) WHERE sequence = 1",
            "UPDATE evidence SET sequence = 77 WHERE sequence = 1",
            "DELETE FROM thread_entry WHERE sequence = 3",
            "INSERT INTO thread_entry VALUES ('listing/2026-0002', 0)",
            "UPDATE thread SET is_open = 0", "UPDATE thread SET is_open = 1",
            "UPDATE thread_entry SET name = 'listing/2026-0003' WHERE sequence = 3",
        ])
    func tampering(sql: String) throws {
        let place = try filled()
        guard case .sound = try LedgerReader(path: place.path).verify() else {
            Issue.record("the ledger is sound before it is spoilt")
            return
        }
        try place.tamper(sql)
        guard case .broken = try LedgerReader(path: place.path).verify() else {
            Issue.record("\(sql) was not found")
            return
        }
    }

    @Test("old evidence goes, then the oldest until the rest fits; the ledger stays sound")
    func pruning() throws {
        let place = try Place()
        let store = try place.open()
        for hour in 0..<10 {
            var batch = CommitBatch()
            var item = entry("e\(hour)", "2026-0001", isOpen: true)
            item.evidence = Array(repeating: UInt8(ascii: "x"), count: 100)
            batch.entries = [item]
            _ = try store.commit(batch, recorded: now + .seconds(Int64(hour) * 3_600))
        }
        let third = now + .seconds(3 * 3_600)
        #expect(try store.pruneEvidence(before: third, most: 10_000, limit: 2) == 2)
        #expect(try store.pruneEvidence(before: third, most: 10_000, limit: 100) == 1)
        // 700 bytes are left; 350 may stay, so four pieces go.
        #expect(try store.pruneEvidence(before: third, most: 350, limit: 100) == 4)
        #expect(try store.pruneEvidence(before: third, most: 350, limit: 100) == 0)
        let reader = try LedgerReader(path: place.path)
        #expect(try reader.evidence(of: 6) == nil && reader.evidence(of: 7)?.count == 100)
        guard case .sound(10, _) = try reader.verify() else {
            Issue.record("what was pruned must not break the log")
            return
        }
    }
}
