import Configuration
import Detection
import Ledger
import Line
import RuleLanguage
import Supervision
import Testing
import Timestamps

/// The shipped site with its casebook.
private final class Watched {
    static let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
    private var line: Line
    private(set) var entries: [LedgerEntry] = []
    private(set) var alerts: [Alert] = []

    init() throws {
        line = Line(plan: try SiteConfiguration.load("config/tocsin.yaml").plan, at: Self.start)
        line.start(at: Self.start)
    }

    func receive(_ payload: String, _ kind: String, _ equipment: String, at second: Int64) {
        Array("telemetry/demo/\(kind)/\(equipment)".utf8).withUnsafeBytes { topic in
            Array(payload.utf8).withUnsafeBytes {
                line.receive(
                    arrival: Self.start + .seconds(second), topic: topic, payload: $0)
            }
        }
        take()
    }

    func pass(to second: Int64) {
        line.advance(to: Self.start + .seconds(second))
        take()
    }

    func obey(_ command: Casebook.Command, at second: Int64) throws -> String {
        defer { take() }
        return try line.obey(
            command,
            Word(actor: "officer", reason: "seen", at: Self.start + .seconds(second)))
    }

    func acknowledge(_ rule: String, on equipment: String, at second: Int64) throws {
        defer { take() }
        try line.obey(
            .acknowledge, at: HazardPlace(equipment: equipment, rule: rule),
            Word(actor: "officer", reason: "seen", at: Self.start + .seconds(second)))
    }

    func kinds(_ prefix: String) -> [String] {
        entries.map(\.kind).filter { $0.hasPrefix(prefix) }
    }

    private func take() {
        let batch = line.takeBatch().batch
        entries += batch.entries
        alerts += batch.alerts
    }
}

@Suite struct CasebookTests {
    private static let shutIn =
        #"{"car.speed":0,"car.doorZone":false,"car.passenger":true,"car.passengerCount":3,"#
        + #""door.carClosed":true,"door.car":"closed","car.serviceMode":"normal"}"#

    @Test("people shut in a lift start the clock with their number, and it warns while it runs")
    func incident() throws {
        let site = try Watched()
        for second in stride(from: Int64(0), through: 40, by: 1) {
            site.receive(Self.shutIn, "lift", "lift-1", at: second)
        }
        let began = try #require(site.entries.first { $0.kind == "incident.began" })
        #expect(began.body["persons"]?.number == 3)
        #expect(began.body["since"]?.text == "2026-01-01T00:00:00.000000000Z")
        for second in stride(from: Int64(60), through: 7_300, by: 20) {
            site.receive(Self.shutIn, "lift", "lift-1", at: second)
        }
        #expect(
            site.kinds("incident.") == [
                "incident.began", "incident.prealarm", "incident.prealarm", "incident.prealarm",
                "incident.accident",
            ])
        let free =
            #"{"car.speed":0,"car.doorZone":true,"car.passenger":false,"door.car":"open","#
            + #""door.carClosed":false}"#
        for second in Int64(7_301)...7_330 { site.receive(free, "lift", "lift-1", at: second) }
        #expect(site.kinds("incident.").last == "incident.released")
        #expect(site.alerts.contains { $0.state == "incident_accident" && $0.stands })
    }

    @Test("a raise keeps what was said before it, and some seconds later what was said after")
    func evidence() throws {
        let site = try Watched()
        for second in Int64(0)...60 {
            let speed = second < 40 ? 1.5 : 2.5
            site.receive(
                #"{"car.speed":\#(speed),"car.serviceMode":"normal"}"#, "lift", "lift-1",
                at: second)
        }
        let raised = try #require(
            site.entries.first {
                $0.kind == "hazard.raised" && $0.body["rule"]?.text == "lift.overspeed"
            })
        let before = try JSONReader.read(try #require(raised.evidence))
        #expect(before["part"]?.text == "before")
        #expect(before["parameters"]?["rated_speed"]?.number == 1.75)
        #expect(before["rule"]?["condition"]?.text?.contains("1.15 * rated_speed") ?? false)
        guard case .array(let rows)? = before["rows"] else { throw Watching.noRows }
        // From thirty seconds before on, one a second: 11 to 40.
        #expect(rows.count == 30)
        let later = try #require(
            site.entries.first { $0.kind == "hazard.evidence" && $0.body["of"]?.text == raised.id })
        let after = try JSONReader.read(try #require(later.evidence))
        guard case .array(let next)? = after["rows"] else { throw Watching.noRows }
        #expect(next.count == 10)
        #expect(after["start"]?.text == "2026-01-01T00:00:41.000000000Z")
    }

    private enum Watching: Error { case noRows }

    @Test("a bridged door circuit proposes a case with its clause; a person judges")
    func proposal() throws {
        let site = try Watched()
        site.receive(
            #"{"door.bypass":true,"car.serviceMode":"normal"}"#, "lift", "lift-1", at: 1)
        site.pass(to: 30)
        let proposed = try #require(site.entries.first { $0.kind == "listing.detected" })
        #expect(proposed.body["criterion"]?.text == "GB 45067-2024 4.6 b)")
        #expect(proposed.actor == "agent")
        #expect(
            try site.obey(
                .listing(.verified, "2026-0001", ["finding": .text("a bridge")]), at: 40)
                == "2026-0001 verified 已核实")
        #expect(throws: Refusal.self) {
            try site.obey(.listing(.delisted, "2026-0001", [:]), at: 41)
        }
        #expect(throws: Refusal.self) {
            try site.obey(
                .listing(
                    .detected, nil,
                    [
                        "equipment": .text("lift-9"), "finding": .text("x"),
                        "source": .text("inspection"),
                    ]), at: 42)
        }
    }

    @Test("a ropeway that runs without a trial run on record is a hazard of its papers")
    func papers() throws {
        let site = try Watched()
        let runs = #"{"rope.speed":3,"persons.online":0}"#
        for second in stride(from: Int64(0), through: 7_300, by: 10) {
            site.receive(runs, "ropeway", "ropeway-1", at: second)
        }
        #expect(site.kinds("equipment.") == ["equipment.ran"])
        let papers = site.entries.filter {
            $0.body["rule"]?.text?.hasPrefix("record.") ?? false
        }
        #expect(papers.map { $0.body["rule"]?.text } == ["record.trial_run_missing"])
        try site.acknowledge("record.trial_run_missing", on: "ropeway-1", at: 7_310)
        _ = try site.obey(
            .log(
                .trialRunOn, equipment: "ropeway-1",
                on: try #require(CivilDate("2026-01-01"))), at: 7_320)
        #expect(site.entries.last?.kind == "hazard.cleared")
    }
}
