import Detection
import Ledger
import RuleLanguage
import Supervision
import Testing
import Timestamps

/// Papers with the hazards that they show.
private final class Office {
    static let calendar = ListingBench.calendar
    private(set) var desk: RecordDesk
    private(set) var standing: [HazardPlace: HazardRecord] = [:]
    private(set) var entries: [LedgerEntry] = []
    private(set) var facts: [StoredFact] = []
    private(set) var evidence: [[UInt8]] = []
    private let checks: [RecordRule.Check]
    private let record: RegistryRecord

    init(_ check: RecordRule.Check, _ fields: [RegistryField: String]) throws {
        var record = RegistryRecord(equipment: "e-1")
        for field in RegistryField.allCases {
            if let text = fields[field] { try record.set(field, text) }
        }
        checks = [check]
        self.record = record
        desk = Self.desk(checks, record)
    }

    private static func desk(
        _ checks: [RecordRule.Check], _ record: RegistryRecord
    ) -> RecordDesk {
        RecordDesk(
            site: "test", calendar: calendar, registry: Registry([record]),
            rules: checks.map {
                RecordRule(rule: ListingBench.rule("record.test"), check: $0, kinds: nil)
            }, equipment: [("e-1", "lift")])
    }

    /// What changes by then: `raised`, `cleared`, or nothing.
    func pass(to text: String) -> [String] {
        let time = ListingBench.at(text)
        let changes = desk.advance(to: time) { standing[$0] }
        for change in changes {
            standing[change.place] =
                change.change == .cleared
                ? nil
                : HazardRecord(
                    place: change.place, id: change.hazardID, raisedAt: change.raisedAt,
                    phase: .raised)
        }
        evidence += changes.compactMap(\.evidence)
        return changes.map { $0.change.word }
    }

    func run(at text: String) {
        var batch = CommitBatch()
        desk.noteRun(of: "e-1", at: ListingBench.at(text), into: &batch)
        entries += batch.entries
        facts += batch.facts
    }

    func log(_ field: RegistryField, on date: String, at text: String) throws {
        var batch = CommitBatch()
        try desk.log(
            field, of: "e-1", on: try #require(CivilDate(date)),
            Word(actor: "officer", reason: "done", at: ListingBench.at(text)), into: &batch)
        entries += batch.entries
        facts += batch.facts
    }

    func restart() {
        desk = Self.desk(checks, record)
        desk.restore(facts)
    }
}

@Suite struct RecordTests {
    @Test("an inspection that is due within a month says so until it is made or expired")
    func due() throws {
        let office = try Office(.dueWithin(.inspectBy, days: 30), [.inspectBy: "2026-10-31"])
        #expect(office.pass(to: "2026-09-30 23:00").isEmpty)
        #expect(office.pass(to: "2026-10-01 00:01") == ["raised"])
        #expect(office.pass(to: "2026-10-31 12:00").isEmpty)
        #expect(office.pass(to: "2026-11-01 00:01") == ["cleared"])
    }

