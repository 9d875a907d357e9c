public import Detection
public import Ledger

/// Everything that one commit has to make durable together.
public struct CommitBatch: Sendable {
    /// New ledger entries, in order.
    public var entries: [LedgerEntry] = []
    /// New alerts, in order; each names its entry by id.
    public var alerts: [Alert] = []
    /// Rules whose stop-watch changed in a way that must survive a restart.
    public var states: [StoredRuleState] = []
    /// How far the readings of the touched equipment have been taken in.
    public var watermarks: [StoredWatermark] = []
    /// What the register of hazards needs stored, in order.
    public var register: [RegisterChange] = []
    /// Facts that have changed.
    public var facts: [StoredFact] = []

    /// Makes an empty batch.
    public init() {}

    /// Whether there is nothing to commit.
    public var isEmpty: Bool {
        entries.isEmpty && alerts.isEmpty && states.isEmpty && watermarks.isEmpty
            && register.isEmpty && facts.isEmpty
    }
}

/// What a restart must not lose.
public struct StoredState: Sendable {
    /// Where rules stand that are not at rest.
    public var states: [StoredRuleState]
    /// How far readings had been taken in.
    public var watermarks: [StoredWatermark]
    /// The register of hazards.
    public var register: StoredRegister
    /// Listings and incidents that have not ended, and what else is known.
    public var casebook: StoredCasebook

    /// Groups what was stored.
    public init(
        states: [StoredRuleState] = [], watermarks: [StoredWatermark] = [],
        register: StoredRegister = StoredRegister(),
        casebook: StoredCasebook = StoredCasebook()
    ) {
        self.states = states
        self.watermarks = watermarks
        self.register = register
        self.casebook = casebook
    }
}

/// What a restart gives back of listings, incidents and papers.
public struct StoredCasebook: Sendable {
    /// Entries of the listings that have not ended, in the order of the ledger.
    public var listings: [JSONValue] = []
    /// The highest number of a listing.
    public var lastListing: String?
    /// Entries of the incidents that are not closed, in the order of the ledger.
    public var incidents: [JSONValue] = []
    /// The highest number of an incident.
    public var lastIncident: String?
    /// Facts.
    public var facts: [StoredFact] = []

    /// An empty one.
    public init() {}
}

/// A rule's state by name, so that it survives a change of configuration.
public struct StoredRuleState: Sendable {
    /// The equipment's id.
    public var equipment: String
    /// The rule's id.
    public var rule: String
    /// Where it stands.
    public var state: RuleState

    /// Makes a stored state.
    public init(equipment: String, rule: String, state: RuleState) {
        self.equipment = equipment
        self.rule = rule
        self.state = state
    }
}

/// How far a piece of equipment's readings have been taken in, by name.
public struct StoredWatermark: Sendable {
    /// The equipment's id.
    public var equipment: String
    /// Newest row.
    public var watermark: Watermark
    /// Event time of the newest reading of each signal.
    public var seen: [(signal: String, event: Instant)]

    /// Makes a stored watermark.
    public init(
        equipment: String, watermark: Watermark, seen: [(signal: String, event: Instant)]
    ) {
        self.equipment = equipment
        self.watermark = watermark
        self.seen = seen
    }
}
