import Detection
import RuleLanguage
import Supervision
import Yams

/// What a rule's keys say that it watches.
enum WatchForm {
    case condition, silence, repetition

    init(_ section: Section) {
        self =
            section.has("silence")
            ? .silence : section.has("repeats") ? .repetition : .condition
    }
}

// How a rule says what it watches: a condition, a silence, or how often other rules raise.

extension RuleFile {
    func watch(
        _ form: WatchForm, _ section: Section, _ vocabulary: Vocabulary, after earlier: [Rule]
    ) -> Rule.Watch? {
        switch form {
        case .condition: condition(section, vocabulary)
        case .silence: .silence
        case .repetition: section.section("repeats").flatMap { repetition($0, after: earlier) }
        }
    }

    func delays(
        _ form: WatchForm, _ section: Section, _ vocabulary: Vocabulary
    ) -> (raise: RuleDelay?, clear: RuleDelay?) {
        switch form {
        case .condition:
            return (
                delay("for", section, vocabulary), delay("clear_after", section, vocabulary)
            )
        case .silence:
            let delay = delay("silence", section, vocabulary)
            if case .fixed(.zero)? = delay {
                section.report("silence must be longer than nothing", at: "silence")
            }
            return (delay, .fixed(.zero))
        case .repetition: return (.fixed(.zero), .fixed(.zero))
        }
    }

    /// The rule's condition as written, for evidence.
    func text(_ form: WatchForm, _ section: Section) -> String {
        switch form {
        case .condition:
            let when = section.optionalText("when") ?? ""
            let delay = section.optionalText("for") ?? ""
            let even = when.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return "\(even) for \(delay)"
        case .silence: return "silence: \(section.optionalText("silence") ?? "")"
        case .repetition:
            guard let repeats = section.optionalSection("repeats") else { return "" }
            let rules = repeats.texts("of").joined(separator: ", ")
            return "\(rules): \(repeats.text("count") ?? "") within \(repeats.text("within") ?? "")"
        }
    }

    /// Rules are judged in their order, so a cause must come first, and none can explain itself
    /// through others.
    func check(cause id: String, among earlier: [Rule], _ section: Section) {
        guard let cause = earlier.first(where: { $0.id == id }) else {
            section.report(
                "no rule \(id) stands before this one in the file: a cause must come first",
                at: "inhibited_by")
            return
        }
        guard case .condition = cause.watch else {
            section.report(
                "\(id) has no condition, so it explains nothing", at: "inhibited_by")
            return
        }
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

    private func repetition(_ section: Section, after earlier: [Rule]) -> Rule.Watch? {
        defer { section.finish() }
        let causes = section.texts("of")
        let count = section.integer("count", in: 2...SupervisionLimits.repetitions)
        let window = section.duration("within")
        if window == .zero { section.report("within must be longer than nothing", at: "within") }
        for id in causes {
            guard let rule = earlier.first(where: { $0.id == id }) else {
                section.report("no rule \(id) stands before this one in the file", at: "of")
                continue
            }
            if case .repetition = rule.watch {
                section.report("\(id) counts others itself: name those", at: "of")
            }
        }
        guard let count, let window else { return nil }
        return .repetition(of: causes, count: count, within: window)
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
}
