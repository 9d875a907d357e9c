public import Detection

/// What is on record about a hazard that has not ended.
public struct HazardRecord: Sendable, Equatable {
    /// Where its life has come to.
    public enum Phase: String, Sendable, CaseIterable {
        /// The condition stands and is no hazard by design.
        case suppressed
        /// The hazard stands.
        case raised
        /// It is back within its limits and waits for a person.
        case returned
    }

    /// Where it stands.
    public var place: HazardPlace
    /// Its id.
    public var id: String
    /// Since when it stands.
    public var raisedAt: Instant
    /// Where its life has come to.
    public var phase: Phase
    /// How often it came back before a person had spoken.
    public var recurrences: Int
    /// Who has seen it; `nil` while nobody has.
    public var acknowledged: Word?
    /// Whether the emergency platform has been told that it stands.
    public var isTold: Bool

    /// Opens a record.
    public init(
        place: HazardPlace, id: String, raisedAt: Instant, phase: Phase, recurrences: Int = 0,
        acknowledged: Word? = nil, isTold: Bool = false
    ) {
        self.place = place
        self.id = id
        self.raisedAt = raisedAt
        self.phase = phase
        self.recurrences = recurrences
        self.acknowledged = acknowledged
        self.isTold = isTold
    }
}

/// A place whose alerts a person has put off, with an end.
public struct Shelf: Sendable, Equatable {
    /// Which.
    public var place: HazardPlace
    /// Who put it there and why.
    public var word: Word
    /// When it ends by itself.
    public var until: Instant

    /// Puts a place on the shelf.
    public init(place: HazardPlace, word: Word, until: Instant) {
        self.place = place
        self.word = word
        self.until = until
    }
}

/// An alert that is kept back for now. Its hazard is on record all the same.
public struct WithheldAlert: Sendable {
    /// Why alerts are kept back.
    public enum Reason: String, Sendable, CaseIterable {
        /// A person has shelved the place.
        case shelved
        /// It comes and goes: one alert stands for all until it has settled.
        case chattering
        /// Too many at once: what is not urgent waits.
        case flood
    }

    /// Where its hazard stands.
    public var place: HazardPlace
    /// Why it is kept back.
    public var reason: Reason
    /// The alert.
    public var alert: Alert

    /// Keeps an alert back.
    public init(place: HazardPlace, reason: Reason, alert: Alert) {
        self.place = place
        self.reason = reason
        self.alert = alert
    }
}

/// A raise that repetition rules count.
public struct PastRaise: Sendable, Equatable {
    /// Where.
    public var place: HazardPlace
    /// When, on the rule's timeline.
    public var at: Instant

    /// Remembers a raise.
    public init(place: HazardPlace, at: Instant) {
        self.place = place
        self.at = at
    }
}

/// What the register needs stored with the entries of the same commit, in order.
public enum RegisterChange: Sendable {
    /// A hazard's record is new or has changed.
    case opened(HazardRecord)
    /// The hazard there is over.
    case closed(HazardPlace)
    /// A place was shelved.
    case shelved(Shelf)
    /// It no longer is.
    case unshelved(HazardPlace)
    /// An alert was kept back.
    case withheld(WithheldAlert)
    /// The alert with this id is no longer kept back.
    case freed(alert: String)
    /// A raise that has to be remembered.
    case counted(PastRaise)
    /// Raises there before this time are of no more use.
    case forgotten(HazardPlace, before: Instant)
}

/// What a restart gives back to the register.
public struct StoredRegister: Sendable {
    /// Hazards that have not ended.
    public var hazards: [HazardRecord] = []
    /// Shelved places.
    public var shelves: [Shelf] = []
    /// Alerts that were kept back, oldest first.
    public var withheld: [WithheldAlert] = []
    /// Raises that repetition rules count, oldest first.
    public var raises: [PastRaise] = []

    /// An empty one.
    public init() {}
}
