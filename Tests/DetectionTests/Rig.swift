import RuleLanguage

@testable import Detection

/// A bench for engine stories: rules as text, readings by name, time in milliseconds.
///
/// Equipment 0 and 1 are of one kind with the signals `x`, `y` (numbers) and `flag`, `other`
/// (booleans), silent after 10 s, clock limit 30 s.
final class Rig {
    struct RuleText {
        var when = "x > 10"
        var until: String?
        var delay: Int64 = 0
        var clearDelay: Int64 = 0
        var accumulates = false
        var clearing = Clearing.automatic
        var silence: Int64?
        var suppressed: String?
        /// Numbers of earlier rules.
        var causes: [Int] = []
    }

    static let vocabulary = Vocabulary(
        signals: [
            .init(name: "x", type: .number(unit: "m/s"), period: 0.005),
            .init(name: "y", type: .number(unit: "m/s")),
            .init(name: "flag", type: .boolean), .init(name: "other", type: .boolean),
        ],
        parameters: [.init(name: "limit", type: .number(unit: "m/s"))],
        curves: [
            curve("plus", [(0.2, 6), (1, 6), (2, 4), (4, 4), (5, 3), (11.8, 3), (12, 2.5)]),
            curve("down", [(0.2, 6), (1, 6), (2, 4), (4, 4), (5, 3), (11.8, 3), (12, 2)]),
            curve("minus", [(0.2, 2), (0.5, 1.5)]), curve("side", [(0.2, 3), (1, 3), (2, 2)]),
            curve("up", [(0.2, 2), (0.5, 1.5), (4, 1.5), (7, 1.1)]),
            curve("reduced", [(0.2, 5), (1.5, 5), (2, 4), (2.5, 2)]),
            curve("short", [(0.02, 5), (0.05, 4), (0.05001, 3), (0.2, 2), (0.4, 1)]),
        ])

    static func curve(_ id: String, _ points: [(Double, Double)]) -> Curve {
        Curve(
            id: id, title: BilingualText(english: id, chinese: id), unit: "m/s",
            points: points.map { .init(duration: $0.0, limit: $0.1) }, source: "test",
            confidence: .engineering)
    }

    /// An arbitrary start, so that nothing works only because time begins at zero.
    static let start = Instant(nanoseconds: 1_700_000_000_000_000_000)

    private let memory: UnsafeMutableRawBufferPointer
    private var engine: Engine
    private(set) var log: [String] = []
    private let ruleCount: Int
    /// How often a running delay was reported for keeping.
    private(set) var timings = 0

    /// Whether messages always take the long way.
    private let isThorough: Bool

    init(_ rules: [RuleText], equipment: Int = 1, isThorough: Bool = false) {
        ruleCount = rules.count
        self.isThorough = isThorough
        let profile = Profile(
            kind: "test", vocabulary: Self.vocabulary,
            rules: rules.enumerated().map { Self.rule($1, id: "r\($0)") },
            silentAfter: .seconds(10), skewLimit: .seconds(30))
        var compiler = Compiler()
        guard case .success = compiler.add(profile, parameters: ["limit": 10]) else {
            preconditionFailure("the rig's rules compile")
        }
        let program = compiler.result
        let variants = [UInt32](repeating: 0, count: equipment)
        memory = .allocate(
            byteCount: Engine.bytes(for: program, variantOf: variants), alignment: 64)
        engine = Engine(
            program: program, variantOf: variants, in: memory, startingAt: Self.start)
        engine.resume(at: Self.start)
    }

    deinit { memory.deallocate() }

    static func rule(_ text: RuleText, id: String) -> Rule {
        func parse(_ text: String) -> Expression {
            guard case .success(let expression) = Parser.parse(text) else {
                preconditionFailure("\(text) does not parse")
            }
            precondition(Checker.check(condition: expression, in: vocabulary).isEmpty, text)
            return expression
        }
        let words = BilingualText(english: id, chinese: id)
        return Rule(
            id: id, title: words, guidance: words,
            watch: text.silence == nil
                ? .condition(when: parse(text.when), until: text.until.map(parse)) : .silence,
            delay: .fixed(.milliseconds(text.silence ?? text.delay)),
            clearDelay: .fixed(.milliseconds(text.clearDelay)), accumulates: text.accumulates,
            clearing: text.clearing, severity: .major, isLifeSafety: false,
            isListingCandidate: false, source: "test", confidence: .engineering, text: text.when,
            suppressedWhen: text.suppressed.map(parse),
            inhibitedBy: text.causes.map { "r\($0)" })
    }

