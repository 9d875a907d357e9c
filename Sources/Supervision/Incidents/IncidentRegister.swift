public import Detection
public import Ledger
import RuleLanguage
import Timestamps

/// Which rules of a kind of equipment say that people are held.
public struct IncidentPlan: Sendable, Equatable {
    /// The kind of equipment.
    public var kind: String
    /// Which limits hold.
    public var place: HoldingPlace
    /// Rules whose hazards mean that people are held.
    public var rules: [String]
    /// The signal that counts them; `nil` when the kind has none.
    public var personsSignal: String?

    /// Makes a plan.
    public init(kind: String, place: HoldingPlace, rules: [String], personsSignal: String?) {
        self.kind = kind
        self.place = place
        self.rules = rules
        self.personsSignal = personsSignal
    }
}

/// The clocks of people who are held.
///
/// Pure: what happens comes in with its time, what has to be committed goes out into a batch.
public struct IncidentRegister: Sendable {
    private let site: String
    private let calendar: WorkCalendar
    private let places: [String: HoldingPlace]
    private var incidents: [String: Incident] = [:]
    /// Incidents that are not closed, oldest first.
    private var open: [String] = []
    /// Hazards that hold people now.
    private var standing: [String: Set<String>] = [:]
    private var last: String?

    /// When the next clock runs out; `never` when none runs.
    public private(set) var nextDue = Instant.never

    /// The name of an incident's story in the ledger.
    public static func thread(of incident: String) -> String { "incident/\(incident)" }

    /// Makes an empty register.
    public init(site: String, calendar: WorkCalendar, plans: [IncidentPlan]) {
        self.site = site
        self.calendar = calendar
        var places: [String: HoldingPlace] = [:]
        for plan in plans {
            for rule in plan.rules { places[rule] = plan.place }
        }
        self.places = places
    }

    /// Incidents that are not closed, oldest first.
    public var openIncidents: [Incident] { open.compactMap { incidents[$0] } }

    /// Equipment on which people are held.
    public var equipmentWithPeople: [String] {
        openIncidents.filter(\.isRunning).map(\.equipment)
    }

    /// Goes on with another configuration.
    public mutating func takeCases(of old: IncidentRegister) {
        incidents = old.incidents
        open = old.open
        standing = old.standing
        last = old.last
        schedule()
    }

    /// Takes the entries of open incidents back, oldest first, and the hazards that stand.
    ///
    /// - Returns: what could not be taken, so that it is not lost in silence.
    public mutating func restore(
        _ entries: [JSONValue], last: String?, hazards: [HazardRecord]
    ) -> [String] {
        var problems: [String] = []
        for entry in entries {
            guard let event = IncidentEvent(entry: entry), keep(event) else {
                problems.append("\(entry["id"]?.text ?? "an entry") is no step of an incident")
                continue
            }
        }
        for hazard in hazards where hazard.phase == .raised && places[hazard.place.rule] != nil {
            standing[hazard.place.equipment, default: []].insert(hazard.place.rule)
        }
        self.last = CaseNumber.latest(last, self.last)
        schedule()
        return problems
    }

    private mutating func keep(_ event: IncidentEvent) -> Bool {
        guard var incident = incidents[event.incident] else {
            guard let incident = Incident(beginning: event) else { return false }
            incidents[incident.id] = incident
            open.append(incident.id)
            last = CaseNumber.latest(last, incident.id)
            return true
        }
        incident.take(event)
        incidents[incident.id] = incident
        if incident.isClosed {
            incidents[incident.id] = nil
            open.removeAll { $0 == incident.id }
        }
        return true
    }

    // MARK: - Hazards

    /// A hazard has changed: people may be held, or free.
    ///
    /// - Parameter persons: how many are held, as far as the equipment says.
    public mutating func take(
        _ change: HazardChange, persons: Int?, into batch: inout CommitBatch
    ) {
        guard let place = places[change.rule.id] else { return }
        let equipment = change.equipment
        switch change.change {
        case .timing: return
        case .raised, .recurred:
            standing[equipment, default: []].insert(change.rule.id)
            begin(change, place, persons, &batch)
        case .returned, .cleared, .suppressed, .lapsed:
            let wasStanding = standing[equipment]?.remove(change.rule.id) != nil
            guard wasStanding, standing[equipment]?.isEmpty ?? true,
                let incident = openIncidents.first(where: {
                    $0.equipment == equipment && $0.isRunning
                })
            else { return }
            say(
                .released, of: incident, agent("no hazard holds them any more", change.decided),
                &batch)
        }
    }

    private mutating func begin(
        _ change: HazardChange, _ place: HoldingPlace, _ persons: Int?, _ batch: inout CommitBatch
    ) {
        if let incident = openIncidents.last(where: { $0.equipment == change.equipment }) {
            if incident.isRunning { return }
            let resumesUntil =
                (incident.releasedAt ?? .distantPast) + SupervisionLimits.resumption
            if !incident.isEndedByPerson, change.decided <= resumesUntil {
                let word = agent("the hazard is back: the clock had not stopped", change.decided)
                return say(.resumed, of: incident, word, &batch)
            }
        }
        let word = agent(change.rule.title.english, change.decided)
        // The hazard had stood for its rule's delay when it was raised.
        var since = min(change.at, change.decided)
        if case .fixed(let delay) = change.rule.delay {
            since = Instant(nanoseconds: since.nanoseconds - delay.nanoseconds)
        }
        var details: [(name: String, value: JSONValue)] = [
            ("place", .text(place.rawValue)), ("since", .text(RFC3339.format(since))),
            ("rule", .text(change.rule.id)), ("hazard", .text(change.hazardID)),
            ("equipment", .text(change.equipment)),
        ]
        if let persons { details.append(("persons", .number(Double(persons)))) }
        let id = CaseNumber.next(after: last, year: calendar.date(of: change.decided).year)
        commit(IncidentEvent(id, .began, word, .object(details)), &batch)
    }

