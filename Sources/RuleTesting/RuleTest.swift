public import Detection
import Line
public import RuleLanguage
import Supervision
public import Telemetry

/// What a rule ought to do with some readings.
public struct RuleTest: Sendable {
    /// What it claims.
    public var name: String
    /// The rule whose changes are compared.
    public var rule: String
    /// Parameters of the equipment, by name.
    public var parameters: [String: Double]
    /// The time between two messages; the first comes at zero.
    public var interval: Duration
    /// The readings, by signal, in the order of the file.
    public var series: [(signal: String, series: Series)]
    /// By how many seconds the device's clock is ahead of ours, message by message; behind when
    /// negative. Without one it is right.
    public var clock: Series?
    /// How long time goes on; at least to the last message.
    public var end: Duration
    /// The changes that ought to come, in order.
    public var expected: [Event]

    /// A change of the hazard.
    public struct Event: Sendable, Equatable, CustomStringConvertible {
        /// When, counted from the first message.
        public var at: Duration
        /// `raised`, `recurred`, `returned`, `cleared`, `suppressed` or `lapsed`.
        public var word: String

        /// Makes an event.
        public init(at: Duration, word: String) {
            self.at = at
            self.word = word
        }

        /// `raised at 1.5s`.
        public var description: String {
            let seconds = Double(at.nanoseconds) / 1e9
            return seconds == seconds.rounded()
                ? "\(word) at \(Int64(seconds))s" : "\(word) at \(seconds)s"
        }
    }

    /// Makes a test.
    public init(
        name: String, rule: String, parameters: [String: Double], interval: Duration,
        series: [(signal: String, series: Series)], clock: Series? = nil, end: Duration,
        expected: [Event]
    ) {
        self.name = name
        self.rule = rule
        self.parameters = parameters
        self.interval = interval
        self.series = series
        self.clock = clock
        self.end = end
        self.expected = expected
    }
}

/// What a test showed.
public struct RuleTestOutcome: Sendable, Equatable {
    /// The changes that came.
    public var found: [RuleTest.Event]
    /// Whether they are the expected ones.
    public var isPassed: Bool
    /// Expected and found side by side: `  ` both, `- ` expected only, `+ ` found only.
    public var difference: [String]

    init(expected: [RuleTest.Event], found: [RuleTest.Event]) {
        self.found = found
        isPassed = expected == found
        var lines: [String] = []
        var left = expected[...]
        var right = found[...]
        while let first = left.first, let second = right.first {
            if first == second {
                lines.append("  \(first)")
                left.removeFirst()
                right.removeFirst()
            } else if first.at <= second.at {
                lines.append("- \(first)")
                left.removeFirst()
            } else {
                lines.append("+ \(second)")
                right.removeFirst()
            }
        }
        difference = lines + left.map { "- \($0)" } + right.map { "+ \($0)" }
    }
}

extension RuleTest {
    /// Why a test cannot be run: the rules do not compile for its parameters.
    public struct Unrunnable: Error, Sendable {
        /// For people.
        public var message: String
    }

    /// Runs the test through the same line as the agent: payloads are written and decoded.
    ///
    /// - Parameters:
    ///   - profile: the rules of the kind.
    ///   - schema: how the kind writes its signals.
    public func run(_ profile: Profile, _ schema: KindSchema) throws(Unrunnable) -> RuleTestOutcome
    {
        var compiler = Compiler()
        var parameters = parameters
        if parameters["period"] == nil {
            parameters["period"] = Double(interval.nanoseconds) / 1e9
        }
        switch compiler.add(profile, parameters: parameters) {
        case .success: break
        case .failure(let list):
            let problems = list.problems.map { "rule \($0.rule): \($0.diagnostic.message)" }
            throw Unrunnable(message: problems.joined(separator: "; "))
        }
        let template: TopicTemplate
        do throws(TopicTemplate.Invalid) {
            template = try TopicTemplate("{equipment}", needs: [])
        } catch {
            throw Unrunnable(message: error.message)
        }
        let words = BilingualText(english: name, chinese: name)
        let plan = SitePlan(
            site: "test",
            equipment: [
                .init(
                    id: Self.equipment, kind: 0, name: words, topic: Self.equipment,
                    parameters: parameters)
            ],
            schemas: [schema], profiles: [profile], variantOfEquipment: [0],
            program: compiler.result, topicTemplate: template,
            floodStart: SupervisionLimits.floodStart)
        return RuleTestOutcome(expected: expected, found: try events(plan))
    }

    private static let equipment = "it"
    /// An arbitrary start; nothing may depend on it.
    private static let start = Instant(nanoseconds: 1_767_225_600_000_000_000)

    private func events(_ plan: SitePlan) throws(Unrunnable) -> [Event] {
        var line = Line(plan: plan, at: Self.start)
        line.start(at: Self.start)
        var events: [Event] = []
        func take(_ changes: [HazardChange]) {
            events += changes.filter { $0.rule.id == rule }
                .map { Event(at: $0.at - Self.start, word: $0.change.word) }
        }
        let steps = series.map(\.series.samples.count).max() ?? 0
        for step in 0..<steps {
            let arrival =
                Self.start + Duration(nanoseconds: interval.nanoseconds * Int64(step))
            guard let payload = payload(step, at: arrival) else { continue }
            Array(Self.equipment.utf8).withUnsafeBytes { topic in
                payload.withUnsafeBytes { payload in
                    line.receive(arrival: arrival, topic: topic, payload: payload)
                }
            }
            take(line.takeBatch().changes)
        }
        // A typing error must not make a test that nothing can fail.
        if line.counters.rejected > 0 || line.counters.suspectReadings > 0 {
            throw Unrunnable(message: "a value of the series is outside of its signal's range")
        }
        line.advance(to: Self.start + end)
        take(line.takeBatch().changes)
        return events
    }

    /// The message of a step; `nil` when no signal has a sample there.
    private func payload(_ step: Int, at time: Instant) -> [UInt8]? {
        var fields: [String] = []
        for (signal, series) in series where series.samples.indices.contains(step) {
            switch series.samples[step] {
            case .absent: break
            case .missing: fields.append("\"\(signal)\":null")
            case .value(let value): fields.append("\"\(signal)\":\(value)")
            }
        }
        guard !fields.isEmpty else { return nil }
        var time = time
        if let clock, clock.samples.indices.contains(step),
            case .value(let seconds) = clock.samples[step]
        {
            time = time + Duration(nanoseconds: Int64((seconds * 1e9).rounded()))
        }
        let milliseconds = time.nanoseconds / 1_000_000
        let fraction = String(time.nanoseconds % 1_000_000 + 1_000_000).dropFirst()
        return Array(
            "{\"ts\":\(milliseconds).\(fraction),\(fields.joined(separator: ","))}".utf8)
    }
}
