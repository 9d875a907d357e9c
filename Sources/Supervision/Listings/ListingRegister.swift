public import Detection
public import Ledger
import RuleLanguage
import Timestamps

/// The listings of a site: proposes cases for hazards that match a criterion, takes people's steps,
/// and says when a clock runs out.
///
/// Pure: what happens comes in with its time, what has to be committed goes out into a batch.
public struct ListingRegister: Sendable {
    private let site: String
    private let calendar: WorkCalendar
    private let terms: ListingTerms
    private let criteria: [String: Criterion]
    private var listings: [String: Listing] = [:]
    /// Cases that have not ended, oldest first.
    private var open: [String] = []
    /// Open cases that a rule's hazard has begun, by its place.
    private var byPlace: [HazardPlace: String] = [:]
    private var last: String?

    /// When time next may bring something: no clock runs out before; `never` when none runs.
    public private(set) var nextDue = Instant.never

    /// The source of a case whose rule is critical: it is verified within hours.
    public static let criticalSource = "telemetry, critical"
    /// The source of any other that a rule has found.
    public static let ruleSource = "telemetry"

    /// The name of a case's story in the ledger.
    public static func thread(of listing: String) -> String { "listing/\(listing)" }

    /// Makes an empty register.
    public init(
        site: String, calendar: WorkCalendar, terms: ListingTerms, criteria: [Criterion]
    ) {
        self.site = site
        self.calendar = calendar
        self.terms = terms
        var byRule: [String: Criterion] = [:]
        for criterion in criteria {
            for rule in criterion.rules { byRule[rule] = criterion }
        }
        self.criteria = byRule
    }

    /// The cases that have not ended, oldest first.
    public var openListings: [Listing] { open.compactMap { listings[$0] } }

    /// A case that has not ended.
    public func listing(_ id: String) -> Listing? { listings[id] }

    /// Goes on with other criteria, terms or another calendar.
    public mutating func takeCases(of old: ListingRegister) {
        listings = old.listings
        open = old.open
        byPlace = old.byPlace
        last = old.last
        schedule()
    }

    // MARK: - The ledger's word

    /// Takes the entries of open cases back, oldest first.
    ///
    /// - Parameter last: the highest number that was ever given.
    /// - Returns: what could not be taken, so that it is not lost in silence.
    public mutating func restore(_ entries: [JSONValue], last: String?) -> [String] {
        var problems: [String] = []
        for entry in entries {
            let place = entry["id"]?.text ?? "an entry"
            guard let event = ListingEvent(entry: entry) else {
                problems.append("\(place) is no step of a listing")
                continue
            }
            do throws(Refusal) {
                try keep(event)
            } catch {
                problems.append("\(place): \(error.message)")
            }
        }
        self.last = CaseNumber.latest(last, self.last)
        schedule()
        return problems
    }

    /// Takes a step; a case that has ended leaves the register, which is as after a restart then.
    @discardableResult
    private mutating func keep(_ event: ListingEvent) throws(Refusal) -> Listing {
        guard var listing = listings[event.listing] else {
            guard let listing = Listing(beginning: event) else {
                throw Refusal("the case \(event.listing) has no beginning")
            }
            listings[listing.id] = listing
            open.append(listing.id)
            if let place = listing.place { byPlace[place] = listing.id }
            last = CaseNumber.latest(last, listing.id)
            return listing
        }
        try listing.take(event)
        listings[listing.id] = listing
        guard !listing.isOpen else { return listing }
        listings[listing.id] = nil
        open.removeAll { $0 == listing.id }
        if let place = listing.place, byPlace[place] == listing.id { byPlace[place] = nil }
        return listing
    }

    // MARK: - What hazards propose

    /// A hazard has been raised: it proposes a case when its rule matches a criterion and none is
    /// open about the same; else it is noted in that case, once a day.
    public mutating func take(_ change: HazardChange, into batch: inout CommitBatch) {
        guard change.change == .raised || change.change == .recurred,
            change.rule.isListingCandidate
        else { return }
        let criterion = criteria[change.rule.id]
        let word = Word(actor: "agent", reason: change.rule.title.english, at: change.decided)
        var details = ListingDetails()
        details[.hazard] = change.hazardID
        if let earlier = byPlace[change.place].flatMap({ listings[$0] }) {
            let today = calendar.date(of: change.decided)
            let isNoted = earlier.steps.contains {
                ($0.verb == .seenAgain || $0.verb == .detected) && calendar.date(of: $0.at) == today
            }
            guard !isNoted, ListingVerb.seenAgain.stages.contains(earlier.stage) else { return }
            commit(
                .init(listing: earlier.id, verb: .seenAgain, word: word, details: details), &batch)
            return
        }
        details[.equipment] = change.equipment
        details[.rule] = change.rule.id
        details[.source] =
            change.rule.severity == .critical ? Self.criticalSource : Self.ruleSource
        details[.finding] = "\(change.rule.title.chinese) \(change.rule.title.english)"
        details[.criterion] = criterion?.clause ?? change.rule.source
        commit(
            .init(
                listing: nextNumber(at: change.decided), verb: .detected, word: word,
                details: details), &batch)
    }

    // MARK: - People

