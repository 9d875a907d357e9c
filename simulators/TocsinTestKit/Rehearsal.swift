import Detection
import Line
public import Simulation

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
    ///
    /// - Throws: `Simulator.Unusable` or `Unfit`, when the scenario cannot be simulated, or not
    ///   with these rules.
    public func rehearse(_ scenario: Scenario) throws -> Outcome {
        try Rehearsal(plan(for: scenario)).run(scenario) { _ in }
    }
}

/// A site's plan, ready to be rehearsed as often as wanted.
struct Rehearsal: Sendable {
    private static let start = Instant(nanoseconds: Simulator.usualStart * 1_000_000)

    private let plan: SitePlan

    init(_ plan: SitePlan) { self.plan = plan }

    /// Runs a scenario with the machines of the plan; `progress` hears the simulated seconds.
    func run(
        _ scenario: Scenario, progress: (Double) -> Void
    ) throws(Simulator.Unusable) -> Outcome {
        var simulator = try Simulator(scenario)
        var listener = Listener(plan, at: Self.start)
        var messages = 0
        while let message = simulator.next() {
            messages += 1
            listener.receive(
                message.payload, topic: message.topic,
                at: Self.start + Duration(nanoseconds: message.arrival))
            progress(Double(message.arrival) / 1e9)
        }
        listener.advance(
            to: Self.start + Duration(nanoseconds: Int64(scenario.duration * 1e9)))
        return Outcome(
            listener.findings, of: scenario.injections, messages: messages,
            rejected: listener.rejected)
    }
}
