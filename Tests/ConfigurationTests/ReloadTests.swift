import Configuration
import Detection
import Foundation
import Ledger
import Line
import RuleLanguage
import Supervision
import Testing

/// A line that can go on with another configuration.
private final class Reloading {
    private var line: Line
    private(set) var changes: [String] = []
    private(set) var states: [StoredRuleState] = []

    init(_ plan: SitePlan, at now: Instant) {
        line = Line(plan: plan, at: now)
        line.start(at: now)
    }

    var homeless: [String] { line.homeless.map(\.rule) }

    func receive(_ payload: String, at arrival: Instant) {
        Array("telemetry/demo/lift/lift-1".utf8).withUnsafeBytes { topic in
            Array(payload.utf8).withUnsafeBytes {
                line.receive(arrival: arrival, topic: topic, payload: $0)
            }
        }
        take()
    }

    func reload(_ plan: SitePlan, at now: Instant) {
        line.advance(to: now)
        take()
        var next = Line(plan: plan, at: now)
        next.adopt(&line, at: now)
        line = next
        take()
    }

    func release(_ rule: String, at now: Instant) throws -> CommitBatch {
        try line.obey(
            .release, at: HazardPlace(equipment: "lift-1", rule: rule),
            Word(actor: "inspector", reason: "removed", at: now))
        return line.takeBatch().batch
    }

    private func take() {
        let (batch, found) = line.takeBatch()
        states = batch.states
        changes += found.map { "\($0.id) \($0.value ?? -1)" }
    }
}

@Suite struct ReloadTests {
    private static let start = Instant(nanoseconds: 1_767_225_600_000_000_000)

