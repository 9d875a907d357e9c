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
    private let start: Instant
    private var line: Line
    private var states: [String: StoredRuleState] = [:]
    private var watermarks: [String: StoredWatermark] = [:]
    /// Rules whose hazard stands.
    private(set) var standing: Set<String> = []

    init(_ plan: SitePlan, at start: Instant) {
        self.plan = plan
        self.start = start
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

    /// Every change so far, by rule.
    private(set) var history: [String: [String]] = [:]

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
            history[change.rule.id, default: []].append(
                "\(change.change.word) @\((change.at - start).nanoseconds / 1_000_000)")
            switch change.change {
            case .raised:
                #expect(!standing.contains(change.rule.id), "\(change.rule.id) is raised twice")
                standing.insert(change.rule.id)
            case .recurred: standing.insert(change.rule.id)
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
        // And nothing has been lost: once everything has come to rest the same stands.
        let last = lift.message(at: (start + .seconds(seconds)).nanoseconds / 1_000_000)
        for _ in 0..<2_000 {
            seconds += 1
            let arrival = start + .seconds(seconds)
            let stamp = arrival.nanoseconds / 1_000_000
            let message = RestlessLift.restamped(last, at: stamp)
            _ = steady.receive(message, at: arrival)
            _ = restarted.receive(message, at: arrival)
        }
        // Repetitions are counted by the register, which this store does not keep.
        func standing(_ line: StoredLine) -> [String] {
            line.standing.filter { !$0.hasPrefix("lift.repeated") }.sorted()
        }
        #expect(standing(restarted) == standing(steady), "seed \(seed)")
    }

    @Test(
        "restarting at any moment leaves the changes of rules that do not look back as they are",
        arguments: UInt64(1)...40)
    func unchanged(seed: UInt64) throws {
        let plan = try Self.planOfKeptDelays()
        let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
        let steady = StoredLine(plan, at: start)
        let restarted = StoredLine(plan, at: start)
        var lift = RestlessLift(seed: seed &+ 1_000)
        for second in 0..<900 {
            let arrival = start + .seconds(Int64(second))
            if lift.random.below(15) == 0 { restarted.restart(at: arrival) }
            let message = lift.message(at: arrival.nanoseconds / 1_000_000)
            _ = steady.receive(message, at: arrival)
            _ = restarted.receive(message, at: arrival)
        }
        #expect(restarted.history == steady.history, "seed \(seed)")
        #expect(steady.history.values.reduce(0) { $0 + $1.count } > 10)
    }

    /// The shipped site with those rules for lifts that do not look back, and with delays only where
    /// they are kept from their first moment, which are the short ones of life-safety rules. Others
    /// are kept once they have run for ten seconds (see TimeTests), so as not to write to the disk
    /// at each stop of a lift.
    private static func planOfKeptDelays() throws -> SitePlan {
        var plan = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path
        ).plan
        for kind in plan.profiles.indices {
            plan.profiles[kind].rules = plan.profiles[kind].rules.compactMap { rule in
                guard case .condition(let when, let until) = rule.watch,
                    plan.profiles[kind].kind == "lift"
                else { return nil }
                let texts = "\([when, until, rule.suppressedWhen].compactMap { $0 })"
                let looksBack = ["rate", "changed", "mean", "min", "count", "held", "age"]
                guard !looksBack.contains(where: { texts.contains("\"\($0)\"") }) else {
                    return nil
                }
                var kept = rule
                kept.inhibitedBy = []
                kept.delay = .fixed(rule.isLifeSafety ? .seconds(7) : .zero)
                kept.clearDelay = .fixed(.zero)
                return kept
            }
        }
        var compiler = Compiler()
        plan.variantOfEquipment = try plan.equipment.map { piece in
            UInt32(
                try compiler.add(plan.profiles[piece.kind], parameters: piece.parameters).get())
        }
        plan.program = compiler.result
        return plan
    }
}
