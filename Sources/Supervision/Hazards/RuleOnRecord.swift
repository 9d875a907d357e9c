public import Ledger
public import RuleLanguage

extension Rule {
    /// What evidence says of the rule that raised a hazard.
    public var onRecord: JSONValue {
        .object([
            ("id", .text(id)), ("condition", .text(text)),
            ("title", .object([("en", .text(title.english)), ("zh", .text(title.chinese))])),
            ("severity", .text(severity.rawValue)), ("life_safety", .boolean(isLifeSafety)),
            ("source", .text(source)), ("confidence", .text(confidence.rawValue)),
        ])
    }
}
