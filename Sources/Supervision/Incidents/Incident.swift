public import Detection
public import Ledger
import Timestamps

/// A step in the life of an incident.
public enum IncidentVerb: String, Sendable, CaseIterable {
    /// People are held: a hazard says so.
    case began
    /// A quarter, a half, three quarters of the time to the accident have passed.
    case prealarm
    /// The time makes it an accident, or one of a higher grade.
    case accident
    /// The grade depends on how many people there are, and nobody knows.
    case personsNeeded = "persons_needed"
    /// A person has said how many people are held.
    case counted
    /// A person has reported the accident as the law asks.
    case reported
    /// The time to report it has passed.
    case reportMissed = "report_missed"
    /// No hazard holds them any more, or a person has said that all are free.
    case released
    /// The hazard is back soon after: the clock had never stopped.
    case resumed
    /// Nothing is left to do.
    case closed
}

/// People held in a lift's car, on a ropeway or on a ride, and the clock that runs with them.
///
/// Nothing but the fold of its steps, like a listing.
public struct Incident: Sendable, Equatable {
    /// The number within the site.
    public let id: String
    /// The equipment.
    public let equipment: String
    /// Where people are held.
    public let place: HoldingPlace
    /// Since when, on the line's clock.
    public let since: Instant
    /// The rule whose hazard began it.
    public let rule: String
    /// How many are held, as far as known: the greatest number that was seen, or a person's word.
    public private(set) var persons: Int?
    /// The grade so far.
    public private(set) var grade = AccidentGrade.none
    /// When it became an accident.
    public private(set) var accidentAt: Instant?
    /// When all were free; `nil` while they are held.
    public private(set) var releasedAt: Instant?
    /// Whether a person ended it.
    public private(set) var isEndedByPerson = false
    /// Whether the accident has been reported.
    public private(set) var isReported = false
    /// Whether nothing is left to do.
    public private(set) var isClosed = false
    /// Clocks that have run out: `prealarm.1`, `limit.7200`, `report`.
    private(set) var passed: [String] = []

    /// Begins an incident; `nil` when the step does not begin one.
    public init?(beginning event: IncidentEvent) {
        guard event.verb == .began, let since = event.instant("since"),
            let place = event.text("place").flatMap({ HoldingPlace(rawValue: $0) }),
            let rule = event.text("rule"), let equipment = event.text("equipment")
        else { return nil }
        id = event.incident
        self.equipment = equipment
        self.place = place
        self.since = since
        self.rule = rule
        persons = event.persons
    }

    /// Whether people are held.
    public var isRunning: Bool { releasedAt == nil }

    /// How long people have been held at a time.
    public func held(at time: Instant) -> Duration { min(releasedAt ?? time, time) - since }

    /// Takes a step that the ledger or the register says.
    mutating func take(_ event: IncidentEvent) {
        if let count = event.persons {
            persons = event.verb == .counted ? count : max(count, persons ?? 0)
        }
        if let clock = event.text("clock") { passed.append(clock) }
        switch event.verb {
        case .began, .prealarm, .personsNeeded, .counted, .reportMissed: break
        case .accident:
            grade = event.text("grade").flatMap { AccidentGrade(word: $0) } ?? grade
            // The law's hour runs from the accident, not from when the agent found out.
            if accidentAt == nil { accidentAt = event.instant("due") ?? event.at }
        case .reported: isReported = true
        case .released:
            releasedAt = event.at
            isEndedByPerson = event.actor != "agent"
        case .resumed: releasedAt = nil
        case .closed: isClosed = true
        }
    }

    /// One clock of an incident.
    struct Clock: Equatable {
        var name: String
        var due: Instant
        var verb: IncidentVerb
        /// The step to which it belongs, from 1.
        var level = 0
    }

    /// Clocks that have not run out, soonest first.
    var clocks: [Clock] {
        var clocks: [Clock] = []
        let first = AccidentGrade.firstLimit(at: place)
        if isRunning {
            for level in 1...3 {
                clocks.append(
                    Clock(
                        name: "prealarm.\(level)",
                        due: since + Duration(nanoseconds: first.nanoseconds / 4 * Int64(level)),
                        verb: .prealarm, level: level))
            }
            // Where few people are held, a day more does not raise the grade.
            let isCrowd = (persons ?? AccidentGrade.manyPeople) >= AccidentGrade.manyPeople
            for limit in AccidentGrade.limits(at: place) where isCrowd || limit < .hours(24) {
                clocks.append(
                    Clock(
                        name: "limit.\(limit.nanoseconds / 1_000_000_000)", due: since + limit,
                        verb: .accident))
            }
        } else if let releasedAt, !isClosed, grade == .none || isReported {
            clocks.append(
                Clock(
                    name: "close@\(RFC3339.format(releasedAt))",
                    due: releasedAt + SupervisionLimits.resumption, verb: .closed))
        }
        if let accidentAt, !isReported {
            clocks.append(
                Clock(
                    name: "report", due: accidentAt + SupervisionLimits.accidentReport,
                    verb: .reportMissed))
        }
        return clocks.filter { !passed.contains($0.name) }
            .sorted { ($0.due, $0.name) < ($1.due, $1.name) }
    }
}

/// One step of one incident, as it stands in the ledger.
public struct IncidentEvent: Sendable, Equatable {
    /// The incident.
    public var incident: String
    /// The step.
    public var verb: IncidentVerb
    /// When, on the line's clock.
    public var at: Instant
    /// Who: `agent` or a person.
    public var actor: String
    /// Why.
    public var reason: String
    /// What it says.
    var details: JSONValue

    init(_ incident: String, _ verb: IncidentVerb, _ word: Word, _ details: JSONValue) {
        self.incident = incident
        self.verb = verb
        at = word.at
        actor = word.actor
        reason = word.reason
        self.details = details
    }

    /// Reads an entry of the ledger; `nil` when it is none of an incident's.
    public init?(entry: JSONValue) {
        guard let kind = entry["kind"]?.text, kind.hasPrefix("incident."),
            let verb = IncidentVerb(rawValue: String(kind.dropFirst("incident.".count))),
            let body = entry["body"], let incident = body["incident"]?.text,
            let at = body["at"]?.text.flatMap({ RFC3339.parse($0) }),
            let actor = entry["actor"]?.text, let reason = body["reason"]?.text
        else { return nil }
        self.init(incident, verb, Word(actor: actor, reason: reason, at: at), body)
    }

    /// How many people are held.
    var persons: Int? {
        details["persons"]?.number.flatMap { Int(exactly: $0) }
    }

    func text(_ name: String) -> String? { details[name]?.text }

    func instant(_ name: String) -> Instant? { text(name).flatMap { RFC3339.parse($0) } }
}
