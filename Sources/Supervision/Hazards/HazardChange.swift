public import Detection
public import Ledger
public import RuleLanguage
import Timestamps

/// A change in the life of one hazard, with names instead of indices.
public struct HazardChange: Sendable {
    /// The site.
    public var site: String
    /// The equipment's id.
    public var equipment: String
    /// The rule.
    public var rule: Rule
    /// What happened.
    public var change: Change
    /// When, on the rule's timeline.
    public var at: Instant
    /// When the line knew.
    public var decided: Instant
    /// Since when the hazard stands.
    public var raisedAt: Instant
    /// The leading signal's value; `nil` when unknown or when the rule watches silence.
    public var value: Double?
    /// What else the equipment said when it happened, by signal, for whoever comes to help.
    public var signals: [(name: String, value: Double)] = []
    /// What was read when it happened, as canonical JSON; `nil` when nothing is kept.
    public var evidence: [UInt8]?

    /// Groups a change.
    public init(
        site: String, equipment: String, rule: Rule, change: Change, at: Instant,
        decided: Instant, raisedAt: Instant, value: Double?, evidence: [UInt8]? = nil
    ) {
        self.site = site
        self.equipment = equipment
        self.rule = rule
        self.change = change
        self.at = at
        self.decided = decided
        self.raisedAt = raisedAt
        self.value = value
        self.evidence = evidence
    }

    /// Whether this change is evidence; a running delay is not.
    public var isEvidence: Bool { change != .timing }

    /// Whether it concerns the emergency platform: what is suppressed by design does not.
    public var isAlert: Bool {
        switch change {
        case .raised, .recurred, .returned, .cleared: true
        case .timing, .suppressed, .lapsed: false
        }
    }

    /// The hazard's id: the same for all changes of one hazard, the same in every replay.
    public var hazardID: String {
        "\(site)/\(equipment)/\(rule.id)/\(RFC3339.format(raisedAt))"
    }

    /// The id of this change: names the ledger entry and the alert, so that doing it again after
    /// a crash adds nothing and a receiver can tell a repetition.
    public var id: String { "\(hazardID)#\(change.word)@\(RFC3339.format(at))" }

    /// The line that `tocsin replay` prints for this change.
    public var report: JSONValue {
        .object([
            ("at", .text(RFC3339.format(at))),
            ("equipment", .text(equipment)),
            ("rule", .text(rule.id)),
            ("state", .text(change.word)),
            ("severity", .text(rule.severity.rawValue)),
            ("value", value.map { .number($0) } ?? .null),
            ("hazard", .text(hazardID)),
        ])
    }

    /// The ledger entry.
    public var entry: LedgerEntry {
        LedgerEntry(
            id: id, kind: "hazard." + change.word, equipment: equipment, actor: "agent",
            body: .object(fields + [("raised_at", .text(RFC3339.format(raisedAt)))]),
            evidence: evidence)
    }

    /// The alert to the emergency platform.
    public var alert: Alert {
        Alert(
            id: id, equipment: equipment, state: change.word,
            stands: change == .raised || change == .recurred || change == .returned,
            hazard: hazardID, time: at, data: .object(fields))
    }

    /// The alert that somebody has seen the hazard. Who it was stays in the ledger.
    public func acknowledgement(at time: Instant) -> Alert {
        var seen = fields
        for index in seen.indices where seen[index].name == "state" {
            seen[index].value = .text("acknowledged")
        }
        return Alert(
            id: "\(hazardID)#acknowledged@\(RFC3339.format(time))", equipment: equipment,
            state: "acknowledged", stands: true, hazard: hazardID, time: time,
            data: .object(seen))
    }

    private var fields: [(name: String, value: JSONValue)] {
        [
            ("site", .text(site)),
            ("equipment", .text(equipment)),
            ("hazard", .text(hazardID)),
            ("rule", .text(rule.id)),
            ("state", .text(change.word)),
            ("severity", .text(rule.severity.rawValue)),
            (
                "title",
                .object([("en", .text(rule.title.english)), ("zh", .text(rule.title.chinese))])
            ),
            (
                "guidance",
                .object([
                    ("en", .text(rule.guidance.english)), ("zh", .text(rule.guidance.chinese)),
                ])
            ),
            ("life_safety", .boolean(rule.isLifeSafety)),
            ("listing_candidate", .boolean(rule.isListingCandidate)),
            ("condition", .text(rule.text)),
            ("source", .text(rule.source)),
            ("confidence", .text(rule.confidence.rawValue)),
            ("at", .text(RFC3339.format(at))),
            ("decided", .text(RFC3339.format(decided))),
            ("value", value.map { .number($0) } ?? .null),
        ]
            + (signals.isEmpty
                ? [] : [("signals", .object(signals.map { ($0.name, .number($0.value)) }))])
    }
}

/// A message about a hazard, for the emergency platform.
public struct Alert: Sendable {
    /// Stable id: a repetition has the same.
    public var id: String
    /// The equipment.
    public var equipment: String
    /// What happened: `raised`, `recurred`, `returned`, `acknowledged` or `cleared`.
    public var state: String
    /// Whether the hazard stands after this.
    public var stands: Bool
    /// The hazard it is about.
    public var hazard: String
    /// When it happened.
    public var time: Instant
    /// The hazard's fields.
    public var data: JSONValue

    /// Makes an alert.
    public init(
        id: String, equipment: String, state: String, stands: Bool, hazard: String,
        time: Instant, data: JSONValue
    ) {
        self.id = id
        self.equipment = equipment
        self.state = state
        self.stands = stands
        self.hazard = hazard
        self.time = time
        self.data = data
    }
}

extension Change {
    /// The word used in entries, alerts and reports.
    public var word: String {
        switch self {
        case .timing: "timing"
        case .raised: "raised"
        case .recurred: "recurred"
        case .returned: "returned"
        case .cleared: "cleared"
        case .suppressed: "suppressed"
        case .lapsed: "lapsed"
        }
    }
}