    /// Takes a person's step.
    ///
    /// - Parameter id: the case; `nil` begins one.
    /// - Returns: the case as it is then.
    /// - Throws: a refusal that says why not and what is possible.
    public mutating func say(
        _ verb: ListingVerb, about id: String?,
        _ given: [(name: String, value: JSONValue)], _ word: Word, into batch: inout CommitBatch
    ) throws(Refusal) -> Listing {
        try word.check()
        guard verb.command != nil else { throw Refusal("only the agent says \(verb.rawValue)") }
        let details = try ListingDetails(given, for: verb)
        let number: String
        if verb == .detected {
            number = nextNumber(at: word.at)
        } else {
            number = id ?? ""
            let listing = try known(number)
            let event = ListingEvent(listing: number, verb: verb, word: word, details: details)
            if let refusal = listing.refusal(of: event) { throw refusal }
            try check(event, of: listing)
        }
        if verb == .merged, let into = details[.into] {
            let target = try known(into)
            var origin = ListingDetails()
            origin[.from] = number
            let absorbed = ListingEvent(
                listing: into, verb: .absorbed, word: word, details: origin)
            if let refusal = target.refusal(of: absorbed) { throw refusal }
            if listings[number]?.isUseStopped ?? false, !target.isUseStopped {
                throw Refusal(
                    "\(number) keeps \(target.equipment) out of use: stop its use in \(into) first")
            }
            commit(absorbed, &batch)
        }
        return commit(
            ListingEvent(listing: number, verb: verb, word: word, details: details), &batch
        ).listing
    }

    private func known(_ id: String) throws(Refusal) -> Listing {
        guard let listing = listings[id] else {
            let list = open.suffix(20).joined(separator: ", ")
            throw Refusal(
                "there is no open case \(id)"
                    + (list.isEmpty ? ": none is open" : ": open are \(list)"))
        }
        return listing
    }

    /// What depends on the calendar and the terms.
    private func check(_ event: ListingEvent, of listing: Listing) throws(Refusal) {
        let today = calendar.date(of: event.at)
        switch event.verb {
        case .listed, .extensionRequested:
            let start = event.verb == .listed ? today : calendar.date(of: listing.listedAt)
            let field: ListingField = event.verb == .listed ? .deadline : .newDeadline
            let latest = start.adding(days: terms.longestDays)
            guard let date = event.details.date(field), date >= today, date <= latest else {
                throw Refusal(
                    "\(field.option) must lie between today, \(today), and \(latest): "
                        + "\(terms.longestDays) days from the listing at most")
            }
            guard event.verb == .extensionRequested, let deadline = listing.deadline else { return }
            let lastDay = calendar.workday(terms.extensionDays, before: deadline)
            guard today <= lastDay else {
                throw Refusal(
                    "an extension is asked for at least \(terms.extensionDays) working days before "
                        + "the deadline \(deadline): the last day was \(lastDay)")
            }
        default: return
        }
    }

    // MARK: - Time

    /// Lets time pass: every clock that has run out is on record, each once.
    public mutating func advance(to time: Instant, into batch: inout CommitBatch) {
        while nextDue <= time {
            for id in open {
                guard let listing = listings[id] else { continue }
                for clock in listing.clocks(calendar, terms) where clock.due <= nextDue {
                    miss(clock, of: listing, at: max(time, clock.due), &batch)
                }
            }
            schedule()
        }
    }

    private mutating func miss(
        _ clock: Listing.RunningClock, of listing: Listing, at time: Instant,
        _ batch: inout CommitBatch
    ) {
        var details = ListingDetails()
        details[.clock] = clock.clock.rawValue
        details[.due] = RFC3339.format(clock.due)
        let event = ListingEvent(
            listing: listing.id, verb: .clockMissed,
            word: Word(actor: "agent", reason: clock.clock.english, at: time), details: details)
        let entry = commit(event, &batch).entry
        batch.alerts.append(
            Alert(
                id: entry.id, equipment: listing.equipment, state: "clock_missed", stands: false,
                hazard: "\(site)/listing/\(listing.id)", time: time,
                data: .object([
                    ("site", .text(site)), ("equipment", .text(listing.equipment)),
                    ("hazard", .text("\(site)/listing/\(listing.id)")),
                    ("listing", .text(listing.id)), ("state", .text("clock_missed")),
                    ("severity", .text(Severity.major.rawValue)),
                    ("clock", .text(clock.clock.rawValue)),
                    ("due", .text(RFC3339.format(clock.due))),
                    (
                        "title",
                        .object([
                            ("en", .text("Listing \(listing.id) overdue: \(clock.clock.english)")),
                            ("zh", .text("挂牌督办 \(listing.id) 逾期：\(clock.clock.chinese)")),
                        ])
                    ),
                    ("at", .text(RFC3339.format(time))),
                ])))
    }

    private mutating func schedule() {
        nextDue = .never
        for id in open {
            let clocks = listings[id]?.clocks(calendar, terms) ?? []
            nextDue = min(nextDue, clocks.first?.due ?? .never)
        }
    }

    // MARK: - Entries

    /// Keeps a step that has been checked and has it committed.
    @discardableResult
    private mutating func commit(
        _ event: ListingEvent, _ batch: inout CommitBatch
    ) -> (entry: LedgerEntry, listing: Listing) {
        let listing: Listing
        do throws(Refusal) {
            listing = try keep(event)
        } catch {
            preconditionFailure("a step is checked before it is taken: \(error.message)")
        }
        let entry = event.entry(site: site, of: listing)
        batch.entries.append(entry)
        nextDue = min(nextDue, listing.clocks(calendar, terms).first?.due ?? .never)
        return (entry, listing)
    }

    private func nextNumber(at time: Instant) -> String {
        CaseNumber.next(after: last, year: calendar.date(of: time).year)
    }
}

extension Listing {
    /// When it was listed; its discovery before that.
    public var listedAt: Instant { taken[.listed] ?? detectedAt }

    /// The place of the hazard that began it; `nil` for what a person has found.
    var place: HazardPlace? { rule.map { HazardPlace(equipment: equipment, rule: $0) } }
}
