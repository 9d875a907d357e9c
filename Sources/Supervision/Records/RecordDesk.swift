public import Detection
import Ledger
public import RuleLanguage
public import Timestamps

/// Something known about a piece of equipment that must survive a restart and is no rule's state:
/// when it last ran, what has been logged as done.
public struct StoredFact: Sendable, Equatable {
    /// The equipment's id.
    public var equipment: String
    /// What about: `ran`, or a column of the registry.
    public var name: String
    /// The day.
    public var date: CivilDate
    /// The moment, where there is one; else when that day began.
    public var at: Instant

    /// Notes a fact.
    public init(equipment: String, name: String, date: CivilDate, at: Instant) {
        self.equipment = equipment
        self.name = name
        self.date = date
        self.at = at
    }
}

/// Judges the papers of a site: once a day, and when something that matters has happened.
///
/// Pure: what happens comes in with its time. What it finds are hazards like any other, which the
/// register of hazards keeps.
public struct RecordDesk: Sendable {
    private let site: String
    private let calendar: WorkCalendar
    private let registry: Registry
    private let rules: [RecordRule]
    private let equipment: [(id: String, kind: String)]
    private var logged: [String: [RegistryField: CivilDate]] = [:]
    private var runs: [String: (date: CivilDate, first: Instant)] = [:]

    /// When the papers have to be judged next.
    public private(set) var nextDue: Instant

    /// The fact that equipment has run on a day.
    public static let ran = "ran"

    /// Makes a desk that judges at once.
    public init(
        site: String, calendar: WorkCalendar, registry: Registry, rules: [RecordRule],
        equipment: [(id: String, kind: String)]
    ) {
        self.site = site
        self.calendar = calendar
        self.registry = registry
        self.rules = rules
        self.equipment = equipment
        nextDue = rules.isEmpty ? .never : .distantPast
    }

    /// The rule with this id.
    public func rule(_ id: String) -> Rule? { rules.first { $0.rule.id == id }?.rule }

    /// Goes on with another configuration: everything is judged anew.
    public mutating func takeFacts(of old: RecordDesk) {
        logged = old.logged
        runs = old.runs
    }

    /// Takes stored facts back.
    public mutating func restore(_ facts: [StoredFact]) {
        for fact in facts {
            if fact.name == Self.ran {
                runs[fact.equipment] = (fact.date, fact.at)
            } else if let field = RegistryField(rawValue: fact.name) {
                logged[fact.equipment, default: [:]][field] = fact.date
            }
        }
    }

    /// Whether it is on record already that a piece of equipment has run today.
    public func hasRun(_ equipment: String, on date: CivilDate) -> Bool {
        runs[equipment]?.date == date
    }

    /// Telemetry shows that a piece of equipment runs: on record once a day.
    public mutating func noteRun(
        of equipment: String, at now: Instant, into batch: inout CommitBatch
    ) {
        let today = calendar.date(of: now)
        guard !hasRun(equipment, on: today) else { return }
        runs[equipment] = (today, now)
        batch.facts.append(
            StoredFact(equipment: equipment, name: Self.ran, date: today, at: now))
        batch.entries.append(
            LedgerEntry(
                id: "\(site)/\(equipment)#ran@\(today)", kind: "equipment.ran",
                equipment: equipment, actor: "agent",
                body: .object([
                    ("date", .text("\(today)")), ("at", .text(RFC3339.format(now))),
                ])))
        // What depends on use may stand now, and the trial run is due in some hours.
        nextDue = min(nextDue, now)
    }

    /// A person logs that something was done on a day.
    public mutating func log(
        _ field: RegistryField, of equipment: String, on date: CivilDate, _ word: Word,
        into batch: inout CommitBatch
    ) throws(Refusal) {
        try word.check()
        guard RegistryField.loggable.contains(field) else {
            let words = RegistryField.loggable.map(\.rawValue).joined(separator: ", ")
            throw Refusal("\(field.rawValue) is changed in the registry; logged are \(words)")
        }
        guard self.equipment.contains(where: { $0.id == equipment }) else {
            throw Refusal("there is no equipment \(equipment)")
        }
        guard date <= calendar.date(of: word.at) else {
            throw Refusal("\(date) has not come yet: log what has been done")
        }
        if let earlier = logged[equipment]?[field], earlier > date {
            throw Refusal("\(field.rawValue) of \(equipment) is on record for \(earlier) already")
        }
        logged[equipment, default: [:]][field] = date
        batch.facts.append(
            StoredFact(
                equipment: equipment, name: field.rawValue, date: date,
                at: date.start(offset: calendar.offset)))
        batch.entries.append(
            LedgerEntry(
                id: "\(site)/\(equipment)#\(field.rawValue)=\(date)@\(RFC3339.format(word.at))",
                kind: "record.logged", equipment: equipment, actor: word.actor,
                body: .object([
                    ("what", .text(field.rawValue)), ("date", .text("\(date)")),
                    ("reason", .text(word.reason)), ("at", .text(RFC3339.format(word.at))),
                ])))
        nextDue = min(nextDue, word.at)
    }

    /// Judges what is due.
    ///
    /// - Parameter standing: the phase of the hazard at a place; `nil` when none stands.
    /// - Returns: the changes, for the register of hazards.
    public mutating func advance(
        to time: Instant, standing: (HazardPlace) -> HazardRecord?
    ) -> [HazardChange] {
        guard nextDue <= time else { return [] }
        let today = calendar.date(of: time)
        var next = today.end(offset: calendar.offset)
        var changes: [HazardChange] = []
        for (id, kind) in equipment {
            let run = runs[id]
            let view = RecordView(
                record: registry[id] ?? RegistryRecord(equipment: id), logged: logged[id] ?? [:],
                lastRun: run?.date, firstRunToday: run?.date == today ? run?.first : nil,
                today: today, now: time)
            for rule in rules where rule.kinds?.contains(kind) ?? true {
                if case .trialRunMissing(let hours) = rule.check, let first = view.firstRunToday {
                    let due = first + .hours(Int64(hours))
                    if due > time { next = min(next, due) }
                }
                guard let stands = view.answer(rule.check) else { continue }
                let record = standing(HazardPlace(equipment: id, rule: rule.rule.id))
                if var change = change(of: rule.rule, on: id, stands, record, at: time) {
                    if change.change == .raised || change.change == .recurred {
                        change.evidence = view.evidence(of: change)
                    }
                    changes.append(change)
                }
            }
        }
        nextDue = rules.isEmpty ? .never : next
        return changes
    }

    private func change(
        of rule: Rule, on equipment: String, _ stands: Bool, _ record: HazardRecord?,
        at time: Instant
    ) -> HazardChange? {
        let what: Change
        switch (stands, record?.phase) {
        case (true, nil): what = .raised
        case (true, .returned): what = .recurred
        case (false, .raised), (false, .returned): what = .cleared
        case (true, .raised), (true, .suppressed), (false, .suppressed), (false, nil): return nil
        }
        return HazardChange(
            site: site, equipment: equipment, rule: rule, change: what, at: time, decided: time,
            raisedAt: record?.raisedAt ?? time, value: nil)
    }
}
