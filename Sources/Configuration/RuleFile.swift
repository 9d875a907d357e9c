import Detection
import RuleLanguage
import Yams

/// Reads the rules of `config/rules/*.yaml`.
struct RuleFile {
    let source: SourceFile
    let problems: Problems

    /// The kinds that a file is for, each with its rules. Every problem of every rule is reported.
    func read(_ node: Node, kinds: [Kind]) -> [(kind: String, rules: [Rule])] {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        let profiles =
            section.node("profile")?.sequence == nil
            ? [section.text("profile")].compactMap { $0 } : section.texts("profile")
        let list = section.node("rules")?.sequence?.map { $0 } ?? []
        _ = section.sections("rules")
        return profiles.compactMap { profile in
            guard let kind = kinds.first(where: { $0.id == profile }) else {
                let known = kinds.map(\.id).joined(separator: ", ")
                section.report(
                    "there is no kind \(profile): the kinds are \(known)", at: "profile")
                return nil
            }
            var rules: [Rule] = []
            for entry in list {
                let entry = Section(entry, in: source, problems)
                guard let rule = rule(entry, kind.vocabulary, after: rules) else { continue }
                rules.append(rule)
            }
            return (profile, rules)
        }
    }

    private enum Flapping: String, CaseIterable { case restart, accumulate }
    private enum Listing: String, CaseIterable { case none, candidate }
    private enum ClearingWord: String, CaseIterable {
        case auto, acknowledge, release

        var clearing: Clearing {
            switch self {
            case .auto: .automatic
            case .acknowledge: .acknowledge
            case .release: .release
            }
        }
    }

    private func rule(
        _ section: Section, _ vocabulary: Vocabulary, after earlier: [Rule]
    ) -> Rule? {
        defer { section.finish() }
        let id = section.text("id")
        let title = section.bilingual("title")
        let guidance = section.bilingual("guidance")
        let form = WatchForm(section)
        let watch = watch(form, section, vocabulary, after: earlier)
        let (delay, clearDelay) = delays(form, section, vocabulary)
        let flapping: Flapping =
            section.has("flapping") ? section.choice("flapping") ?? .restart : .restart
        let suppressedWhen = section.node("suppressed_when").flatMap {
            expression($0, vocabulary, isCondition: true)
        }
        let inhibitedBy = section.node("inhibited_by") == nil ? [] : section.texts("inhibited_by")
        for cause in inhibitedBy { check(cause: cause, among: earlier, section) }
        if form != .condition, section.has("suppressed_when") || section.has("inhibited_by") {
            section.report(
                "only a condition can be suppressed: no data is never no hazard, and what was "
                    + "suppressed is not counted")
        }
        let clearing: ClearingWord? = section.choice("clear")
        let severity: Severity? = section.choice("severity")
        let listing: Listing? = section.choice("listing")
        let lifeSafety = section.boolean("life_safety")
        let catalogue = section.has("catalogue") ? section.texts("catalogue") : []
        let source = section.text("source")
        let confidence: Confidence? = section.choice("confidence")
        if lifeSafety == true, form == .condition, flapping != .accumulate {
            section.report(
                "a life-safety rule needs 'flapping: accumulate', or a flickering contact hides it",
                at: "life_safety")
        }
        if form == .repetition, clearing == .auto {
            section.report(
                "a repetition ends when a person has looked at it: acknowledge or release",
                at: "clear")
        }
        guard let id, let title, let guidance, let watch, let delay, let clearDelay, let clearing,
            let severity, let listing, let lifeSafety, let source, let confidence
        else { return nil }
        return Rule(
            id: id, title: title, guidance: guidance, watch: watch, delay: delay,
            clearDelay: clearDelay, accumulates: flapping == .accumulate,
            clearing: clearing.clearing, severity: severity, isLifeSafety: lifeSafety,
            isListingCandidate: listing == .candidate, source: source, confidence: confidence,
            text: text(form, section), suppressedWhen: suppressedWhen,
            inhibitedBy: inhibitedBy, catalogue: catalogue, evidence: evidence(section))
    }

    /// `evidence: {before: 30s, after: 10s}`.
    private func evidence(_ section: Section) -> EvidenceWindow {
        guard section.has("evidence"), let part = section.section("evidence") else {
            return .standard
        }
        defer { part.finish() }
        let longest = EvidenceWindow.longest
        guard let before = part.duration("before"), let after = part.duration("after") else {
            return .standard
        }
        if before > longest.before || after > longest.after || before < .zero || after < .zero {
            part.report("evidence goes back 300s at most, and on for 60s")
        }
        return EvidenceWindow(before: before, after: after)
    }

    func expression(
        _ node: Node, _ vocabulary: Vocabulary, isCondition: Bool
    ) -> Expression? {
        guard let text = node.scalar?.string else {
            source.report("expected a text", at: node, to: problems)
            return nil
        }
        switch Parser.parse(text) {
        case .failure(let list):
            source.report(list.diagnostics, in: node, to: problems)
            return nil
        case .success(let expression):
            let diagnostics =
                isCondition
                ? Checker.check(condition: expression, in: vocabulary)
                : Checker.check(formula: expression, in: vocabulary)
            source.report(diagnostics, in: node, to: problems)
            return diagnostics.isEmpty ? expression : nil
        }
    }
}
