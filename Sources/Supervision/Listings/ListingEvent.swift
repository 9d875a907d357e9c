public import Detection
public import Ledger
public import Timestamps

/// One step of one listing, as it stands in the ledger.
public struct ListingEvent: Sendable, Equatable {
    /// The case.
    public var listing: String
    /// The step.
    public var verb: ListingVerb
    /// When, on the line's clock.
    public var at: Instant
    /// Who: `agent` or a person.
    public var actor: String
    /// Why.
    public var reason: String
    /// What it says.
    public var details: ListingDetails

    /// Makes a step.
    public init(
        listing: String, verb: ListingVerb, word: Word, details: ListingDetails = ListingDetails()
    ) {
        self.listing = listing
        self.verb = verb
        at = word.at
        actor = word.actor
        reason = word.reason
        self.details = details
    }

    /// The entry of the ledger.
    ///
    /// - Parameter listing: the case after the step.
    func entry(site: String, of listing: Listing) -> LedgerEntry {
        // A clock is missed once for each date, whenever the agent finds out.
        let moment = details[.due] ?? RFC3339.format(at)
        let mark = details[.clock].map { verb.rawValue + "." + $0 } ?? verb.rawValue
        return LedgerEntry(
            id: "\(site)/listing/\(listing.id)#\(mark)@\(moment)", kind: verb.entryKind,
            equipment: listing.equipment, actor: actor,
            body: .object(
                [
                    ("case", .text(listing.id)), ("at", .text(RFC3339.format(at))),
                    ("reason", .text(reason)), ("stage", .text(listing.stage.rawValue)),
                    ("open", .boolean(listing.isOpen)),
                ] + details.members),
            thread: LedgerThread(
                name: ListingRegister.thread(of: listing.id), isOpen: listing.isOpen))
    }

    /// Reads an entry of the ledger; `nil` when it is none of a listing's.
    public init?(entry: JSONValue) {
        guard let kind = entry["kind"]?.text, kind.hasPrefix("listing."),
            let verb = ListingVerb(rawValue: String(kind.dropFirst("listing.".count))),
            let body = entry["body"], let listing = body["case"]?.text,
            let at = body["at"]?.text.flatMap({ RFC3339.parse($0) }),
            let actor = entry["actor"]?.text, let reason = body["reason"]?.text,
            let details = ListingDetails(body, of: verb)
        else { return nil }
        self.init(
            listing: listing, verb: verb, word: Word(actor: actor, reason: reason, at: at),
            details: details)
    }
}

/// What a step says, by field. Listed in the order of the fields, whoever wrote it.
public struct ListingDetails: Sendable, Equatable {
    private var values: [ListingField: JSONValue] = [:]

    /// Nothing.
    public init() {}

    /// Reads the fields of a step from the members of an object; `nil` when one that is needed is
    /// missing, or one has another type. What is not the step's is left alone.
    public init?(_ object: JSONValue, of verb: ListingVerb) {
        for field in verb.required + verb.optional {
            guard let value = object[field.rawValue] else {
                if verb.required.contains(field) { return nil }
                continue
            }
            guard Self.fits(value, field) else { return nil }
            values[field] = value
        }
    }

    /// Checks what a person gives for a step.
    ///
    /// - Throws: a refusal that names the first field that is missing, superfluous or wrong.
    public init(
        _ given: [(name: String, value: JSONValue)], for verb: ListingVerb
    ) throws(Refusal) {
        let step = verb.command ?? verb.rawValue
        for (name, value) in given {
            guard let field = ListingField(rawValue: name),
                (verb.required + verb.optional).contains(field)
            else { throw Refusal("\(step) does not take \(name)") }
            guard values[field] == nil else { throw Refusal("\(field.option) is given twice") }
            guard Self.fits(value, field) else {
                switch field.kind {
                case .date: throw Refusal("\(field.option) must be a date such as 2026-11-26")
                case .flag: throw Refusal("\(field.option) must be yes or no")
                case .people: throw Refusal("\(field.option) must name people")
                case .text:
                    throw Refusal(
                        "\(field.option) must be a text of at most "
                            + "\(SupervisionLimits.fieldLength) characters")
                }
            }
            values[field] = value
        }
        let missing = verb.required.filter { values[$0] == nil }
        guard missing.isEmpty else {
            throw Refusal(
                "\(step) needs \(missing.map(\.option).joined(separator: ", "))")
        }
    }

    /// A text or a date.
    public subscript(field: ListingField) -> String? {
        get { values[field]?.text }
        set { values[field] = newValue.map { .text($0) } }
    }

    /// A date.
    public func date(_ field: ListingField) -> CivilDate? { self[field].flatMap { CivilDate($0) } }

    /// A yes or no; `false` when it was not said.
    public func flag(_ field: ListingField) -> Bool { values[field] == .boolean(true) }

    /// The people who were named.
    public var persons: [String] {
        guard case .array(let list) = values[.persons] else { return [] }
        return list.compactMap(\.text)
    }

    /// The fields that were said, in their order.
    public var members: [(name: String, value: JSONValue)] {
        ListingField.allCases.compactMap { field in
            values[field].map { (field.rawValue, $0) }
        }
    }

    /// Takes over what a later step says.
    mutating func merge(_ other: ListingDetails) {
        for field in ListingField.allCases {
            if let value = other.values[field] { values[field] = value }
        }
    }

    private static func fits(_ value: JSONValue, _ field: ListingField) -> Bool {
        switch (field.kind, value) {
        case (.text, .text(let text)): return Word.isUsable(text, SupervisionLimits.fieldLength)
        case (.date, .text(let text)): return CivilDate(text) != nil
        case (.flag, .boolean): return true
        case (.people, .array(let list)):
            return !list.isEmpty && list.count <= SupervisionLimits.people
                && list.allSatisfy {
                    Word.isUsable($0.text ?? "", SupervisionLimits.wordLength)
                }
        case (.text, _), (.date, _), (.flag, _), (.people, _): return false
        }
    }
}
