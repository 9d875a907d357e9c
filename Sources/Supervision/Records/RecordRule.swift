import Detection
public import RuleLanguage
import Timestamps

/// A rule over the papers of a piece of equipment instead of its telemetry.
public struct RecordRule: Sendable, Equatable {
    /// What makes the hazard.
    public enum Check: Sendable, Equatable {
        /// The date comes within so many days.
        case dueWithin(RegistryField, days: Int)
        /// The date has passed; with `usedSince` the equipment must have run after it.
        case passed(RegistryField, usedSince: Bool)
        /// The date lies more than so many days back.
        case olderThan(RegistryField, days: Int)
        /// The last inspection found the equipment unqualified, and it has run since.
        case unqualified
        /// It has run today for some hours and nobody has logged today's trial run.
        case trialRunMissing(afterHours: Int)
        /// A column says nothing.
        case missing([RegistryField])
    }

    /// Id, names, severity, source: like any rule's.
    public var rule: Rule
    /// What makes the hazard.
    public var check: Check
    /// The kinds of equipment that it is for; `nil` for all.
    public var kinds: [String]?

    /// Makes one.
    public init(rule: Rule, check: Check, kinds: [String]?) {
        self.rule = rule
        self.check = check
        self.kinds = kinds
    }
}

extension RecordRule.Check: CustomStringConvertible {
    /// The check in short, for evidence and display.
    public var description: String {
        switch self {
        case .dueWithin(let field, let days): "\(field.rawValue) within \(days) days"
        case .passed(let field, let usedSince):
            "\(field.rawValue) has passed" + (usedSince ? ", and it has run since" : "")
        case .olderThan(let field, let days): "\(field.rawValue) more than \(days) days ago"
        case .unqualified: "inspection_conclusion is unqualified, and it has run since"
        case .trialRunMissing(let hours):
            "ran for \(hours) h today without trial_run_on being today"
        case .missing(let fields):
            "one of \(fields.map(\.rawValue).joined(separator: ", ")) is missing"
        }
    }
}

/// What the papers and the telemetry together say about one piece of equipment on one day.
struct RecordView {
    var record: RegistryRecord
    /// What people have logged, newer than the papers.
    var logged: [RegistryField: CivilDate]
    /// The day on which it last ran, as far as telemetry has shown.
    var lastRun: CivilDate?
    /// When it first ran today.
    var firstRunToday: Instant?
    var today: CivilDate
    var now: Instant

    /// The newer of what the papers say and what was logged.
    func date(_ field: RegistryField) -> CivilDate? {
        guard let logged = logged[field] else { return record.date(field) }
        return max(logged, record.date(field) ?? logged)
    }

    /// Whether the hazard stands; `nil` when nobody can tell, which neither raises nor clears.
    func answer(_ check: RecordRule.Check) -> Bool? {
        switch check {
        case .dueWithin(let field, let days):
            guard let date = date(field) else { return nil }
            let left = date.days(since: today)
            return left >= 0 && left <= days
        case .passed(let field, let usedSince):
            guard let date = date(field) else { return nil }
            guard date < today else { return false }
            return usedSince ? hasRun(after: date) : true
        case .olderThan(let field, let days):
            return date(field).map { today.days(since: $0) > days }
        case .unqualified:
            guard let text = record[.inspectionConclusion],
                let conclusion = InspectionConclusion(rawValue: text), let on = date(.inspectedOn)
            else { return nil }
            // An inspection logged since has another conclusion, which is not on paper yet.
            guard logged[.inspectedOn].map({ $0 <= (record.date(.inspectedOn) ?? $0) }) ?? true
            else { return nil }
            switch conclusion {
            case .qualified, .requalified: return false
            case .unqualified, .unqualifiedAgain: return hasRun(after: on)
            }
        case .trialRunMissing(let hours):
            if date(.trialRunOn) == today { return false }
            // Yesterday's trial run can no longer be made up for: a new day is a new question.
            guard let firstRunToday else { return false }
            return now - firstRunToday >= .seconds(Int64(hours) * 3_600) ? true : false
        case .missing(let fields): return fields.contains { record[$0] == nil }
        }
    }

    private func hasRun(after date: CivilDate) -> Bool? { lastRun.map { $0 > date } }
}
