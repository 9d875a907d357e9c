public import Detection
public import Ledger
import RuleLanguage
public import Timestamps

/// What a site's supervision is made of, apart from the rules over telemetry.
public struct SupervisionPlan: Sendable {
    /// Working days and local time.
    public var calendar: WorkCalendar
    /// How long each step of a listing may take.
    public var terms: ListingTerms
    /// What makes a hazard a major one.
    public var criteria: [Criterion]
    /// Which rules say that people are held.
    public var incidents: [IncidentPlan]
    /// Rules over the papers.
    public var records: [RecordRule]
    /// The papers.
    public var registry: Registry

    /// Makes one; without anything it supervises nothing but what people open by hand.
    public init(
        calendar: WorkCalendar = WorkCalendar(offset: .zero),
        terms: ListingTerms = ListingTerms(), criteria: [Criterion] = [],
        incidents: [IncidentPlan] = [], records: [RecordRule] = [],
        registry: Registry = Registry()
    ) {
        self.calendar = calendar
        self.terms = terms
        self.criteria = criteria
        self.incidents = incidents
        self.records = records
        self.registry = registry
    }
}

/// All that has owners, clocks and an end: listings, incidents, and the papers of the equipment.
public struct Casebook: Sendable {
    /// Working days and local time.
    public let calendar: WorkCalendar
    /// The listings.
    public private(set) var listings: ListingRegister
    /// The incidents.
    public private(set) var incidents: IncidentRegister
    /// The papers.
    public private(set) var records: RecordDesk

    /// Makes an empty one.
    public init(site: String, plan: SupervisionPlan, equipment: [(id: String, kind: String)]) {
        calendar = plan.calendar
        listings = ListingRegister(
            site: site, calendar: plan.calendar, terms: plan.terms, criteria: plan.criteria)
        incidents = IncidentRegister(
            site: site, calendar: plan.calendar, plans: plan.incidents)
        records = RecordDesk(
            site: site, calendar: plan.calendar, registry: plan.registry, rules: plan.records,
            equipment: equipment)
    }

    /// When time next brings something by itself.
    public var nextDue: Instant {
        min(listings.nextDue, min(incidents.nextDue, records.nextDue))
    }

    /// Takes back what was stored.
    ///
    /// - Returns: what could not be taken, so that it is not lost in silence.
    public mutating func restore(_ stored: StoredCasebook, hazards: [HazardRecord]) -> [String] {
        records.restore(stored.facts)
        return listings.restore(stored.listings, last: stored.lastListing)
            + incidents.restore(
                stored.incidents, last: stored.lastIncident, hazards: hazards)
    }

    /// Goes on with another configuration.
    public mutating func takeBooks(of old: Casebook) {
        listings.takeCases(of: old.listings)
        incidents.takeCases(of: old.incidents)
        records.takeFacts(of: old.records)
    }

    /// A hazard has changed.
    ///
    /// - Parameter persons: how many are held, as far as the equipment says.
    public mutating func take(
        _ change: HazardChange, persons: Int?, into batch: inout CommitBatch
    ) {
        incidents.take(change, persons: persons, into: &batch)
        listings.take(change, into: &batch)
    }

    /// Lets time pass.
    ///
    /// - Parameters:
    ///   - persons: how many are held, by equipment, as far as it says.
    ///   - standing: the hazard at a place.
    /// - Returns: what the papers show, for the register of hazards.
    public mutating func advance(
        to time: Instant, persons: [String: Int], standing: (HazardPlace) -> HazardRecord?,
        into batch: inout CommitBatch
    ) -> [HazardChange] {
        if incidents.nextDue <= time {
            incidents.advance(to: time, persons: persons, into: &batch)
        }
        if listings.nextDue <= time { listings.advance(to: time, into: &batch) }
        return records.advance(to: time, standing: standing)
    }

    /// Telemetry shows that a piece of equipment runs.
    public mutating func noteRun(
        of equipment: String, at now: Instant, into batch: inout CommitBatch
    ) {
        records.noteRun(of: equipment, at: now, into: &batch)
    }

    /// What a person can ask of the casebook.
    public enum Command: Sendable, Equatable {
        /// A step of a listing; without a case it begins one.
        case listing(ListingVerb, String?, [String: JSONValue])
        /// A word about an incident.
        case incident(IncidentRegister.Command, String)
        /// Something was done on a day.
        case log(RegistryField, equipment: String, on: CivilDate)
    }

    /// Does what a person asks for; says what was done.
    public mutating func obey(
        _ command: Command, _ word: Word, into batch: inout CommitBatch
    ) throws(Refusal) -> String {
        switch command {
        case .listing(let verb, let id, let details):
            // Sorted: what is refused first must not depend on a dictionary's order.
            let given = details.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            let listing = try listings.say(verb, about: id, given, word, into: &batch)
            return "\(listing.id) \(listing.stage.rawValue) \(listing.stage.chinese)"
        case .incident(let command, let id):
            try incidents.obey(command, about: id, word, into: &batch)
            return "\(id) noted"
        case .log(let field, let equipment, let date):
            try records.log(field, of: equipment, on: date, word, into: &batch)
            return "\(equipment) \(field.rawValue) \(date)"
        }
    }
}
