import Configuration
import Detection
import Foundation
import Ledger
import Line
import Supervision
import Telemetry
import Testing

/// The whole line on the demonstration site.
private final class Site {
    private var line: Line
    private(set) var changes: [HazardChange] = []
    static let start = Instant(nanoseconds: 1_767_225_600_000_000_000)

    init() throws {
        let plan = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path
        ).plan
        line = Line(plan: plan, at: Self.start)
        line.start(at: Self.start)
    }

    func receive(
        _ payload: String, _ topic: String = "telemetry/demo/lift/lift-1", at seconds: Double,
        isRetained: Bool = false
    ) {
        let arrival = Self.start + Duration(nanoseconds: Int64(seconds * 1e9))
        Array(topic.utf8).withUnsafeBytes { topic in
            Array(payload.utf8).withUnsafeBytes { payload in
                line.receive(
                    arrival: arrival, topic: topic, payload: payload, isRetained: isRetained)
            }
        }
    }

    func take() -> CommitBatch { line.takeBatch().batch }
    var counters: LineCounters { line.counters }
    var quarantine: Quarantine { line.quarantine }
}

@Suite struct LineTests {
    @Test("a hazard is one entry, one alert, one state and one watermark, under one id")
    func batch() throws {
        let site = try Site()
        site.receive(#"{"sw.finalUp":true,"car.serviceMode":"normal"}"#, at: 1)
        let batch = site.take()
        // A candidate proposes a listing in the same commit.
        #expect(batch.entries.map(\.kind) == ["hazard.raised", "listing.detected"])
        #expect(batch.alerts.map(\.id) == [batch.entries[0].id])
        #expect(
            batch.entries[0].id
                == "demo/lift-1/lift.overtravel_top/2026-01-01T00:00:01.000000000Z#raised@2026-01-01T00:00:01.000000000Z"
        )
        #expect(batch.states.map(\.rule) == ["lift.overtravel_top"])
        #expect(batch.watermarks.map(\.equipment) == ["lift-1"])
        #expect(site.take().isEmpty)
    }

