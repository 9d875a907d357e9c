import AlertFormats
import Ledger
import RuleLanguage
import Yams

/// Reads `config/platforms/*.yaml`: the forms of emergency platforms.
struct PlatformFile {
    let source: SourceFile
    let problems: Problems
    /// Lists in lists; more is a mistake, and no platform asks for it.
    private static let mostDepth = 4

    func read(_ node: Node) -> PlatformProfile? {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        let id = SiteFileReader.identifier("platform", section)
        let title = section.bilingual("title")
        let origin = section.text("source")
        let confidence: Confidence? = section.choice("confidence")
        let date = section.text("date")
        let tables = tables(section.optionalSection("tables"))
        let fields = fields(section.sections("fields"), tables, depth: 1)
        guard let id, let title, let origin, let confidence, let date else { return nil }
        return PlatformProfile(
            id: id, title: title, source: origin, confidence: confidence, dateForm: date,
            fields: fields)
    }

    private func tables(_ section: Section?) -> [String: [String: String]] {
        guard let section else { return [:] }
        var tables: [String: [String: String]] = [:]
        for (name, entries) in section.named {
            tables[name] = Dictionary(
                entries.keys.map { ($0, entries.text($0) ?? "") }, uniquingKeysWith: { $1 })
        }
        return tables
    }

    private func fields(
        _ sections: [Section], _ tables: [String: [String: String]], depth: Int
    ) -> [PlatformProfile.Field] {
        var fields: [PlatformProfile.Field] = []
        for section in sections {
            defer { section.finish() }
            let isRequired = section.optionalBoolean("required") ?? false
            guard let name = section.text("name"),
                let content = content(section, tables, depth: depth)
            else { continue }
            if fields.contains(where: { $0.name == name }) {
                section.report("the field \(name) stands twice", at: "name")
            }
            fields.append(.init(name: name, content: content, isRequired: isRequired))
        }
        return fields
    }

    private func content(
        _ section: Section, _ tables: [String: [String: String]], depth: Int
    ) -> PlatformProfile.Content? {
        let ways = ["is", "from", "list", "object"].filter { section.has($0) }
        guard ways.count == 1, let way = ways.first else {
            section.report("a field has one of is, from, list, object")
            return nil
        }
        if way == "is" { return section.text("is").map { .constant(.text($0)) } }
        if way == "from" { return lookup(section, tables).map { .value($0) } }
        guard depth < Self.mostDepth else {
            section.report("fields stand more than \(Self.mostDepth) deep", at: way)
            return nil
        }
        if way == "object" {
            return .object(fields(section.sections("object"), tables, depth: depth + 1))
        }
        return .list(
            section.sections("list").map { item in
                defer { item.finish() }
                return fields(item.sections("fields"), tables, depth: depth + 1)
            })
    }

    private func lookup(
        _ section: Section, _ tables: [String: [String: String]]
    ) -> PlatformProfile.Lookup? {
        guard let path = section.text("from") else { return nil }
        let names = path.split(separator: "/").map(String.init)
        if let first = names.first, !PlatformProfile.roots.contains(first) {
            section.report(
                "there is no \(first): a way begins with "
                    + PlatformProfile.roots.joined(separator: ", "), at: "from")
        }
        var table: [String: String]?
        if let name = section.optionalText("table") {
            table = tables[name]
            if table == nil { section.report("there is no table \(name)", at: "table") }
        }
        let form: PlatformProfile.Form? = section.has("as") ? section.choice("as") : .same
        return PlatformProfile.Lookup(
            path: names, table: table, otherwise: section.optionalText("otherwise"),
            prefix: section.optionalText("prefix") ?? "", form: form ?? .same)
    }
}
