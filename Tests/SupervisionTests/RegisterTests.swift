import Detection
import Ledger
import RuleLanguage
import Supervision
import Testing

@Suite struct RegisterTests {
    private let minor = Desk.rule("minor")
    private let grave = Desk.rule("grave", .critical)
    private let deadly = Desk.rule("deadly", .warning, isLifeSafety: true)

    @Test("a hazard's record opens, is acknowledged, recurs unacknowledged, and closes")
    func record() {
        let desk = Desk()
        desk.change(.raised, minor, at: 0)
        desk.acknowledge(minor, at: 1)
        let place = Desk.place(minor)
        #expect(desk.register.record(at: place)?.acknowledged == Desk.word(1))
        desk.change(.returned, minor, at: 2)
        #expect(desk.register.record(at: place)?.phase == .returned)
        desk.change(.recurred, minor, at: 3)
        #expect(desk.register.record(at: place)?.acknowledged == nil)
        #expect(desk.register.record(at: place)?.recurrences == 1)
        desk.change(.cleared, minor, at: 4)
        #expect(desk.register.record(at: place) == nil && desk.stored.hazards.isEmpty)
        #expect(
            desk.alerts.map { $0.prefix { $0 != " " } } == [
                "raised", "acknowledged", "returned", "recurred", "cleared",
            ])
        #expect(
            desk.entries.map(\.kind) == [
                "hazard.raised", "hazard.acknowledged", "hazard.returned", "hazard.recurred",
                "hazard.cleared",
            ])
        #expect(desk.entries[1].actor == "officer")
    }

    @Test("what is suppressed by design is on record and alerts nobody until it is raised")
    func suppressed() {
        let desk = Desk()
        desk.change(.suppressed, minor, at: 0)
        #expect(desk.takeAlerts().isEmpty)
        #expect(desk.register.record(at: Desk.place(minor))?.phase == .suppressed)
        desk.change(.raised, minor, at: 5)
        #expect(desk.takeAlerts() == ["raised lift-1/minor"])
        #expect(desk.stored.hazards.map(\.raisedAt) == [Desk.at(0)])
        desk.change(.cleared, minor, at: 6)
        desk.change(.suppressed, minor, at: 7)
        desk.change(.lapsed, minor, at: 8)
        #expect(desk.takeAlerts() == ["cleared lift-1/minor"])
        #expect(desk.stored.hazards.isEmpty)
    }

    @Test("a shelf keeps alerts back, ends by itself, and then what stands goes out")
    func shelf() throws {
        let desk = Desk()
        try desk.shelve(minor, until: 100, at: 0)
        desk.change(.raised, minor, at: 10)
        #expect(desk.takeAlerts().isEmpty)
        #expect(
            desk.entries.last?.body["withheld"]?.text == "shelved", "the entry says so")
        desk.pass(to: 99.9)
        #expect(desk.takeAlerts().isEmpty)
        desk.pass(to: 500)
        #expect(desk.takeAlerts() == ["raised lift-1/minor"])
        #expect(desk.entries.last?.kind == "hazard.unshelved")
        #expect(desk.entries.last?.body["at"]?.text == "2026-01-01T00:01:40.000000000Z")
        #expect(desk.stored.shelves.isEmpty && desk.stored.withheld.isEmpty)
    }

    @Test("what comes and goes on the shelf alerts nobody; the end of what was known is told")
    func shelfEnds() throws {
        let desk = Desk()
        desk.change(.raised, minor, at: 0)
        try desk.shelve(minor, until: 1_000, at: 1)
        desk.change(.cleared, minor, at: 2)
        #expect(desk.takeAlerts() == ["raised lift-1/minor", "cleared lift-1/minor"])
        desk.change(.raised, minor, at: 100)
        desk.change(.cleared, minor, at: 200)
        try desk.unshelve(minor, at: 300)
        #expect(desk.takeAlerts().isEmpty)
        #expect(desk.entries.last?.actor == "officer")
    }

    @Test("life safety is never shelved, and a shelf has an end within a week")
    func refusals() throws {
        let desk = Desk()
        #expect(throws: Refusal.self) { try desk.shelve(deadly, until: 100, at: 0) }
        for end in [0, -5, 8.0 * 86_400] {
            #expect(throws: Refusal.self) { try desk.shelve(minor, until: end, at: 0) }
        }
        #expect(throws: Refusal.self) { try desk.unshelve(minor, at: 0) }
        try desk.shelve(grave, until: 100, at: 0)
        desk.change(.raised, grave, at: 1)
        #expect(desk.takeAlerts() == ["raised lift-1/grave"], "critical is told all the same")
    }

    @Test("three raises in a minute are chatter: it stands as one until it has settled")
    func chatter() {
        let desk = Desk()
        for round in 0..<10 {
            desk.change(.raised, minor, at: Double(round) * 10)
            desk.change(.cleared, minor, at: Double(round) * 10 + 5)
        }
        let first = ["raised lift-1/minor", "cleared lift-1/minor"]
        #expect(desk.takeAlerts() == first + first + ["raised lift-1/minor"])
        #expect(desk.entries.count { $0.kind == "hazard.raised" } == 10)
        desk.pass(to: 154.9)
        #expect(desk.believed.count == 1)
        desk.pass(to: 155)
        #expect(desk.takeAlerts() == ["cleared lift-1/minor"])
        #expect(desk.believed.isEmpty)
        #expect(desk.entries.last?.kind == "hazard.settled")
    }

    @Test("neither chatter nor a flood keeps back what may kill or is critical")
    func urgent() {
        let desk = Desk(floodStart: 5)
        for round in 0..<20 {
            for rule in [grave, deadly] {
                desk.change(.raised, rule, at: Double(round))
                desk.change(.cleared, rule, at: Double(round) + 0.5)
            }
        }
        #expect(desk.alerts.count == 80)
        #expect(desk.register.withheldCount == 0)
    }

    @Test("in a flood warnings wait and major hazards do not; when it has passed they go out")
    func flood() {
        let desk = Desk()
        let major = Desk.rule("major", .major)
        for index in 0..<10 { desk.change(.raised, minor, on: "a\(index)", at: Double(index)) }
        #expect(desk.takeAlerts().count == 9)
        #expect(desk.entries.contains { $0.kind == "alerts.flood_started" })
        desk.change(.raised, major, at: 20)
        desk.change(.cleared, minor, on: "a0", at: 21)
        desk.change(.cleared, minor, on: "a9", at: 22)
        desk.change(.raised, minor, on: "b", at: 23)
        #expect(desk.takeAlerts() == ["raised lift-1/major", "cleared a0/minor"])
        // Of the raises at 0…9, 20 and 23 s, four are left after 607 s: those from 8 s on.
        desk.pass(to: 606.9)
        #expect(desk.takeAlerts().isEmpty)
        desk.pass(to: 607)
        #expect(desk.takeAlerts() == ["raised b/minor"])
        #expect(desk.entries.last?.kind == "alerts.flood_ended")
    }

    @Test("a restart lets go what chatter and flood kept back, and keeps shelves")
    func restart() throws {
        let desk = Desk(floodStart: 5)
        for index in 0..<6 { desk.change(.raised, minor, on: "a\(index)", at: Double(index)) }
        try desk.shelve(minor, until: 1_000, at: 6)
        desk.change(.raised, minor, at: 7)
        _ = desk.takeAlerts()
        desk.restart(at: 20)
        #expect(desk.takeAlerts() == ["raised a4/minor", "raised a5/minor"])
        desk.pass(to: 1_000)
        #expect(desk.takeAlerts() == ["raised lift-1/minor"])
    }
}