    @Test(
        "messages that cannot be taken are counted by reason and kept in the quarantine, and the line goes on"
    )
    func rejections() throws {
        let site = try Site()
        site.receive("nonsense", at: 1)
        site.receive("{}", at: 2)
        site.receive("{}", "telemetry/demo/lift/lift-99", at: 3)
        site.receive("{}", "somewhere/else", at: 4)
        site.receive(#"{"car.speed":1}"#, at: 5, isRetained: true)
        site.receive(#"{"car.speed":1}"#, at: 6)
        let counts = site.counters.rejections
        for reason in [
            Rejection.malformed, .noReadings, .unknownEquipment, .unknownTopic, .retained,
        ] {
            #expect(counts[Int(reason.rawValue)] == 1, "\(reason)")
        }
        #expect(site.counters.readings == 1)
        #expect(
            site.quarantine.specimens.map(\.reason) == [
                .malformed, .noReadings, .unknownEquipment, .unknownTopic, .retained,
            ])
        #expect(String(decoding: site.quarantine.specimens[0].head, as: UTF8.self) == "nonsense")
    }

    @Test("one row from a wild clock does not make its device unheard")
    func wildRow() throws {
        let site = try Site()
        let now = Site.start.nanoseconds / 1_000_000
        site.receive(
            #"[{"ts":9100000000000,"car.speed":0},{"ts":\#(now + 1000),"car.speed":0}]"#, at: 1)
        for second in Int64(2)...4 {
            site.receive(#"{"ts":\#(now + second * 1000),"car.speed":9}"#, at: Double(second))
        }
        let kinds = Set(site.take().states.map(\.rule))
        #expect(kinds.contains("lift.overspeed"), "\(kinds)")
    }

    @Test("a service mode that nobody knows suppresses nothing; inspection does")
    func unknownMode() throws {
        let site = try Site()
        site.receive(#"{"sw.finalUp":true,"car.serviceMode":"inspection"}"#, at: 1)
        let inspected = site.take()
        #expect(inspected.entries.map(\.kind) == ["hazard.suppressed"])
        #expect(inspected.alerts.isEmpty)
        site.receive(#"{"sw.finalUp":true,"car.serviceMode":null}"#, at: 2)
        let unknown = site.take()
        #expect(unknown.entries.map(\.kind) == ["hazard.raised", "listing.detected"])
        // The same hazard: it has stood since then.
        #expect(unknown.alerts.map(\.hazard) == inspected.entries.map(\.id).map(hazard))
    }

    private func hazard(_ entry: String) -> String {
        String(entry.prefix { $0 != "#" })
    }

    @Test("the quarantine keeps the newest and stays small")
    func bounded() throws {
        let site = try Site()
        let long = String(repeating: "x", count: 10_000)
        for index in 0..<500 { site.receive("\(index) \(long)", at: Double(index) / 100) }
        #expect(site.quarantine.specimens.count == Quarantine.capacity)
        #expect(
            site.quarantine.specimens.allSatisfy {
                $0.head.count == Quarantine.headLength && $0.length > 10_000
            })
        #expect(
            String(decoding: site.quarantine.specimens.last?.head.prefix(3) ?? [], as: UTF8.self)
                == "499")
    }

    @Test(
        "every shipped limit: just inside is quiet, just outside raises",
        arguments: [
            (#""car.speed":2.0124"#, #""car.speed":2.0126"#, "lift.overspeed", 0.2),
            (
                #""car.speed":2.3303,"sw.governor":false"#,
                #""car.speed":2.3304,"sw.governor":false"#, "lift.governor_failed", 0.3
            ),
            (
                #""car.load":110,"car.status":"running","motor.run":true"#,
                #""car.load":110.1,"car.status":"running","motor.run":true"#,
                "lift.overload_ignored", 0.3
            ),
            (#""mr.temp":40"#, #""mr.temp":40.1"#, "lift.machine_room_temperature", 601.0),
            (
                #""motor.run":true,"car.speed":0.02"#, #""motor.run":true,"car.speed":0.019"#,
                "lift.motor_run_time", 42.1
            ),
            (
                #""alarm.button":false,"car.doorZone":false,"door.car":"closed""#,
                #""alarm.button":true,"car.doorZone":false,"door.car":"closed""#,
                "lift.alarm_button", 3.1
            ),
            (
                #""car.speed":0,"car.doorZone":true,"car.serviceMode":"normal""#,
                #""car.speed":0,"car.doorZone":false,"car.serviceMode":"normal""#,
                "lift.stopped_outside_zone", 45.1
            ),
            (
                #""car.speed":0,"car.doorZone":false,"car.passenger":false"#,
                #""car.speed":0,"car.doorZone":false,"car.passenger":true"#, "lift.entrapment", 15.1
            ),
        ])
    func limits(inside: String, outside: String, rule: String, seconds: Double) throws {
        for (text, isRaised) in [(inside, false), (outside, true)] {
            let site = try Site()
            var found = false
            // One reading a second keeps the device from falling silent.
            for second in 0...Int(seconds) {
                site.receive("{\(text)}", at: Double(second) + 0.001)
                found = site.take().entries.contains { $0.id.contains("/\(rule)/") } || found
            }
            site.receive("{\(text)}", at: seconds + 0.002)
            found = site.take().entries.contains { $0.id.contains("/\(rule)/") } || found
            #expect(found == isRaised, "\(rule): \(text)")
        }
    }

    @Test(
        "just before its delay is full nothing is raised",
        arguments: [
            (#""car.speed":0,"car.doorZone":false,"car.passenger":true"#, "lift.entrapment", 14.9),
            (
                #""car.speed":0,"car.doorZone":false,"car.serviceMode":"normal""#,
                "lift.stopped_outside_zone", 44.9
            ),
            (#""motor.run":true,"car.speed":0"#, "lift.motor_run_time", 41.9),
        ])
    func delays(text: String, rule: String, seconds: Double) throws {
        let site = try Site()
        for second in 0...Int(seconds) { site.receive("{\(text)}", at: Double(second)) }
        site.receive("{\(text)}", at: seconds)
        #expect(!site.take().entries.contains { $0.id.contains("/\(rule)/") })
    }
}