    @Test("expired papers alone are one hazard, use after it another, which telemetry shows")
    func used() throws {
        let office = try Office(
            .passed(.inspectBy, usedSince: true), [.inspectBy: "2026-10-31"])
        office.run(at: "2026-10-31 09:00")
        #expect(office.pass(to: "2026-11-01 08:00").isEmpty)
        office.run(at: "2026-11-02 09:00")
        #expect(office.pass(to: "2026-11-02 09:00") == ["raised"])
        office.run(at: "2026-11-02 15:00")
        #expect(office.entries.map(\.kind) == ["equipment.ran", "equipment.ran"])
        // What the papers said is evidence of it.
        let told = try JSONReader.read(try #require(office.evidence.first))
        #expect(told["papers"]?["inspect_by"] == .text("2026-10-31"))
        #expect(told["last_run"] == .text("2026-11-02") && told["today"] == .text("2026-11-02"))
        #expect(told["rule"]?["id"] == .text("record.test") && office.evidence.count == 1)
        office.restart()
        #expect(office.pass(to: "2026-11-02 16:00").isEmpty, "it stands, and goes on standing")

        let paper = try Office(
            .passed(.insuredUntil, usedSince: false), [.insuredUntil: "2026-10-31"])
        #expect(paper.pass(to: "2026-10-31 23:59").isEmpty)
        #expect(paper.pass(to: "2026-11-01 00:00") == ["raised"])
    }

    @Test("maintenance every fifteen days: what is logged counts, and survives a restart")
    func maintenance() throws {
        let office = try Office(
            .olderThan(.maintainedOn, days: 15), [.maintainedOn: "2026-10-01"])
        #expect(office.pass(to: "2026-10-16 23:00").isEmpty)
        #expect(office.pass(to: "2026-10-17 00:00") == ["raised"])
        try office.log(.maintainedOn, on: "2026-10-16", at: "2026-10-17 09:00")
        #expect(office.pass(to: "2026-10-17 09:00") == ["cleared"])
        office.restart()
        #expect(office.pass(to: "2026-10-18 09:00").isEmpty)
        #expect(throws: Refusal.self) {
            try office.log(.maintainedOn, on: "2026-10-30", at: "2026-10-18 09:00")
        }
        #expect(throws: Refusal.self) {
            try office.log(.maintainedOn, on: "2026-10-02", at: "2026-10-18 09:00")
        }
        #expect(throws: Refusal.self) {
            try office.log(.inspectBy, on: "2026-10-18", at: "2026-10-18 09:00")
        }
    }

    @Test("what is not on paper neither raises nor clears")
    func unknown() throws {
        for check: RecordRule.Check in [
            .dueWithin(.inspectBy, days: 30), .passed(.inspectBy, usedSince: false),
            .passed(.scrapOn, usedSince: true), .olderThan(.maintainedOn, days: 15), .unqualified,
        ] {
            let office = try Office(check, [:])
            #expect(office.pass(to: "2026-10-16 23:00").isEmpty, "\(check)")
        }
        let office = try Office(
            .passed(.scrapOn, usedSince: true), [.scrapOn: "2026-10-01"])
        #expect(office.pass(to: "2026-10-16 23:00").isEmpty, "nobody has seen it run")
        let missing = try Office(.missing([.usingUnit, .authority]), [.usingUnit: "unit"])
        #expect(missing.pass(to: "2026-10-16 23:00") == ["raised"])
    }

    @Test("used though inspection found it unqualified; a logged inspection leaves it open")
    func unqualified() throws {
        let papers: [RegistryField: String] = [
            .inspectedOn: "2026-10-01", .inspectionConclusion: "不合格",
        ]
        let office = try Office(.unqualified, papers)
        office.run(at: "2026-10-01 09:00")
        #expect(office.pass(to: "2026-10-01 10:00").isEmpty)
        office.run(at: "2026-10-02 09:00")
        #expect(office.pass(to: "2026-10-02 10:00") == ["raised"])
        try office.log(.inspectedOn, on: "2026-10-05", at: "2026-10-05 10:00")
        #expect(office.pass(to: "2026-10-05 10:00").isEmpty)
    }

    @Test("a trial run that is not on record some hours after the first run, day by day")
    func trialRun() throws {
        let office = try Office(.trialRunMissing(afterHours: 2), [:])
        #expect(office.pass(to: "2026-10-10 07:00").isEmpty)
        office.run(at: "2026-10-10 08:00")
        #expect(office.pass(to: "2026-10-10 09:59").isEmpty)
        #expect(office.desk.nextDue == ListingBench.at("2026-10-10 10:00"))
        office.restart()
        #expect(office.pass(to: "2026-10-10 10:00") == ["raised"])
        try office.log(.trialRunOn, on: "2026-10-10", at: "2026-10-10 10:30")
        #expect(office.pass(to: "2026-10-10 10:30") == ["cleared"])
        office.run(at: "2026-10-11 08:00")
        try office.log(.trialRunOn, on: "2026-10-11", at: "2026-10-11 08:30")
        #expect(office.pass(to: "2026-10-11 12:00").isEmpty)
    }

    @Test("a column takes what it is for")
    func columns() throws {
        var record = RegistryRecord(equipment: "e-1")
        for (field, text) in [
            (RegistryField.inspectBy, "2026-13-01"), (.registrationCode, "123"),
            (.rescueCode, "12a456"), (.inspectionConclusion, "fine"), (.usingUnit, "a\nb"),
        ] {
            #expect(throws: RegistryRecord.Invalid.self) { try record.set(field, text) }
        }
        try record.set(.inspectionConclusion, "复检合格")
        #expect(record[.inspectionConclusion] == "requalified")
        try record.set(.inspectionConclusion, "")
        #expect(record[.inspectionConclusion] == nil)
    }
}
