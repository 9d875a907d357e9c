import Configuration
import Detection
import Foundation
import Line
import Simulation
import Testing
import TocsinTestKit

@Suite struct ScorecardTests {
    private static func row(
        _ delays: [Double?], near: [Bool] = [false, false], false hazards: Int = 0
    ) -> Scorecard.Row {
        var row = Scorecard.Row(rule: "r", kind: "lift", severity: "major")
        row.cases = delays.isEmpty ? [] : [.init(trial: "lift/worn", delays: delays)]
        row.nearMisses = [.init(trial: "lift/worn", raised: near)]
        if hazards > 0 { row.falsely = [.init(machine: "lift", day: 2, hazards: hazards)] }
        return row
    }

    private static func card(_ row: Scorecard.Row) -> Scorecard {
        var card = Scorecard()
        card.rows = [row]
        card.hours = ["lift": 500]
        return card
    }

    @Test("delays are told by rank, false hazards by thousand hours")
    func figures() {
        let row = Self.row([10, 2, nil, 1, 3], near: [true, false], false: 3)
        #expect(row.injected == 5 && row.found == 4 && row.missed == 1)
        #expect(row.delay(0.5) == 2 && row.delay(0.95) == 10 && row.delay(1) == 10)
        #expect(row.nearlyHappened == 2 && row.nearMissesRaised == 1)
        #expect(Self.row([nil]).delay(0.5) == nil)
        let card = Self.card(row)
        #expect(card.falsePerThousandHours(row) == 6 && card.graveFalseHazards == 3)
    }