    static func at(_ milliseconds: Int64) -> Instant { start + .milliseconds(milliseconds) }

    /// Feeds readings; `nil` is a missing value. Arrival is `event` unless given.
    @discardableResult
    func feed(
        _ readings: [(String, Double?)], at event: Int64, arrival: Int64? = nil,
        sequence: Int64? = nil, hasStamp: Bool = true, on device: Int = 0
    ) -> Verdict {
        let arrival = Self.at(arrival ?? event)
        pass(to: arrival)
        let cells = readings.map { name, value in
            let slot = UInt16(Self.vocabulary.slot(of: name) ?? 0)
            return value.map { Cell(slot: slot, value: $0) } ?? Cell(slot: slot, lacking: .missing)
        }
        let stamp = hasStamp ? Self.at(event) : nil
        let verdict =
            isThorough
            ? engine.takeThoroughly(
                device, arrival: arrival, stamp: stamp, sequence: sequence, cells: cells.span)
            : engine.take(
                device, arrival: arrival, stamp: stamp, sequence: sequence, cells: cells.span)
        take()
        return verdict
    }

    /// Feeds readings at a fraction of a millisecond.
    func feed(_ readings: [(String, Double)], atMicroseconds event: Int64) {
        let instant = Self.start + Duration(nanoseconds: event * 1_000)
        pass(to: instant)
        let cells = readings.map { name, value in
            Cell(slot: UInt16(Self.vocabulary.slot(of: name) ?? 0), value: value)
        }
        _ = engine.take(0, arrival: instant, stamp: instant, sequence: nil, cells: cells.span)
        take()
    }

    /// Feeds one message of several rows of `x`; a row's time may be missing.
    func feed(rows: [(at: Int64?, x: Double)], arrival: Int64, sequence: Int64? = nil) {
        pass(to: arrival)
        let newest = rows.last?.at.map { Self.at($0) }
        let admission = engine.admit(
            0, arrival: Self.at(arrival), newest: newest, sequence: sequence)
        for row in rows {
            let cells = [Cell(slot: UInt16(Self.vocabulary.slot(of: "x") ?? 0), value: row.x)]
            _ = engine.feed(0, admission, stamp: row.at.map { Self.at($0) }, cells: cells.span)
            take()
        }
    }

    /// When the engine next asks to be advanced, at most a minute on.
    func nextLook(at milliseconds: Int64) -> Instant {
        engine.nextDeadline(after: Self.at(milliseconds), within: .seconds(60))
    }

    /// Lets time pass without messages.
    func pass(to milliseconds: Int64) { pass(to: Self.at(milliseconds)) }

    private func pass(to instant: Instant) {
        while !engine.advance(to: instant) { take() }
        take()
    }

    func acknowledge(_ rule: Int = 0, at milliseconds: Int64) -> CommandOutcome {
        defer { take() }
        return engine.acknowledge(rule, on: 0, at: Self.at(milliseconds))
    }

    func release(_ rule: Int = 0, at milliseconds: Int64) -> CommandOutcome {
        defer { take() }
        return engine.release(rule, on: 0, at: Self.at(milliseconds))
    }

    var counters: EngineCounters { engine.counters }

    func state(_ rule: Int = 0) -> RuleState { engine.state(of: rule, on: 0) }

    func watermark() -> Watermark { engine.watermark(of: 0) }

    func restart(from other: Rig, at milliseconds: Int64) {
        for rule in 0..<ruleCount { engine.restore(other.state(rule), of: rule, on: 0) }
        engine.restore(other.watermark(), on: 0, at: Self.at(milliseconds))
        for slot in 0..<Self.vocabulary.signals.count {
            if let seen = other.engine.lastSeen(slot, on: 0) {
                engine.restore(seen: seen, in: slot, on: 0)
            }
        }
        engine.resume(at: Self.at(milliseconds))
    }

    /// What was reported since the last call: `r0 raised @1500`.
    func takeLog() -> [String] {
        defer { log = [] }
        return log
    }

    private func take() {
        engine.takeTransitions { transition in
            guard transition.change != .timing else {
                timings += 1
                return
            }
            let time = (transition.at - Self.start).nanoseconds
            let text =
                time % 1_000_000 == 0
                ? "\(time / 1_000_000)" : "\(Double(time) / 1e6)"
            let device = transition.equipment == 0 ? "" : "\(transition.equipment):"
            log.append("\(device)r\(transition.rule) \(transition.change) @\(text)")
        }
    }
}
