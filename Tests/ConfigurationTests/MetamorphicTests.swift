import Configuration
import Detection
import Foundation
import Line
import RuleLanguage
import Supervision
import Testing

/// A story of two lifts: what each says and when, on a timeline that can be moved.
private struct Story {
    struct Message {
        var lift: String
        var milliseconds: Int64
        /// With TS where the time stamp belongs.
        var payload: String
    }

    var messages: [Message] = []

    init(seed: UInt64) {
        var lifts = [RestlessLift(seed: seed), RestlessLift(seed: seed &+ 1_000)]
        var now: Int64 = 0
        for _ in 0..<800 {
            let which = lifts[0].random.below(2)
            now += lifts[0].random.below(80) == 0 ? 70_000 : Int64(lifts[0].random.below(900) + 1)
            messages.append(
                Message(
                    lift: "lift-\(which + 1)", milliseconds: now,
                    payload: lifts[which].message(stamp: "TS")))
        }
    }
}

/// Tells a story to a line and notes every change, without the place on the timeline.
private struct Telling {
    var shift: Int64 = 0
    /// Messages between two commits.
    var batch = 1
    /// Whether somebody looks at the clock before each message.
    var looksOften = false
    var equipmentReversed = false

    static let start: Int64 = 1_767_225_600_000

    func tell(_ story: Story, _ plan: SitePlan) -> [String] {
        var plan = plan
        if equipmentReversed {
            plan.equipment.reverse()
            plan.variantOfEquipment.reverse()
        }
        let start = Self.start + shift
        var line = Line(plan: plan, at: Instant(nanoseconds: start * 1_000_000))
        line.start(at: Instant(nanoseconds: start * 1_000_000))
        var log: [String] = []
        func note(_ changes: [HazardChange]) {
            for change in changes {
                let at = change.at.nanoseconds - start * 1_000_000
                let raised = change.raisedAt.nanoseconds - start * 1_000_000
                let value = change.value.map { "\($0)" } ?? "-"
                log.append(
                    "\(change.equipment) \(change.rule.id) \(change.change) \(at) \(raised) \(value)"
                )
            }
        }
        for (index, message) in story.messages.enumerated() {
            let milliseconds = start + message.milliseconds
            let arrival = Instant(nanoseconds: milliseconds * 1_000_000)
            if looksOften {
                for back in [Int64(40), 7, 1] {
                    line.advance(to: arrival + .milliseconds(-back))
                }
            }
            let payload = message.payload.replacing("TS", with: "\(milliseconds)")
            Array("telemetry/demo/lift/\(message.lift)".utf8).withUnsafeBytes { topic in
                Array(payload.utf8).withUnsafeBytes { payload in
                    line.receive(arrival: arrival, topic: topic, payload: payload)
                }
            }
            if index % batch == batch - 1 { note(line.takeBatch().changes) }
        }
        note(line.takeBatch().changes)
        return log
    }
}

@Suite struct MetamorphicTests {
    private static func plan() throws -> SitePlan {
        try SiteConfiguration.load(root.appendingPathComponent("config/tocsin.yaml").path).plan
    }

    @Test("moving all times moves the changes and nothing else", arguments: UInt64(1)...6)
    func shifted(seed: UInt64) throws {
        let story = Story(seed: seed)
        let plan = try Self.plan()
        let told = Telling().tell(story, plan)
        #expect(told.count > 20)
        let shifts: [Int64] = [1, 34_560_012_345, -259_200_000_007]
        for shift in shifts {
            #expect(Telling(shift: shift).tell(story, plan) == told, "shift \(shift)")
        }
    }

    @Test(
        "how often is committed, and how often somebody looks, changes nothing",
        arguments: UInt64(7)...12)
    func split(seed: UInt64) throws {
        let story = Story(seed: seed)
        let plan = try Self.plan()
        let told = Telling().tell(story, plan)
        #expect(told.count > 20)
        #expect(Telling(batch: 10).tell(story, plan) == told)
        #expect(Telling(batch: 1_000).tell(story, plan) == told)
        #expect(Telling(looksOften: true).tell(story, plan) == told)
    }

    @Test(
        "messages one by one, or several as the rows of one, make the same changes",
        arguments: UInt64(19)...30)
    func rows(seed: UInt64) throws {
        let plan = try Self.plan()
        var lift = RestlessLift(seed: seed)
        let start = Instant(nanoseconds: Telling.start * 1_000_000)
        var single = Line(plan: plan, at: start)
        single.start(at: start)
        var joined = Line(plan: plan, at: start)
        joined.start(at: start)
        var logs: [[String]] = [[], []]
        func receive(_ payload: String, at arrival: Instant, by line: inout Line, _ log: Int) {
            Array("telemetry/demo/lift/lift-1".utf8).withUnsafeBytes { topic in
                Array(payload.utf8).withUnsafeBytes { payload in
                    line.receive(arrival: arrival, topic: topic, payload: payload)
                }
            }
            logs[log] += line.takeBatch().changes.map {
                "\($0.equipment) \($0.rule.id) \($0.change) \(($0.at - start).nanoseconds)"
            }
        }
        var milliseconds: Int64 = 0
        for _ in 0..<300 {
            var rows: [String] = []
            for _ in 0..<1 + lift.random.below(5) {
                milliseconds += Int64(lift.random.below(1_500) + 1)
                rows.append(lift.message(at: Telling.start + milliseconds))
            }
            // The same moment for all: what has not arrived cannot have stopped a delay.
            let arrival = start + .milliseconds(milliseconds)
            for row in rows { receive(row, at: arrival, by: &single, 0) }
            receive("[\(rows.joined(separator: ","))]", at: arrival, by: &joined, 1)
        }
        #expect(logs[0].count > 20)
        #expect(logs[1].sorted() == logs[0].sorted(), "seed \(seed)")
    }

    @Test("the order of the equipment in the file changes no change", arguments: UInt64(13)...18)
    func permuted(seed: UInt64) throws {
        let story = Story(seed: seed)
        let plan = try Self.plan()
        // Two changes at the same instant are reported by equipment, so the order may differ.
        let told = Telling().tell(story, plan).sorted()
        #expect(told.count > 20)
        #expect(Telling(equipmentReversed: true).tell(story, plan).sorted() == told)
    }
}
