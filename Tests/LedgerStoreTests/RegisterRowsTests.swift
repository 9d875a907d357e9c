import Detection
import GRDB
import Ledger
import LedgerStore
import Supervision
import Testing

@Suite struct RegisterRowsTests {
    private let place = HazardPlace(equipment: "lift-1", rule: "lift.overspeed")
    private let word = Word(actor: "王工", reason: "现场查看", at: now)

    private func commit(_ changes: [RegisterChange], to file: Place) throws -> StoredRegister {
        var batch = CommitBatch()
        batch.register = changes
        _ = try file.open().commit(batch, recorded: now)
        return try file.open().storedState().register
    }

    private func alert(_ id: String) -> Alert {
        Alert(
            id: id, equipment: "lift-1", state: "raised", stands: true, hazard: "h", time: now,
            data: .object([("value", .number(2.5)), ("zh", .text("轿厢超速"))]))
    }

    @Test("hazards, shelves, withheld alerts and raises come back as they were, and go again")
    func register() throws {
        let file = try Place()
        let record = HazardRecord(
            place: place, id: "h", raisedAt: now, phase: .returned, recurrences: 2,
            acknowledged: word, isTold: true)
        let shelf = Shelf(place: place, word: word, until: now + .seconds(60))
        let raises = [0, 5, 9].map { PastRaise(place: place, at: now + .seconds(Int64($0))) }
        var stored = try commit(
            [
                .opened(record), .shelved(shelf),
                .withheld(WithheldAlert(place: place, reason: .flood, alert: alert("a"))),
                .withheld(WithheldAlert(place: place, reason: .shelved, alert: alert("b"))),
            ] + raises.map { .counted($0) }, to: file)
        #expect(stored.hazards == [record])
        #expect(stored.shelves == [shelf])
        #expect(stored.withheld.map(\.alert.id) == ["a", "b"])
        #expect(stored.withheld.map(\.reason) == [.flood, .shelved])
        #expect(stored.withheld[0].alert.data == alert("a").data)
        #expect(stored.raises == raises)
        stored = try commit(
            [
                .closed(place), .unshelved(place), .freed(alert: "a"),
                .forgotten(place, before: now + .seconds(9)),
            ], to: file)
        #expect(stored.hazards.isEmpty && stored.shelves.isEmpty)
        #expect(stored.withheld.map(\.alert.id) == ["b"])
        #expect(stored.raises == [raises[2]])
    }

    @Test("a ledger of the first format is brought up to date and keeps its entries")
    func migration() throws {
        let file = try Place()
        var root: [UInt8] = []
        do {
            let store = try file.open()
            _ = try store.commit(batch(["one", "two"]), recorded: now)
            root = store.root
        }
        for table in ["hazard", "shelf", "withheld", "past_raise", "node"] + Place.stories {
            try file.tamper("DROP TABLE \(table)")
        }
        try file.tamper("PRAGMA user_version = 1")
        // It can be verified as it is; everything else waits for the agent.
        let old = try LedgerReader(path: file.path)
        #expect(try old.verify() == .sound(size: 2, root: root))
        #expect(throws: StoreFailure.self) { try old.register() }
        let store = try file.open()
        #expect(store.size == 2 && store.root == root)
        #expect(try store.storedState().register.hazards.isEmpty)
        #expect(try LedgerReader(path: file.path).verify() == .sound(size: 2, root: root))
    }

    @Test("a register that somebody has spoilt is named, not guessed at")
    func spoilt() throws {
        let file = try Place()
        _ = try commit(
            [.opened(HazardRecord(place: place, id: "h", raisedAt: now, phase: .raised))], to: file)
        try file.tamper("UPDATE hazard SET phase = 'asleep'")
        #expect(throws: StoreFailure.corrupt("the stored phase of \(place) is invalid")) {
            _ = try file.open().storedState()
        }
    }
}
