import Configuration
import Detection
import Foundation
import Line
import RuleLanguage
import Supervision
import Testing

/// A line with a store of what it committed, as the ledger keeps it, that can be started again
/// from the store alone.
private final class StoredLine {
    private let plan: SitePlan
    private var line: Line
    private var states: [String: StoredRuleState] = [:]
    private var watermarks: [String: StoredWatermark] = [:]
    /// Rules whose hazard stands.
    private(set) var standing: Set<String> = []

    init(_ plan: SitePlan, at start: Instant) {
        self.plan = plan
        line = Line(plan: plan, at: start)
        line.start(at: start)
    }

    func restart(at now: Instant) {
        line = Line(plan: plan, at: now)
        line.restore(
            StoredState(
                states: states.keys.sorted().compactMap { states[$0] },
                watermarks: watermarks.keys.sorted().compactMap { watermarks[$0] }))
        #expect(line.homeless.isEmpty)
        line.start(at: now)
    }

    /// Takes a message in and commits; returns the rules that changed.
    func receive(_ payload: String, at arrival: Instant) -> [String] {
        Array("telemetry/demo/lift/lift-1".utf8).withUnsafeBytes { topic in
            Array(payload.utf8).withUnsafeBytes { payload in
                line.receive(arrival: arrival, topic: topic, payload: payload)
            }
        }
        let (batch, all) = line.takeBatch()
        // The other equipment says nothing and is silent, counted from the start.
        let changes = all.filter { $0.equipment == "lift-1" }
        for state in batch.states where state.equipment == "lift-1" { states[state.rule] = state }
        for watermark in batch.watermarks { watermarks[watermark.equipment] = watermark }
        for change in changes {
            switch change.change {
            case .raised, .recurred: standing.insert(change.rule.id)
            case .returned, .cleared, .lapsed: standing.remove(change.rule.id)
            case .timing, .suppressed: break
            }
        }
        return changes.map(\.rule.id)
    }
}

@Suite struct RestartTests {
    @Test(
        "a restart from what was committed raises nothing that does not stand, and ends nothing that does",
        arguments: UInt64(1)...40)
    func restarts(seed: UInt64) throws {
        let plan = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path
        ).plan
        let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
        let steady = StoredLine(plan, at: start)
        let restarted = StoredLine(plan, at: start)
        var lift = RestlessLift(seed: seed)
        var seconds: Int64 = 0
        var raises = 0
        for _ in 0..<600 {
            seconds += lift.random.below(60) == 0 ? Int64(lift.random.below(200)) : 1
            let arrival = start + .seconds(seconds)
            if lift.random.below(20) == 0 { restarted.restart(at: arrival) }
            let message = lift.message(at: arrival.nanoseconds / 1_000_000)
            _ = steady.receive(message, at: arrival)
            // A message can end a hazard and raise it anew; what counts is how it leaves it.
            for rule in Set(restarted.receive(message, at: arrival)).sorted() {
                let stands = restarted.standing.contains(rule)
                if stands { raises += 1 }
                #expect(
                    steady.standing.contains(rule) == stands,
                    "seed \(seed), \(seconds) s: \(rule) \(stands ? "stands" : "is over")")
            }
        }
        #expect(raises > 0)
    }
}
