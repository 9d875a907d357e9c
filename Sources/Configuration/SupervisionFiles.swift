import Detection
import RuleLanguage
import Supervision
import Timestamps
import Yams

/// Reads the files of `config/supervision/`.
struct SupervisionFiles {
    let source: SourceFile
    let problems: Problems

    // MARK: - calendar.yaml

    func calendar(_ node: Node) -> WorkCalendar? {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        let offset = section.text("utc_offset").flatMap { text -> Duration? in
            // RFC 3339 writes an offset behind a time.
            guard let moment = RFC3339.parse("2000-01-01T00:00:00" + text) else {
                section.report("utc_offset must be an offset such as +08:00", at: "utc_offset")
                return nil
            }
            let midnight = RFC3339.parse("2000-01-01T00:00:00Z") ?? moment
            return midnight - moment
        }
        var calendar = WorkCalendar(offset: offset ?? .zero)
        for year in section.sections("years") {
            defer { year.finish() }
            guard let number = year.integer("year", in: 1970...2261) else { continue }
            _ = year.text("source")
            let _: Confidence? = year.choice("confidence")
            if !calendar.years.insert(Int64(number)).inserted {
                year.report("the year \(number) stands twice", at: "year")
            }
            for date in dates("holidays", year, of: number) { calendar.holidays.insert(date) }
            for date in dates("workdays", year, of: number) {
                if !date.isWeekend {
                    year.report("\(date) is no Saturday or Sunday: a working day as it is")
                }
                calendar.workdays.insert(date)
            }
        }
        return offset == nil ? nil : calendar
    }

    private func dates(_ key: String, _ section: Section, of year: Int) -> [CivilDate] {
        section.texts(key).compactMap { text in
            guard let date = CivilDate(text), date.year == Int64(year) else {
                section.report("\(text) is no date of \(year) such as \(year)-11-26", at: key)
                return nil
            }
            return date
        }
    }

    // MARK: - terms.yaml

    func terms(_ node: Node) -> ListingTerms {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        var terms = ListingTerms()
        func read(_ key: String, _ path: WritableKeyPath<ListingTerms, Int>) {
            if let days = section.integer(key, in: 1...3_650) { terms[keyPath: path] = days }
        }
        read("verify_hours", \.verifyHours)
        read("verify_days", \.verifyDays)
        read("report_hours", \.reportHours)
        read("list_days", \.listDays)
        read("file_days", \.fileDays)
        read("announce_days", \.announceDays)
        read("plan_days", \.planDays)
        read("progress_days", \.progressDays)
        read("extension_days", \.extensionDays)
        read("decision_days", \.decisionDays)
        read("longest_days", \.longestDays)
        read("recheck_days", \.recheckDays)
        read("announce_end_days", \.announceEndDays)
        read("superior_days", \.superiorDays)
        read("licence_days", \.licenceDays)
        if terms.superiorDays >= terms.licenceDays {
            section.report("superior_days must be less than licence_days", at: "superior_days")
        }
        return terms
    }

    // MARK: - criteria.yaml

    func criteria(_ node: Node) -> [Criterion] {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        var criteria: [Criterion] = []
        for part in section.sections("criteria") {
            defer { part.finish() }
            let rules = part.texts("rules")
            let confidence: Confidence? = part.choice("confidence")
            guard let id = part.text("id"), let clause = part.text("clause"),
                let title = part.bilingual("title"), let stops = part.boolean("stops_use"),
                let days = part.integer("proposed_days", in: 0...3_650),
                let seen = part.text("source"), let confidence
            else { continue }
            if criteria.contains(where: { $0.id == id }) {
                part.report("the criterion \(id) stands twice", at: "id")
            }
            for rule in rules where criteria.contains(where: { $0.rules.contains(rule) }) {
                part.report("\(rule) stands in two criteria: one case, one clause", at: "rules")
            }
            criteria.append(
                Criterion(
                    id: id, clause: clause, title: title, rules: rules, stopsUse: stops,
                    proposedDays: days, source: seen, confidence: confidence))
        }
        return criteria
    }

    /// What does not fit together: rules that there are not, or that propose nothing, and proposals
    /// without a criterion.
    func check(_ criteria: [Criterion], _ rules: [Rule]) {
        for criterion in criteria {
            for id in criterion.rules {
                guard let rule = rules.first(where: { $0.id == id }) else {
                    problems.add(
                        "\(criterion.id) names the rule \(id), which there is not",
                        in: source.name)
                    continue
                }
                if !rule.isListingCandidate {
                    problems.add(
                        "\(criterion.id) names \(id), which is no listing candidate",
                        in: source.name)
                }
            }
        }
        for rule in rules where rule.isListingCandidate {
            if !criteria.contains(where: { $0.rules.contains(rule.id) }) {
                problems.add(
                    "the listing candidate \(rule.id) stands in no criterion: by which clause is "
                        + "it a major hazard?", in: source.name)
            }
        }
    }

    // MARK: - incidents.yaml

    func incidents(
        _ node: Node, kinds: [Kind], rules: [(kind: String, rule: Rule)]
    ) -> [IncidentPlan] {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        var plans: [IncidentPlan] = []
        for part in section.sections("incidents") {
            defer { part.finish() }
            let place: HoldingPlace? = part.choice("place")
            let named = part.texts("rules")
            let persons = part.optionalText("persons")
            for name in part.texts("kinds") {
                guard let kind = kinds.first(where: { $0.id == name }) else {
                    part.report("there is no kind \(name)", at: "kinds")
                    continue
                }
                for id in named
                where !rules.contains(where: { $0.kind == name && $0.rule.id == id }) {
                    part.report("there is no rule \(id) for \(name)", at: "rules")
                }
                if let persons, kind.vocabulary.slot(of: persons) == nil {
                    part.report("\(name) has no signal \(persons)", at: "persons")
                }
                if plans.contains(where: { $0.kind == name }) {
                    part.report("\(name) stands twice", at: "kinds")
                }
                guard let place else { continue }
                plans.append(
                    IncidentPlan(kind: name, place: place, rules: named, personsSignal: persons))
            }
        }
        return plans
    }
}
