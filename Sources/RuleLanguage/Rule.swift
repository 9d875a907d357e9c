public import Detection

/// How bad a hazard is. Declaration order is the order of severity: the worst wins.
public enum Severity: String, Sendable, CaseIterable, Comparable {
    case info, warning, major, critical

    /// Whether `left` is less severe.
    public static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .major: 2
        case .critical: 3
        }
    }
}

/// How sure we are of a rule's numbers.
public enum Confidence: String, Sendable, CaseIterable {
    /// Seen in the source named.
    case verified
    /// Seen in a secondary source.
    case secondary
    /// From memory of the standard.
    case memory
    /// An engineering default of this project; no standard prescribes it.
    case engineering
}

/// A text that a person reads on the job, in both languages.
public struct BilingualText: Sendable, Equatable {
    /// English.
    public var english: String
    /// Chinese.
    public var chinese: String

    /// Pairs the two.
    public init(english: String, chinese: String) {
        self.english = english
        self.chinese = chinese
    }
}

/// A length of time as written in a rule.
public enum RuleDelay: Sendable, Equatable {
    /// A fixed time: `100ms`, `2s`, `10min`, `8h`.
    case fixed(Duration)
    /// Seconds, computed from the parameters of the equipment.
    case seconds(Expression)
}

/// How much of what the equipment said is kept as evidence of a hazard.
public struct EvidenceWindow: Sendable, Equatable {
    /// Before the raise.
    public var before: Duration
    /// After the raise.
    public var after: Duration

    /// Makes a window.
    public init(before: Duration, after: Duration) {
        self.before = before
        self.after = after
    }

    /// For rules that say nothing. Engineering default: half a minute shows what led to most
    /// hazards, ten seconds what the equipment did about it.
    public static let standard = EvidenceWindow(before: .seconds(30), after: .seconds(10))

    /// The longest. What is kept in memory of each piece of equipment reaches back about half a
    /// minute at eight signals a second, further for one that says less.
    public static let longest = EvidenceWindow(before: .seconds(300), after: .seconds(60))
}

/// One rule as a person wrote it, checked against the names of its kind.
public struct Rule: Sendable, Equatable {
    /// What the rule watches.
    public enum Watch: Sendable, Equatable {
        /// A condition; without `until` it clears when `when` no longer holds.
        case condition(when: Expression, until: Expression?)
        /// No message from the device for the rule's delay.
        case silence
        /// Other rules of the same equipment raised, or came back, this often within this time.
        case repetition(of: [String], count: Int, within: Duration)
    }

    /// Stable id: `lift.overspeed`.
    public var id: String
    /// What stands, for people.
    public var title: BilingualText
    /// What to do about it, for people.
    public var guidance: BilingualText
    /// What is watched.
    public var watch: Watch
    /// How long it must stand.
    public var delay: RuleDelay
    /// How long the clear condition must stand.
    public var clearDelay: RuleDelay
    /// Whether an interrupted delay shrinks slowly instead of starting anew.
    public var accumulates: Bool
    /// How the hazard ends.
    public var clearing: Clearing
    /// How bad it is.
    public var severity: Severity
    /// Whether people may die of it: never shelved, never kept back in a flood.
    public var isLifeSafety: Bool
    /// Whether it may propose a listing.
    public var isListingCandidate: Bool
    /// Clause or reference that the numbers come from.
    public var source: String
    /// How sure we are of them.
    public var confidence: Confidence
    /// The conditions as written, for evidence and display.
    public var text: String
    /// While this is true what the rule finds is no hazard by design: recorded, not raised.
    public var suppressedWhen: Expression?
    /// Rules before this one whose hazards explain this one: while one of them stands, this one
    /// is suppressed.
    public var inhibitedBy: [String]
    /// Ids of the hazard catalogue's entries that it decides: `L03`.
    public var catalogue: [String]
    /// What is kept as evidence when it raises.
    public var evidence: EvidenceWindow

    /// Makes a rule.
    public init(
        id: String, title: BilingualText, guidance: BilingualText, watch: Watch,
        delay: RuleDelay, clearDelay: RuleDelay, accumulates: Bool, clearing: Clearing,
        severity: Severity, isLifeSafety: Bool, isListingCandidate: Bool, source: String,
        confidence: Confidence, text: String, suppressedWhen: Expression? = nil,
        inhibitedBy: [String] = [], catalogue: [String] = [],
        evidence: EvidenceWindow = .standard
    ) {
        self.id = id
        self.title = title
        self.guidance = guidance
        self.watch = watch
        self.delay = delay
        self.clearDelay = clearDelay
        self.accumulates = accumulates
        self.clearing = clearing
        self.severity = severity
        self.isLifeSafety = isLifeSafety
        self.isListingCandidate = isListingCandidate
        self.source = source
        self.confidence = confidence
        self.text = text
        self.suppressedWhen = suppressedWhen
        self.inhibitedBy = inhibitedBy
        self.catalogue = catalogue
        self.evidence = evidence
    }
}

extension Rule {
    /// Whether a delay that ran under another version of the rule goes on under this one: what is
    /// watched and for how long is the same, and so is all that it names: parameters, signals,
    /// curves. Words about it, its severity and what suppresses it do not matter.
    public func continues(
        _ other: Rule, in vocabulary: Vocabulary, with parameters: [String: Double],
        after otherVocabulary: Vocabulary, with otherParameters: [String: Double]
    ) -> Bool {
        guard watch == other.watch, delay == other.delay, clearDelay == other.clearDelay,
            accumulates == other.accumulates
        else { return false }
        var curves: [String] = []
        if case .condition(let when, let until) = watch {
            curves = when.texts + (until?.texts ?? [])
        }
        return watchedNames.allSatisfy {
            parameters[$0] == otherParameters[$0]
                && vocabulary.entry($0) == otherVocabulary.entry($0)
        } && curves.allSatisfy { vocabulary.curve($0) == otherVocabulary.curve($0) }
    }

    /// The names that its conditions and delays use, in order; some more than once.
    var names: [String] {
        watchedNames + (suppressedWhen?.names ?? [])
    }

    /// Those of them that decide whether and when it raises and clears.
    private var watchedNames: [String] {
        var names: [String] = []
        if case .condition(let when, let until) = watch {
            names = when.names + (until?.names ?? [])
        }
        for case .seconds(let formula) in [delay, clearDelay] { names += formula.names }
        return names
    }
}

/// The rules of one kind of equipment.
public struct Profile: Sendable {
    /// The kind of equipment.
    public var kind: String
    /// The names that its rules use.
    public var vocabulary: Vocabulary
    /// The rules, in the order of their files.
    public var rules: [Rule]
    /// How long a device may be silent before its signals are unknown.
    public var silentAfter: Duration
    /// Allowed difference between the device's clock and ours.
    public var skewLimit: Duration

    /// Makes a profile.
    public init(
        kind: String, vocabulary: Vocabulary, rules: [Rule], silentAfter: Duration,
        skewLimit: Duration
    ) {
        self.kind = kind
        self.vocabulary = vocabulary
        self.rules = rules
        self.silentAfter = silentAfter
        self.skewLimit = skewLimit
    }
}
