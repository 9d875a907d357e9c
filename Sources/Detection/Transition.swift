/// A change in the life of one hazard.
public enum Change: UInt8, Sendable, BitwiseCopyable {
    /// A delay worth keeping is running or ended before its time, or somebody acknowledged. Kept
    /// for restarts; not an entry of the ledger.
    case timing
    /// The hazard stands.
    case raised
    /// The condition stands again before a person has spoken; the hazard had only returned.
    case recurred
    /// The clear condition has stood, but the hazard waits for a person.
    case returned
    /// The hazard is over.
    case cleared
    /// The condition stands, but by design it is no hazard now. On record, without an alert.
    case suppressed
    /// What was suppressed is over, without having become a hazard.
    case lapsed
}

/// One change of one rule on one piece of equipment. What the engine returns instead of acting.
public struct Transition: Sendable, BitwiseCopyable {
    /// Index of the equipment.
    public var equipment: UInt32
    /// Index of the rule within the variant of the equipment.
    public var rule: UInt16
    /// What happened.
    public var change: Change
    /// When, on the rule's own timeline: event time, or arrival time for silence.
    public var at: Instant
    /// When the line knew: arrival of the message, or the moment that a delay ran out.
    public var decided: Instant
    /// Since when the hazard stands; equals `at` for `.raised`. Identifies the hazard.
    public var raisedAt: Instant
    /// The value of the rule's leading signal; NaN when it is unknown.
    public var value: Double
}

/// Where one rule stands on one piece of equipment. Survives a restart.
public struct RuleState: Sendable, BitwiseCopyable {
    /// Phase of the hazard's life as far as detection knows it.
    public enum Phase: UInt8, Sendable, BitwiseCopyable {
        /// Nothing stands; a delay may be running. Can transition to `raised` and `suppressed`.
        case normal
        /// The hazard stands. Can transition to `normal` and `returned`.
        case raised
        /// The clear condition has stood; a person's word is missing.
        /// Can transition to `raised` and `normal`.
        case returned
        /// The condition stands and is no hazard by design: the service mode or a cause that
        /// stands explains it. Can transition to `raised` when that ends, and to `normal`.
        case suppressed
    }

    /// Phase of the hazard's life.
    public var phase: Phase
    /// Last answer of the raising condition.
    public var when: Kleene
    /// Last answer of the clearing condition.
    public var until: Kleene
    /// Whether a person has acknowledged the standing hazard.
    public var acknowledged: Bool
    /// Whether a restart would find a delay running: then it has to be told when that changes.
    /// (Beside the other bytes, so that a state has forty.)
    public internal(set) var isKept = false
    /// Up to when `accrued` has been counted.
    public var mark: Instant
    /// How much of the delay (or, once raised, of the clear delay) has passed.
    public var accrued: Duration
    /// Since when the hazard stands.
    public var raisedAt: Instant
    /// When the hazard last changed. Changes of one hazard never share an instant, since time and
    /// change make its entries' ids.
    public var lastChange: Instant

    /// The state before anything is known.
    public static var initial: RuleState {
        RuleState(
            phase: .normal, when: .unknown, until: .unknown, acknowledged: false,
            mark: .distantPast, accrued: .zero, raisedAt: .distantPast,
            lastChange: .distantPast)
    }

    /// Whether nothing stands and nothing runs.
    public var isAtRest: Bool { phase == .normal && when != .yes && accrued == .zero }

    /// Makes a state, for restoring a stored one.
    public init(
        phase: Phase, when: Kleene, until: Kleene, acknowledged: Bool, mark: Instant,
        accrued: Duration, raisedAt: Instant, lastChange: Instant
    ) {
        self.phase = phase
        self.when = when
        self.until = until
        self.acknowledged = acknowledged
        self.mark = mark
        self.accrued = accrued
        self.raisedAt = raisedAt
        self.lastChange = lastChange
    }
}
