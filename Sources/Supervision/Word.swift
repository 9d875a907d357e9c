public import Detection

/// Something that a person says about a hazard: who, when and why. Evidence.
public struct Word: Sendable, Equatable {
    /// Who says it.
    public var actor: String
    /// Why.
    public var reason: String
    /// When, on the line's clock.
    public var at: Instant

    /// Takes down a word.
    public init(actor: String, reason: String, at: Instant) {
        self.actor = actor
        self.reason = reason
        self.at = at
    }

    /// - Throws: a refusal when the actor or the reason is empty, too long or not plain text.
    public func check() throws(Refusal) {
        for (name, text) in [("the actor", actor), ("the reason", reason)] {
            guard Self.isUsable(text, SupervisionLimits.wordLength) else {
                throw Refusal(
                    "\(name) must be a text of at most \(SupervisionLimits.wordLength) characters")
            }
        }
    }

    /// Whether a text says something, is not too long and has no control characters.
    static func isUsable(_ text: String, _ length: Int) -> Bool {
        text.contains(where: { !$0.isWhitespace }) && text.count <= length
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}

/// What a person can ask for.
public enum HazardCommand: Sendable, Equatable {
    /// I have seen it.
    case acknowledge
    /// I have inspected it: it may end.
    case release
    /// Spare me its alerts until then.
    case shelve(until: Instant)
    /// Take it from the shelf before its time.
    case unshelve

    /// The word for it in entries and answers.
    public var verb: String {
        switch self {
        case .acknowledge: "acknowledged"
        case .release: "released"
        case .shelve: "shelved"
        case .unshelve: "unshelved"
        }
    }
}

/// Why something that a person asked for is not done, with what can be done instead.
public struct Refusal: Error, Sendable, Equatable {
    /// For people.
    public var message: String

    /// Makes a refusal.
    public init(_ message: String) { self.message = message }
}

/// A rule on a piece of equipment: where a hazard can stand.
public struct HazardPlace: Sendable, Hashable {
    /// The equipment's id.
    public var equipment: String
    /// The rule's id.
    public var rule: String

    /// Names a place.
    public init(equipment: String, rule: String) {
        self.equipment = equipment
        self.rule = rule
    }
}
