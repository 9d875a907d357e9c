public import RuleLanguage
import Yams

/// The hazards that the project knows of, whether telemetry can decide them or records alone.
public struct HazardCatalogue: Sendable {
    /// One hazard.
    public struct Entry: Sendable {
        /// Its id, such as `L03`; rules name it under `catalogue`.
        public var id: String
        /// What it is.
        public var title: BilingualText
        /// Why only records can decide it; `nil` when rules do.
        public var records: BilingualText?
        /// What the rules leave open; `nil` when nothing.
        public var note: BilingualText?
    }

    /// The hazards of one sort of machine.
    public struct Group: Sendable {
        /// The sort.
        public var title: BilingualText
        /// Its hazards, in order.
        public var hazards: [Entry]
    }

    /// The groups, in the order of the file.
    public var groups: [Group]

    var entries: [Entry] { groups.flatMap(\.hazards) }

    /// Reads `config/catalogue.yaml`.
    static func read(
        _ node: Node, in source: SourceFile, _ problems: Problems
    ) -> HazardCatalogue {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        let groups = section.sections("groups").compactMap { group -> Group? in
            defer { group.finish() }
            let title = group.bilingual("title")
            let hazards = group.sections("hazards").compactMap { entry($0) }
            return title.map { Group(title: $0, hazards: hazards) }
        }
        let catalogue = HazardCatalogue(groups: groups)
        let ids = catalogue.entries.map(\.id)
        for (index, id) in ids.enumerated() where ids[..<index].contains(id) {
            section.report("the hazard \(id) stands twice", at: "groups")
        }
        return catalogue
    }

    private static func entry(_ section: Section) -> Entry? {
        defer { section.finish() }
        let records = section.has("records") ? section.bilingual("records") : nil
        let note = section.has("note") ? section.bilingual("note") : nil
        guard let id = section.text("id"), let title = section.bilingual("title") else {
            return nil
        }
        return Entry(id: id, title: title, records: records, note: note)
    }

    /// What does not fit together: rules that name no hazard of the catalogue, hazards that neither
    /// a rule nor a record decides.
    func check(_ rules: [Rule], _ path: String, _ problems: Problems) {
        let known = Set(entries.map(\.id))
        for rule in rules {
            for id in rule.catalogue where !known.contains(id) {
                problems.add(
                    "the rule \(rule.id) names the hazard \(id), which is not here", in: path)
            }
        }
        let decided = Set(rules.flatMap(\.catalogue))
        for entry in entries where (entry.records != nil) == decided.contains(entry.id) {
            problems.add(
                entry.records == nil
                    ? "no rule decides \(entry.id): say under 'records' why"
                    : "\(entry.id) is said to be for records alone, but a rule decides it", in: path
            )
        }
    }
}
