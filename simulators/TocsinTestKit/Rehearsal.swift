import Detection
import Line
import RuleLanguage
public import Simulation
import Supervision

/// A hazard that was raised.
public struct Finding: Sendable, Equatable {
    /// The equipment's id.
    public var equipment: String
    /// The rule's id.
    public var rule: String
    /// `info`, `warning`, `major` or `critical`.
    public var severity: String
    /// Seconds from the start to the moment at which the line knew of it.
    public var at: Double

    /// Describes a finding.
    public init(equipment: String, rule: String, severity: String, at: Double) {
        self.equipment = equipment
        self.rule = rule
        self.severity = severity
        self.at = at
    }

    /// Whether people may be in danger at once: major or critical.
    public var isGrave: Bool { severity == "major" || severity == "critical" }
}

/// What the rules found in a simulated site.
public struct Outcome: Sendable {
    /// Every hazard that was raised, in order.
    public var findings: [Finding]
    /// What had to be found, and what became of it.
    public var checks: [Check]
    /// Hazards that nothing in the scenario explains.
    public var unexpected: [Finding]
    /// Messages that the line took.
    public var messages: Int
    /// Messages that the line could not take; 0 unless a model writes what the kind does not know.
    public var rejected: Int

    /// One hazard that had to be found.
    public struct Check: Sendable, Equatable {
        /// What was wrong, in words.
        public var title: String
        /// Where.
        public var equipment: String
        /// The rule that had to find it.
        public var rule: String
        /// Seconds within which it had to.
        public var within: Double
        /// Seconds from the beginning of what was wrong to the hazard; `nil` when it was missed.
        public var delay: Double?
    }

    /// What was not found, or too late.
    public var missed: [Check] { checks.filter { $0.delay == nil } }

    /// Whether all was found in time and nothing else.
    public var isPerfect: Bool { missed.isEmpty && unexpected.isEmpty }

    /// The hazards of one rule.
    public func hazards(of rule: String) -> [Finding] { findings.filter { $0.rule == rule } }
}

extension Outcome {
    /// Holds what was found against what was wrong.
    public init(
        _ findings: [Finding], of injections: [Injection], messages: Int, rejected: Int
    ) {
        self.findings = findings
        self.messages = messages
        self.rejected = rejected
        var explained = [Bool](repeating: false, count: findings.count)
        var checks: [Check] = []
        for injection in injections {
            let own = findings.indices.filter {
                findings[$0].equipment == injection.unit && findings[$0].at >= injection.at
            }
            for expectation in injection.expects {
                let found = own.first {
                    findings[$0].rule == expectation.rule
                        && findings[$0].at <= injection.at + expectation.within
                }
                checks.append(
                    Check(
                        title: injection.title, equipment: injection.unit,
                        rule: expectation.rule, within: expectation.within,
                        delay: found.map { findings[$0].at - injection.at }))
            }
            // While something is wrong its hazards may come again, and its consequences a little
            // after it has been mended.
            let rules = injection.expects.map(\.rule) + injection.allows
            for index in own
            where rules.contains(findings[index].rule)
                && findings[index].at <= injection.at + injection.lasts + injection.after
            {
                explained[index] = true
            }
        }
        self.checks = checks
        unexpected = findings.indices.filter { !explained[$0] }.map { findings[$0] }
    }
}

extension RuleBook {
    /// Simulates a site and puts its messages through the agent's own line, at once.
    ///
    /// The same scenario and rules give the same outcome, on any machine.
    public func rehearse(_ scenario: Scenario) throws -> Outcome {
        try rehearse(scenario, with: Rehearsal(plan(for: scenario)))
    }

    func rehearse(_ scenario: Scenario, with rehearsal: Rehearsal) throws -> Outcome {
        var simulator = try Simulator(scenario)
        var run = rehearsal.run()
        while let message = simulator.next() { run.receive(message) }
        return Outcome(
            run.finish(at: scenario.duration), of: scenario.injections,
            messages: run.messages, rejected: run.rejected)
    }
}

/// A site's plan, ready to be run as often as wanted.
struct Rehearsal: Sendable {
    private let plan: SitePlan

    init(_ plan: SitePlan) { self.plan = plan }

    func run() -> Run { Run(plan) }

    /// A line that listens to a simulation.
    struct Run: ~Copyable {
        private static let start = Instant(nanoseconds: Simulator.usualStart * 1_000_000)

        private let plan: SitePlan
        private var line: Line
        private var findings: [Finding] = []
        private(set) var messages = 0

        fileprivate init(_ plan: SitePlan) {
            self.plan = plan
            line = Line(plan: plan, at: Self.start)
            line.start(at: Self.start)
        }

        var rejected: Int { Int(line.counters.rejected) }

        mutating func receive(_ message: SimulatedMessage) {
            messages += 1
            var topic = plan.equipment[message.unit].topic
            topic.withUTF8 { topic in
                message.payload.withUnsafeBytes { payload in
                    line.receive(
                        arrival: Self.start + Duration(nanoseconds: message.arrival),
                        topic: UnsafeRawBufferPointer(topic), payload: payload)
                }
            }
            if line.hasChanges { collect() }
        }

        /// Lets time go on to the end; returns all that was found.
        mutating func finish(at seconds: Double) -> [Finding] {
            line.advance(to: Self.start + Duration(nanoseconds: Int64(seconds * 1e9)))
            if line.hasChanges { collect() }
            return findings
        }

        private mutating func collect() {
            findings += line.takeBatch().changes.compactMap { Finding($0, since: Self.start) }
        }
    }
}
