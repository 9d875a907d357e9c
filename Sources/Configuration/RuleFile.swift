import Detection
import RuleLanguage
import Yams

/// Reads the rules of `config/rules/*.yaml`.
struct RuleFile {
    let source: SourceFile
    let problems: Problems

    /// The kind that a file is for and its rules. Every problem of every rule is reported.
    func read(_ node: Node, kinds: [Kind]) -> (kind: String, rules: [Rule])? {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        guard let profile = section.text("profile") else { return nil }
        let list = section.sections("rules")
        guard let kind = kinds.first(where: { $0.id == profile }) else {
            let known = kinds.map(\.id).joined(separator: ", ")
            section.report("there is no kind \(profile): the kinds are \(known)", at: "profile")
            return nil
        }
        var rules: [Rule] = []
        for entry in list {
            guard let rule = rule(entry, kind.vocabulary, after: rules) else { continue }
            rules.append(rule)
        }
        return (profile, rules)
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
        let isSilence = section.has("silence")
        let watch = isSilence ? Rule.Watch.silence : condition(section, vocabulary)
        let delay = delay(isSilence ? "silence" : "for", section, vocabulary)
        if isSilence, case .fixed(.zero)? = delay {
            section.report("silence must be longer than nothing", at: "silence")
        }
        let clearDelay =
            isSilence ? RuleDelay.fixed(.zero) : self.delay("clear_after", section, vocabulary)
        let flapping: Flapping =
            section.has("flapping") ? section.choice("flapping") ?? .restart : .restart
        let suppressedWhen = section.node("suppressed_when").flatMap {
            expression($0, vocabulary, isCondition: true)
        }
        let inhibitedBy = causes(section, among: earlier)
        if isSilence, section.has("suppressed_when") || section.has("inhibited_by") {
            section.report("silence is never suppressed: no data is never no hazard")
        }
        let clearing: ClearingWord? = section.choice("clear")
        let severity: Severity? = section.choice("severity")
        let listing: Listing? = section.choice("listing")
        let lifeSafety = section.boolean("life_safety")
        let source = section.text("source")
        let confidence: Confidence? = section.choice("confidence")
        if lifeSafety == true, !isSilence, flapping != .accumulate {
            section.report(
                "a life-safety rule needs 'flapping: accumulate', or a flickering contact hides it",
                at: "life_safety")
        }
        guard let id, let title, let guidance, let watch, let delay, let clearDelay, let clearing,
            let severity, let listing, let lifeSafety, let source, let confidence
        else { return nil }
        return Rule(
            id: id, title: title, guidance: guidance, watch: watch, delay: delay,
            clearDelay: clearDelay, accumulates: flapping == .accumulate,
            clearing: clearing.clearing, severity: severity, isLifeSafety: lifeSafety,
            isListingCandidate: listing == .candidate, source: source, confidence: confidence,
            text: text(section, isSilence), suppressedWhen: suppressedWhen,
            inhibitedBy: inhibitedBy)
    }

    /// The rules that explain this one. Rules are judged in their order, so a cause must come
    /// first, and none can explain itself through others.
    private func causes(_ section: Section, among earlier: [Rule]) -> [String] {
        let named = section.node("inhibited_by") == nil ? [] : section.texts("inhibited_by")
        return named.filter { id in
            guard let cause = earlier.first(where: { $0.id == id }) else {
                section.report(
                    "no rule \(id) stands before this one in the file: a cause must come first",
                    at: "inhibited_by")
                return false
            }
            if case .silence = cause.watch {
                section.report(
                    "\(id) watches silence, which explains nothing", at: "inhibited_by")
                return false
            }
            return true
        }
    }

    private func text(_ section: Section, _ isSilence: Bool) -> String {
        if isSilence { return "silence: \(section.optionalText("silence") ?? "")" }
        let when = section.optionalText("when") ?? ""
        let delay = section.optionalText("for") ?? ""
        return "\(when.split(whereSeparator: \.isWhitespace).joined(separator: " ")) for \(delay)"
    }

    private func condition(_ section: Section, _ vocabulary: Vocabulary) -> Rule.Watch? {
        guard let node = section.required("when") else { return nil }
        let when = expression(node, vocabulary, isCondition: true)
        var until: Expression?
        if let node = section.node("until") {
            until = expression(node, vocabulary, isCondition: true)
            if until == nil { return nil }
        }
        return when.map { .condition(when: $0, until: until) }
    }

    private func delay(
        _ key: String, _ section: Section, _ vocabulary: Vocabulary
    ) -> RuleDelay? {
        guard let node = section.required(key) else { return nil }
        if let text = node.scalar?.string, let fixed = Section.duration(text) {
            return .fixed(fixed)
        }
        return expression(node, vocabulary, isCondition: false).map { .seconds($0) }
    }

    private func expression(
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