    /// The shipped configuration, with changes to the rules of lifts.
    private func plan(_ changes: [(old: String, new: String)] = []) throws -> SitePlan {
        let copy = try Copy()
        let path = copy.directory + "/rules/lift.yaml"
        var text = try String(contentsOfFile: path, encoding: .utf8)
        for change in changes {
            #expect(text.contains(change.old))
            let first = try #require(text.range(of: change.old))
            text.replaceSubrange(first, with: change.new)
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try rename(changes, in: copy.directory + "/supervision/criteria.yaml")
        return try SiteConfiguration.load(copy.directory + "/tocsin.yaml").plan
    }

    /// A criterion names rules that there are.
    private func rename(_ changes: [(old: String, new: String)], in path: String) throws {
        var text = try String(contentsOfFile: path, encoding: .utf8)
        for change in changes where change.old.hasPrefix("id: ") {
            let old = change.old.dropFirst(4).trimmingCharacters(in: .whitespacesAndNewlines)
            let new = change.new.dropFirst(4).trimmingCharacters(in: .whitespacesAndNewlines)
            text = text.replacingOccurrences(of: "- \(old)\n", with: "- \(new)\n")
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// A rule for each function that looks back.
    private static var remembering: String {
        [
            "mean(car.load, 20s) > 60", "max(abs(car.speed), 30s) > 2", "min(car.load, 16s) > 50",
            "count(car.doorZone, 5min) >= 3", "rate(car.load) > 10", "changed(car.speed)",
            "stuck(car.levelError, 40s)", "lowpass(car.speed, 0.1) > 1",
            "held(!car.doorZone && motor.run) >= 30s", "age(door.car) > 3s",
            "slope(car.load, 20s) > 0.5",
        ].enumerated().map { index, when in
            """
              - id: lift.remembers_\(index)
                title: {en: Remembers, zh: 记忆}
                guidance: {en: None, zh: 无}
                when: \(when)
                for: 0s
                clear_after: 0s
                clear: auto
                severity: info
                life_safety: false
                listing: none
                source: test
                confidence: engineering

            """
        }.joined()
    }

    /// A rule in front of all others that uses signals and memory of its own.
    private static let extra = """
        rules:
          - id: lift.extra
            title: {en: Extra, zh: 额外}
            guidance: {en: None, zh: 无}
            when: mean(car.load, 20s) > 1e6 && held(car.doorZone) > 5s && rate(car.load) > 1e6
            for: 0s
            clear_after: 0s
            clear: auto
            severity: info
            life_safety: false
            listing: none
            source: test
            confidence: engineering

        """

    @Test(
        "reloading at any moment, with other rules before and after, changes nothing for those that stay",
        arguments: UInt64(1)...30)
    func unchanged(seed: UInt64) throws {
        let end = "  # Practice counts these raises"
        let whole = (end, Self.remembering + end)
        let plans = [try plan([whole]), try plan([whole, ("rules:\n", Self.extra)])]
        let steady = Reloading(plans[0], at: Self.start)
        let reloading = Reloading(plans[0], at: Self.start)
        var lift = RestlessLift(seed: seed)
        var milliseconds: Int64 = 0
        for _ in 0..<400 {
            milliseconds +=
                lift.random.below(60) == 0 ? Int64(lift.random.below(200_000)) : 1_000
            let arrival = Self.start + .milliseconds(milliseconds)
            if lift.random.below(8) == 0 {
                let moment = arrival + .milliseconds(-Int64(lift.random.below(900)))
                reloading.reload(plans[lift.random.below(2)], at: moment)
            }
            let message = lift.message(at: arrival.nanoseconds / 1_000_000)
            steady.receive(message, at: arrival)
            reloading.receive(message, at: arrival)
        }
        #expect(steady.changes.count { $0.contains("remembers") } > 20)
        // Who is seen only at the next look at the clock is seen in another order.
        #expect(reloading.changes.sorted() == steady.changes.sorted(), "seed \(seed)")
    }

    @Test("a hazard whose rule is removed is kept aside, and stands when the rule is back")
    func removed() throws {
        let whole = try plan()
        let renamed = try plan([("id: lift.overtravel_top", "id: lift.other")])
        let line = Reloading(whole, at: Self.start)
        line.receive(#"{"sw.finalUp":true,"car.serviceMode":"normal"}"#, at: Self.start)
        #expect(line.changes.count == 1)
        line.reload(renamed, at: Self.start + .seconds(1))
        #expect(line.homeless == ["lift.overtravel_top"])
        // The rule that is new stands as well: a hazard that stands at the start is a transition.
        #expect(line.changes.count == 2 && line.changes[1].contains("/lift.other/"))
        line.reload(whole, at: Self.start + .seconds(2))
        #expect(line.homeless == ["lift.other"])
        line.receive(#"{"sw.finalUp":true}"#, at: Self.start + .seconds(3))
        #expect(line.changes.count == 2, "\(line.changes)")
        line.receive(#"{"sw.finalUp":false}"#, at: Self.start + .seconds(4))
        line.receive(#"{"sw.finalUp":false}"#, at: Self.start + .seconds(9))
        #expect(line.changes.count == 3 && line.changes[2].contains("overtravel_top"))
        #expect(line.changes[2].contains("#returned@"))
    }

    @Test("what is left of a removed rule ends on a person's release, and the platform hears of it")
    func withdrawn() throws {
        let line = Reloading(try plan(), at: Self.start)
        line.receive(#"{"sw.finalUp":true,"car.serviceMode":"normal"}"#, at: Self.start)
        line.reload(
            try plan([("id: lift.overtravel_top", "id: lift.other")]),
            at: Self.start + .seconds(1))
        let batch = try line.release("lift.overtravel_top", at: Self.start + .seconds(2))
        #expect(batch.entries.map(\.kind) == ["hazard.released", "hazard.withdrawn"])
        #expect(batch.alerts.map(\.stands) == [false])
        let stored = batch.states.filter { $0.rule == "lift.overtravel_top" }
        #expect(stored.map(\.state.phase) == [.normal])
        #expect(line.homeless.isEmpty)
        #expect(throws: Refusal.self) {
            try line.release("lift.overtravel_top", at: Self.start + .seconds(3))
        }
    }

    @Test("a delay goes on under a rule that is the same, and starts anew under a changed one")
    func delays() throws {
        let same = try plan([("id: lift.overspeed\n", "id: lift.overspeed_renamed\n")])
        let changed = try plan([("for: 45s", "for: 46s")])
        for (next, raised) in [(same, 45), (changed, 76)] {
            let line = Reloading(try plan(), at: Self.start)
            for second in 0..<100 {
                if second == 30 { line.reload(next, at: Self.start + .seconds(30)) }
                line.receive(
                    #"{"car.speed":0,"car.doorZone":false,"car.serviceMode":"normal"}"#,
                    at: Self.start + .seconds(Int64(second)))
            }
            let time = RFC.at(Self.start + .seconds(Int64(raised)))
            let found = line.changes.filter { $0.contains("stopped_outside_zone") }
            #expect(found.count == 1 && found[0].contains("#raised@\(time)"), "\(found)")
        }
    }

    @Test(
        "a delay goes on when only words about the rule, or parameters that it does not use, change"
    )
    func words() throws {
        let other = try plan([("zh: 轿厢在开锁区域外停止", "zh: 轿厢停在开锁区域外")])
        var parameters = other
        for index in parameters.equipment.indices where parameters.equipment[index].id == "lift-1" {
            parameters.equipment[index].parameters["door_open_limit"] = 90
        }
        #expect(PlanDifference(from: other, to: parameters).equipmentChanged == ["lift-1"])
        #expect(!PlanDifference(from: try plan(), to: other).rulesChanged.isEmpty)
        let line = Reloading(try plan(), at: Self.start)
        for second in 0..<60 {
            if second == 20 { line.reload(other, at: Self.start + .seconds(20)) }
            if second == 30 { line.reload(parameters, at: Self.start + .seconds(30)) }
            line.receive(
                #"{"car.speed":0,"car.doorZone":false,"car.serviceMode":"normal"}"#,
                at: Self.start + .seconds(Int64(second)))
        }
        let found = line.changes.filter { $0.contains("stopped_outside_zone") }
        let time = RFC.at(Self.start + .seconds(45))
        #expect(found.count == 1 && found[0].contains("#raised@\(time)"), "\(found)")
    }

    @Test("a delay depends on the signals that are watched, not on those that suppress")
    func continues() throws {
        let plan = try plan()
        let lifts = try #require(plan.profiles.first { $0.kind == "lift" })
        let rule = try #require(lifts.rules.first { $0.id == "lift.stopped_outside_zone" })
        func goesOn(without name: String) -> Bool {
            var other = lifts.vocabulary
            for index in other.signals.indices where other.signals[index].name == name {
                other.signals[index].period = 77
            }
            #expect(other.signals != lifts.vocabulary.signals)
            return rule.continues(
                rule, in: other, with: [:], after: lifts.vocabulary, with: [:])
        }
        #expect(goesOn(without: "car.serviceMode"))
        #expect(!goesOn(without: "car.doorZone"))
    }

    @Test("other limits, signals and curves are differences too, and a shared rule is named once")
    func differences() throws {
        let whole = try plan()
        #expect(PlanDifference(from: whole, to: whole).isEmpty)
        var changed = whole
        changed.equipment[0].parameters["rated_speed"] = 2.5
        changed.profiles[0].silentAfter = .seconds(61)
        for index in changed.profiles.indices {
            changed.profiles[index].vocabulary.curves[0].points[0].limit += 1
            for rule in changed.profiles[index].rules.indices
            where changed.profiles[index].rules[rule].id == "amusement.clock" {
                changed.profiles[index].rules[rule].severity = .critical
            }
        }
        let difference = PlanDifference(from: whole, to: changed)
        #expect(difference.equipmentChanged == [whole.equipment[0].id])
        #expect(difference.kindsChanged == [whole.profiles[0].kind])
        #expect(difference.curvesChanged == [whole.profiles[0].vocabulary.curves[0].id])
        #expect(difference.rulesChanged == ["amusement.clock"])
        #expect(difference.description.contains("修改限值曲线"))
    }

    @Test("a new rule sees what has stood still since before it came")
    func still() throws {
        let end = "  # Practice counts these raises"
        let rule = """
              - id: lift.new_held
                title: {en: New, zh: 新}
                guidance: {en: None, zh: 无}
                when: held(door.car == 'open') >= 30s
                for: 0s
                clear_after: 0s
                clear: auto
                severity: info
                life_safety: false
                listing: none
                source: test
                confidence: engineering

            """
        let line = Reloading(try plan(), at: Self.start)
        for second in 0..<60 {
            if second == 20 {
                line.reload(try plan([(end, rule + end)]), at: Self.start + .seconds(20))
            }
            line.receive(
                #"{"car.speed":0,"door.car":"open"}"#, at: Self.start + .seconds(Int64(second)))
        }
        let found = line.changes.filter { $0.contains("new_held") }
        let time = RFC.at(Self.start + .seconds(50))
        #expect(found.count == 1 && found[0].contains("#raised@\(time)"), "\(found)")
    }

    @Test("a limit that is raised above the value lets what stands go on standing until it is over")
    func limit() throws {
        let line = Reloading(try plan(), at: Self.start)
        func found() -> [String] { line.changes.filter { $0.contains("machine_room_temperature") } }
        func receive(_ temperature: Int, _ seconds: ClosedRange<Int64>) {
            for second in seconds {
                line.receive(#"{"mr.temp":\#(temperature)}"#, at: Self.start + .seconds(second))
            }
        }
        receive(50, 0...620)
        #expect(found().count == 1)
        line.reload(
            try plan([("mr.temp < 5 || mr.temp > 40", "mr.temp < 5 || mr.temp > 60")]),
            at: Self.start + .seconds(620))
        receive(50, 621...700)
        #expect(found().count == 1, "its way out is still below 38 °C")
        receive(30, 701...800)
        #expect(found().count == 2 && found()[1].contains("#cleared@"))
    }
}

private enum RFC {
    static func at(_ time: Instant) -> String {
        let seconds = time.nanoseconds / 1_000_000_000 - 1_767_225_600
        return "2026-01-01T00:\(two(seconds / 60)):\(two(seconds % 60))"
    }
    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
