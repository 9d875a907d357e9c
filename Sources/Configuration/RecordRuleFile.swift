import Detection
import RuleLanguage
import Supervision
import Yams

/// Reads `config/supervision/records.yaml`: rules over papers.
struct RecordRuleFile {
    let source: SourceFile
    let problems: Problems

    private enum CheckType: String, CaseIterable {
        case passed, unqualified, missing
        case dueWithin = "due_within"
        case olderThan = "older_than"
        case trialRunMissing = "trial_run_missing"
    }

    private enum Listing: String, CaseIterable { case none, candidate }

    func read(_ node: Node, kinds: [String]) -> [RecordRule] {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        var rules: [RecordRule] = []
        for part in section.sections("records") {
            guard let rule = rule(part, kinds) else { continue }
            if rules.contains(where: { $0.rule.id == rule.rule.id }) {
                part.report("the rule \(rule.rule.id) is defined twice", at: "id")
            }
            rules.append(rule)
        }
        return rules
    }

    private func rule(_ section: Section, _ known: [String]) -> RecordRule? {
        defer { section.finish() }
        let kinds = section.has("kinds") ? section.texts("kinds") : nil
        for kind in kinds ?? [] where !known.contains(kind) {
            section.report("there is no kind \(kind)", at: "kinds")
        }
        let check = section.section("check").flatMap { self.check($0) }
        let severity: Severity? = section.choice("severity")
        let listing: Listing? = section.choice("listing")
        let confidence: Confidence? = section.choice("confidence")
        guard let id = section.text("id"), let title = section.bilingual("title"),
            let guidance = section.bilingual("guidance"), let seen = section.text("source"),
            let check, let severity, let listing, let confidence
        else { return nil }
        if !id.hasPrefix("record.") {
            section.report("the id of a rule over papers begins with 'record.'", at: "id")
        }
        // Over papers there is nothing to delay, and nothing that may cost lives within minutes.
        let rule = Rule(
            id: id, title: title, guidance: guidance, watch: .silence, delay: .fixed(.zero),
            clearDelay: .fixed(.zero), accumulates: false, clearing: .automatic,
            severity: severity, isLifeSafety: false, isListingCandidate: listing == .candidate,
            source: seen, confidence: confidence, text: check.description)
        return RecordRule(rule: rule, check: check, kinds: kinds)
    }

    private func check(_ section: Section) -> RecordRule.Check? {
        defer { section.finish() }
        guard let type: CheckType = section.choice("type") else { return nil }
        switch type {
        case .passed:
            let used = section.optionalBoolean("used_since") ?? false
            return date(section).map { .passed($0, usedSince: used) }
        case .dueWithin:
            guard let column = date(section), let days = section.integer("days", in: 1...3_650)
            else { return nil }
            return .dueWithin(column, days: days)
        case .olderThan:
            guard let column = date(section), let days = section.integer("days", in: 1...3_650)
            else { return nil }
            return .olderThan(column, days: days)
        case .unqualified: return .unqualified
        case .trialRunMissing:
            return section.integer("after_hours", in: 0...24).map {
                .trialRunMissing(afterHours: $0)
            }
        case .missing:
            let columns = section.texts("columns").compactMap { column($0, section, "columns") }
            return .missing(columns)
        }
    }

    private func date(_ section: Section) -> RegistryField? {
        guard let name = section.text("column"), let column = column(name, section, "column")
        else { return nil }
        guard column.kind == .date else {
            section.report("\(name) is no date", at: "column")
            return nil
        }
        return column
    }

    private func column(_ name: String, _ section: Section, _ key: String) -> RegistryField? {
        guard let field = RegistryField(rawValue: name) else {
            section.report("the registry has no column \(name)", at: key)
            return nil
        }
        return field
    }
}