    @Test("anything worse than before is told, seed by seed; anything better is not")
    func regressions() {
        let before = Self.card(Self.row([1, nil, 3, 10], near: [false, true]))
        func told(_ delays: [Double?], near: [Bool] = [false], false hazards: Int = 0) -> [String] {
            Self.card(Self.row(delays, near: near, false: hazards)).regressions(against: before)
        }
        #expect(told([1, nil, 3, 10], near: [false, true]).isEmpty)
        #expect(told([1, 2, 2, 9]).isEmpty)
        // Fewer seeds are held against the same seeds.
        #expect(told([1, nil]).isEmpty)
        // As many missed as before, but another one.
        #expect(told([nil, 2, 3, 10]) == ["r missed in lift/worn, seed 0"])
        #expect(
            told([1, nil, 3, 10.7]) == [
                "r found 19 times of 20 within 10.7 s, before 10.0 s",
                "r found always within 10.7 s, before 10.0 s",
            ])
        #expect(told([1, nil, 3.2, 10.5]).isEmpty)
        #expect(told([1, nil, 3.4, 10]) == ["r found half of the time within 3.4 s, before 3.0 s"])
        #expect(told([1], near: [true]) == ["r raised in the near miss of lift/worn, seed 0"])
        #expect(told([1], near: [false, true]).isEmpty)
        #expect(told([1], false: 1) == ["r raised 1 times falsely on lift, day 2, before 0"])
        #expect(told([]) == ["r is not caused in lift/worn any more"])
    }

    @Test("what is gone, and what nobody expected, is worse too")
    func gone() {
        let before = Self.card(Self.row([1]))
        #expect(Scorecard().regressions(against: before) == ["r of lift is gone"])
        var more = before
        more.rows[0].cases.append(.init(trial: "lift/torn", delays: [2]))
        more.rows[0].nearMisses.append(.init(trial: "lift/torn", raised: [false]))
        #expect(
            before.regressions(against: more) == [
                "r is not caused in lift/torn any more",
                "r has no near miss in lift/torn any more",
            ])
        var surprised = before
        surprised.surprises = [Scorecard.Surprise(trial: "lift/a", rule: "r", seeds: 1)]
        surprised.rejected = 1
        #expect(surprised.regressions(against: before).count == 2)
        var often = surprised
        often.surprises[0].seeds = 5
        #expect(often.regressions(against: surprised).count == 1)
        often.seeds = 5
        #expect(often.regressions(against: surprised).isEmpty)
        // A rule that is new must be found like all others.
        var new = before
        var row = Self.row([nil])
        row.rule = "s"
        new.rows.append(row)
        #expect(new.regressions(against: before) == ["s missed in lift/worn, seed 0"])
    }

    @Test("a campaign gives the same card twice, and counts what it made")
    func campaign() throws {
        let rules = try rules()
        var file = try TrialFile.load(
            root.appendingPathComponent("simulators/trials/gondola.yaml").path, rules)
        file.trials.removeAll { !["rope_derailed", "encoder_slips"].contains($0.id) }
        #expect(file.trials.count == 2)
        let campaign = Campaign(rules, [file], seeds: 2, healthyDays: 0)
        let card = try campaign.run { _ in }.card
        #expect(try campaign.run { _ in }.card == card)
        let row = try #require(card.rows.first { $0.rule == "ropeway.derailment" })
        #expect(row.injected == 2 && row.found == 2 && row.delays.count == 2)
        let encoder = try #require(
            card.rows.first { $0.rule == "ropeway.speed_sensors_disagree" })
        #expect(encoder.injected == 2 && encoder.nearlyHappened == 2)
        #expect(card.rejected == 0 && card.messages > 1_000 && card.surprises.isEmpty)
        // The card survives its file.
        let data = try JSONEncoder().encode(card)
        #expect(try JSONDecoder().decode(Scorecard.self, from: data) == card)
        #expect(card.markdown.contains("| `ropeway.derailment` | critical | 2 | 2 | 0 |"))
    }

    @Test("a scenario is scored rule by rule: what it had to find, its hours, what nobody injected")
    func scenario() throws {
        let rules = try rules()
        var evening = try rules.scenario(
            root.appendingPathComponent("simulators/scenarios/evening.yaml").path)
        let whole = try Campaign(rules, [], scenarios: [evening], seeds: 0, healthyDays: 0)
            .run { _ in }
        #expect(whole.scenarios.map(\.isPerfect) == [true])
        #expect(whole.card.hours == ["lift": 6, "ropeway": 3] && whole.card.trials == 0)
        let silent = try #require(whole.card.rows.first { $0.rule == "lift.silent" })
        let silences = evening.injections.filter { $0.causes[0].fault == "silence" }
        #expect(silent.cases.map(\.trial) == ["scenario/evening"])
        #expect(silent.found == silences.count && silences.count > 3)
        // A squall of which the scenario says nothing makes its hazards false ones.
        evening.random = []
        evening.duration = 4_500
        evening.weather[0].expects = [:]
        let blamed = try Campaign(rules, [], scenarios: [evening], seeds: 0, healthyDays: 0)
            .run { _ in }
        let wind = try #require(blamed.card.rows.first { $0.rule == "ropeway.wind_stop" })
        #expect(wind.injected == 0 && wind.falseHazards == 1)
        #expect(wind.falsely == [.init(machine: "scenario/evening", day: 0, hazards: 1)])
        #expect(blamed.card.falsePerThousandHours(wind) == 800)
        #expect(blamed.scenarios[0].unexpected.map(\.rule) == ["ropeway.wind_stop"])
    }

    @Test("a rule that is made deaf is found out by a trial")
    func deafRule() throws {
        let directory = NSTemporaryDirectory() + "rules-\(UUID())"
        try FileManager.default.copyItem(
            atPath: root.appendingPathComponent("config/rules").path, toPath: directory)
        defer {
            do { try FileManager.default.removeItem(atPath: directory) } catch { print(error) }
        }
        let file = directory + "/ropeway.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let deaf = text.replacingOccurrences(
            of: "when: rope.position.open", with: "when: rope.position.open && rope.speed > 19")
        #expect(deaf != text)
        try deaf.write(toFile: file, atomically: true, encoding: .utf8)
        let book = try RuleBook(
            configuration: root.appendingPathComponent("config/tocsin.yaml").path,
            rules: directory)
        var trials = try TrialFile.load(
            root.appendingPathComponent("simulators/trials/gondola.yaml").path, book)
        trials.trials.removeAll { $0.id != "rope_derailed" }
        let card = try Campaign(book, [trials], seeds: 1, healthyDays: 0).run { _ in }.card
        #expect(card.rows.first { $0.rule == "ropeway.derailment" }?.missed == 1)
    }

    /// The shipped configuration with the machines of a scenario for its equipment.
    private static func site(
        of scenario: Scenario, _ rules: RuleBook, in directory: String
    ) throws -> String {
        try FileManager.default.copyItem(
            atPath: root.appendingPathComponent("config").path, toPath: directory)
        let file = directory + "/tocsin.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let head = try #require(text.range(of: "\nequipment:"))
        let site = text[..<head.lowerBound] + "\n" + (try rules.equipmentList(of: scenario))
        try String(site).write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    @Test("a capture replays to the hazards that its scenario rehearses to, fleet and all")
    func replay() throws {
        let rules = try rules()
        var scenario = try rules.scenario(
            root.appendingPathComponent("simulators/scenarios/demo.yaml").path)
        scenario.repeatUnits(to: 12)
        let directory = NSTemporaryDirectory() + "site-\(UUID())"
        let file = directory + "/capture.jsonl"
        defer {
            do { try FileManager.default.removeItem(atPath: directory) } catch { print(error) }
        }
        let site = try RuleBook(
            configuration: Self.site(of: scenario, rules, in: directory))
        var simulator = try Simulator(scenario)
        var bytes: [UInt8] = []
        while let message = simulator.next() {
            bytes +=
                CaptureRecord(
                    at: .init(nanoseconds: Simulator.usualStart * 1_000_000 + message.arrival),
                    topic: message.topic, payload: message.payload
                ).line
            bytes.append(UInt8(ascii: "\n"))
        }
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let replayed = try site.replay(capture: file)
        let rehearsed = try rules.rehearse(scenario).findings
        #expect(replayed.count >= 11)
        #expect(rehearsed.map(\.rule) == replayed.map(\.rule))
        #expect(rehearsed.map(\.equipment) == replayed.map(\.equipment))

        try "{\"at\":1}\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(throws: RuleBook.BadCapture.self) { try site.replay(capture: file) }
    }
}
