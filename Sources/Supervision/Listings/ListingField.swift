/// One thing that a step of a listing says, by the name that it has in the ledger, on the command
/// line (with hyphens) and in documents. Fields and forms: Ningbo and Quanzhou notices.
public enum ListingField: String, Sendable, CaseIterable, Hashable {
    // What was found.
    case source, equipment, rule, hazard, criterion, finding
    // Judgement.
    case major, clause
    // Who answers: the unit, the trade department, the special-equipment authority.
    case unit, responsible
    case tradeOwner = "trade_owner"
    case authorityOwner = "authority_owner"
    // The notice.
    case number, level, body, demand, measures, deadline
    case planBy = "plan_by"
    case contact
    // What follows.
    case place, plan, funds
    case newDeadline = "new_deadline"
    case granted, passed, persons, into, from, to
    // The agent's own.
    case clock, due

    /// What its value is.
    public enum Kind: Sendable { case text, date, flag, people }

    /// What its value is.
    public var kind: Kind {
        switch self {
        case .deadline, .planBy, .newDeadline: .date
        case .major, .granted, .passed: .flag
        case .persons: .people
        case .source, .equipment, .rule, .hazard, .criterion, .finding, .clause, .unit,
            .responsible, .tradeOwner, .authorityOwner, .number, .level, .body, .demand, .measures,
            .contact, .place, .plan, .funds, .into, .from, .to, .clock, .due:
            .text
        }
    }

    /// The option of `tocsin listings` that gives it.
    public var option: String {
        "--" + rawValue.split(separator: "_").joined(separator: "-")
    }
}
