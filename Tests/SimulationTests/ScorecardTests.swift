import Configuration
import Detection
import Foundation
import Line
import Simulation
import Testing
import TocsinTestKit

@Suite struct ScorecardTests {
    private static func row(
        _ injected: Int, _ found: Int, _ delays: [Double], false falseHazards: Int = 0,
        near: Int = 0
    ) -> Scorecard.Row {
        var row = Scorecard.Row(rule: "r", kind: "lift", severity: "major")
        row.injected = injected
        row.found = found
        row.delays = delays
        row.falseHazards = falseHazards
        row.nearMisses = 5
        row.nearMissesRaised = near
        return row
    }

    private static func card(_ row: Scorecard.Row) -> Scorecard {
        var card = Scorecard()
        card.rows = [row]
        card.healthyHours = ["lift": 500]
        return card
    }

    @Test("delays are told by rank, false hazards by thousand hours")
    func figures() {
        let row = Self.row(5, 4, [1, 2, 3, 10], false: 3)
        #expect(row.missed == 1)
        #expect(row.delay(0.5) == 2 && row.delay(0.95) == 10 && row.delay(1) == 10)
        #expect(Self.row(1, 0, []).delay(0.5) == nil)
        let card = Self.card(row)
        #expect(card.falsePerThousandHours(row) == 6 && card.graveFalseHazards == 3)
    }

    @Test("anything worse than before is told, anything better is not")
    func regressions() {
        let before = Self.card(Self.row(5, 4, [1, 2, 3, 10]))
        func told(_ row: Scorecard.Row) -> Int {
            Self.card(row).regressions(against: before).count
        }
        #expect(told(Self.row(5, 4, [1, 2, 3, 10])) == 0)
        #expect(told(Self.row(5, 5, [1, 1, 1, 1, 1])) == 0)
        #expect(told(Self.row(1, 0, [])) == 0)
        #expect(told(Self.row(5, 3, [1, 2, 3])) == 1)
        #expect(told(Self.row(5, 4, [1, 2, 3, 10.1])) == 1)
        #expect(told(Self.row(5, 4, [1, 2, 3, 10], near: 1)) == 1)
        // A false major hazard is told by itself and in the sum.
        #expect(told(Self.row(5, 4, [1, 2, 3, 10], false: 1)) == 2)
        #expect(told(Self.row(0, 0, [])) == 1)
        // A rule that is gone, a trial that is gone, something unexpected.
        #expect(Scorecard().regressions(against: before).count == 1)
        var more = before
        more.trials = 3
        #expect(before.regressions(against: more).count == 1)
        var surprised = before
        surprised.surprises = [Scorecard.Surprise(trial: "lift/a", rule: "r", seeds: 1)]
        #expect(surprised.regressions(against: before).count == 1)
    }

    @Test("a campaign gives the same card twice, and counts what it made")
    func campaign() throws {
        let rules = try rules()
        var file = try TrialFile.load(
            root.appendingPathComponent("simulators/trials/gondola.yaml").path, rules)
        file.trials.removeAll { !["rope_derailed", "encoder_slips"].contains($0.id) }
        #expect(file.trials.count == 2)
        let campaign = Campaign(rules, [file], seeds: 2, healthyDays: 0)
        let card = try campaign.run { _, _ in }
        #expect(try campaign.run { _, _ in } == card)
        let row = try #require(card.rows.first { $0.rule == "ropeway.derailment" })
        #expect(row.injected == 2 && row.found == 2 && row.delays.count == 2)
        let encoder = try #require(
            card.rows.first { $0.rule == "ropeway.speed_sensors_disagree" })
        #expect(encoder.injected == 2 && encoder.nearMisses == 2)
        #expect(card.rejected == 0 && card.messages > 1_000 && card.surprises.isEmpty)
        // The card survives its file.
        let data = try JSONEncoder().encode(card)
        #expect(try JSONDecoder().decode(Scorecard.self, from: data) == card)
        #expect(card.markdown.contains("| `ropeway.derailment` | critical | 2 | 2 | 0 |"))
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
        let card = try Campaign(book, [trials], seeds: 1, healthyDays: 0).run { _, _ in }
        #expect(card.rows.first { $0.rule == "ropeway.derailment" }?.missed == 1)
    }

    @Test("a capture replays to the hazards that its scenario rehearses to")
    func replay() throws {
        let rules = try rules()
        let scenario = try rules.scenario(
            root.appendingPathComponent("simulators/scenarios/demo.yaml").path)
        let file = NSTemporaryDirectory() + "capture-\(UUID()).jsonl"
        defer { unlink(file) }
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
        let replayed = try rules.replay(capture: file)
        let rehearsed = try rules.rehearse(scenario).findings
        // The demonstration's own file gives the ropeway fewer parameters than its model has.
        let known = Set(replayed.map(\.rule))
        let both = rehearsed.filter { known.contains($0.rule) }
        #expect(both.map(\.rule) == replayed.map(\.rule) && replayed.count >= 11)

        try "{\"at\":1}\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(throws: RuleBook.BadCapture.self) { try rules.replay(capture: file) }
    }
}
