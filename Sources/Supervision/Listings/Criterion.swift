public import RuleLanguage

/// What makes a hazard a major one: a clause of a standard or a law, and the rules whose hazards
/// match it. A rule can only propose; a person judges.
public struct Criterion: Sendable, Equatable {
    /// Stable id: `gb45067.4.6b`.
    public var id: String
    /// Standard or law and clause, as it is cited.
    public var clause: String
    /// What the clause says, in own words.
    public var title: BilingualText
    /// Rules whose hazards match it.
    public var rules: [String]
    /// Whether use has to stop at once.
    public var stopsUse: Bool
    /// Days to the deadline that are proposed to whoever lists it.
    public var proposedDays: Int
    /// Where the clause was seen.
    public var source: String
    /// How sure we are of it.
    public var confidence: Confidence

    /// Makes a criterion.
    public init(
        id: String, clause: String, title: BilingualText, rules: [String], stopsUse: Bool,
        proposedDays: Int, source: String, confidence: Confidence
    ) {
        self.id = id
        self.clause = clause
        self.title = title
        self.rules = rules
        self.stopsUse = stopsUse
        self.proposedDays = proposedDays
        self.source = source
        self.confidence = confidence
    }
}
