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
        let homeless = line.restore(
            states: states.keys.sorted().compactMap { states[$0] },
            watermarks: watermarks.keys.sorted().compactMap { watermarks[$0] })
        #expect(homeless.isEmpty)
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
            case .returned, .cleared: standing.remove(change.rule.id)
            case .timing: break
            }
        }
        return changes.map(\.rule.id)
    }
}

/// A lift that does anything, one message at a time; every message has every signal.
private struct RestlessLift {
    var random: SplitMix
    private var values: [String: String] = [
        "car.speed": "0", "car.doorZone": "true", "door.car": "\"closed\"",
        "car.passenger": "false", "motor.run": "false", "car.serviceMode": "\"normal\"",
        "sw.finalUp": "false", "chain.doorLock": "true", "car.load": "10",
        "car.levelError": "0",
    ]

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func message(at milliseconds: Int64) -> String {
        let choices: [(String, [String])] = [
            ("car.speed", ["0", "0.2", "1.7", "2.6"]), ("car.doorZone", ["true", "false"]),
            ("door.car", ["\"closed\"", "\"open\"", "\"locked\"", "null"]),
            ("car.passenger", ["true", "false"]), ("motor.run", ["true", "false"]),
            ("sw.finalUp", ["true", "false", "false", "false"]),
            ("chain.doorLock", ["true", "false"]), ("car.load", ["10", "105", "130"]),
            ("car.levelError", ["0", "30", "-60"]),
        ]
        for (name, words) in choices where random.below(25) == 0 {
            values[name] = words[random.below(words.count)]
        }
        let fields = values.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        return "{\"ts\":\(milliseconds),\(fields.joined(separator: ","))}"
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
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