    // MARK: - People

    /// What a person can say about an incident.
    public enum Command: Sendable, Equatable {
        /// So many are held.
        case count(Int)
        /// All are free.
        case end
        /// The accident has been reported to this authority.
        case report(to: String)
    }

    /// Takes a person's word.
    public mutating func obey(
        _ command: Command, about id: String, _ word: Word, into batch: inout CommitBatch
    ) throws(Refusal) {
        try word.check()
        guard let incident = incidents[id] else {
            let list = open.joined(separator: ", ")
            throw Refusal(
                "there is no open incident \(id)"
                    + (list.isEmpty ? ": none is open" : ": open are \(list)"))
        }
        switch command {
        case .count(let count):
            guard (0...SupervisionLimits.mostPersons).contains(count) else {
                throw Refusal("the number of people must lie between 0 and 100000")
            }
            let persons = [(name: "persons", value: JSONValue.number(Double(count)))]
            say(.counted, of: incident, word, &batch, persons)
        case .end:
            guard incident.isRunning else { throw Refusal("all of \(id) are free already") }
            say(.released, of: incident, word, &batch)
        case .report(let authority):
            guard incident.grade != .none else {
                throw Refusal("\(id) is no accident: nothing has to be reported")
            }
            guard !incident.isReported else { throw Refusal("\(id) has been reported already") }
            guard Word.isUsable(authority, SupervisionLimits.wordLength) else {
                throw Refusal("--to must name the authority")
            }
            say(.reported, of: incident, word, &batch, [("to", .text(authority))])
        }
        // More people may make it a higher grade at once.
        advance(to: word.at, persons: [:], into: &batch)
    }

    // MARK: - Time

    /// Lets time pass: every clock that has run out is on record, each once, in order.
    ///
    /// - Parameter persons: how many are held, by equipment, as far as it says.
    public mutating func advance(
        to time: Instant, persons: [String: Int], into batch: inout CommitBatch
    ) {
        while nextDue <= time {
            for incident in openIncidents {
                guard let clock = incident.clocks.first, clock.due <= time else { continue }
                run(clock, of: incident, persons[incident.equipment], at: time, &batch)
            }
            schedule()
        }
        for incident in openIncidents { raiseGrade(of: incident, at: time, &batch) }
    }

    private mutating func run(
        _ clock: Incident.Clock, of incident: Incident, _ persons: Int?, at time: Instant,
        _ batch: inout CommitBatch
    ) {
        let known = persons.map { max($0, incident.persons ?? 0) } ?? incident.persons
        var details: [(name: String, value: JSONValue)] = [
            ("clock", .text(clock.name)), ("due", .text(RFC3339.format(clock.due))),
        ]
        if let known { details.append(("persons", .number(Double(known)))) }
        var verb = clock.verb
        var reason = ""
        switch clock.verb {
        case .prealarm:
            details.append(("level", .number(Double(clock.level))))
            reason = "\(clock.level) quarters of the time to the accident have passed"
        case .accident:
            let grade = AccidentGrade(
                at: incident.place, persons: known, held: clock.due - incident.since)
            if grade > incident.grade {
                details.append(("grade", .text(grade.word)))
                reason = "held for \((clock.due - incident.since).nanoseconds / 60_000_000_000) min"
            } else {
                verb = .personsNeeded
                reason = "from \(AccidentGrade.manyPeople) people on this is a higher grade"
            }
        case .reportMissed: reason = "the accident has not been reported within the hour"
        case .closed: reason = "all are free"
        case .began, .personsNeeded, .counted, .reported, .released, .resumed: break
        }
        say(verb, of: incident, agent(reason, time), &batch, details)
    }

    /// A person's count may show that a limit that has passed meant more.
    private mutating func raiseGrade(
        of incident: Incident, at time: Instant, _ batch: inout CommitBatch
    ) {
        let grade = AccidentGrade(
            at: incident.place, persons: incident.persons, held: incident.held(at: time))
        guard grade > incident.grade, incident.grade != .none else { return }
        say(
            .accident, of: incident, agent("the number of people became known", time), &batch,
            [("grade", .text(grade.word)), ("due", .text(RFC3339.format(time)))])
    }

    private mutating func schedule() {
        nextDue = .never
        for incident in openIncidents {
            nextDue = min(nextDue, incident.clocks.first?.due ?? .never)
        }
    }

    // MARK: - Entries

    private func agent(_ reason: String, _ time: Instant) -> Word {
        Word(actor: "agent", reason: reason, at: time)
    }

    private mutating func say(
        _ verb: IncidentVerb, of incident: Incident, _ word: Word,
        _ batch: inout CommitBatch, _ details: [(name: String, value: JSONValue)] = []
    ) {
        commit(IncidentEvent(incident.id, verb, word, .object(details)), &batch)
    }

    private mutating func commit(_ event: IncidentEvent, _ batch: inout CommitBatch) {
        let before = incidents[event.incident]
        guard keep(event) else { preconditionFailure("a first step begins an incident") }
        guard var incident = incidents[event.incident] ?? before else { return }
        // A closed one has left the register.
        if event.verb == .closed { incident.take(event) }
        let statement = IncidentStatement(event: event, incident: incident, site: site)
        batch.entries.append(statement.entry)
        if let alert = statement.alert { batch.alerts.append(alert) }
        schedule()
    }
}
