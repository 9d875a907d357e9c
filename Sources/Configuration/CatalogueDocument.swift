import Line
import RuleLanguage

/// The hazard catalogue as a page: what is watched, by which rule, how sure its numbers are, and
/// what only records can decide. `docs/catalogue.md` is this text.
public struct CatalogueDocument {
    private let catalogue: HazardCatalogue
    private let profiles: [Profile]

    /// The page of a site that has a catalogue.
    public init?(_ site: SiteConfiguration) {
        guard let catalogue = site.catalogue else { return nil }
        self.catalogue = catalogue
        profiles = site.plan.profiles
    }

    /// The page, as Markdown.
    public var text: String {
        var lines = [
            "# Hazard catalogue 隐患目录", "",
            "Made from `config/` by `tocsin rules catalogue`; a test compares. Severities, delays "
                + "and hysteresis are engineering defaults unless the source says otherwise. "
                + "♥ people may die of it; ⚑ may propose listed supervision.", "",
            "由 `tocsin rules catalogue` 根据 `config/` 生成，有测试比对。除依据另有说明外，级别、延时和回差均为工程默认值。"
                + "♥ 危及生命；⚑ 可提请挂牌督办。", "",
            "How sure the numbers are 数值可信度: verified 见于所引依据; secondary 见于二手资料; "
                + "memory 凭记忆; engineering 工程默认值.", "",
        ]
        for group in catalogue.groups { lines += section(group) }
        return (lines + defaults).joined(separator: "\n") + "\n"
    }

    private func section(_ group: HazardCatalogue.Group) -> [String] {
        var lines = [
            "## \(group.title.english) \(group.title.chinese)", "",
            "| id | hazard 隐患 | rule 规则 | severity 级别 | source 依据 | confidence 可信度 |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for entry in group.hazards where entry.records == nil {
            lines += rows(entry)
        }
        let remarks = group.hazards.compactMap { entry in entry.note.map { (entry.id, $0) } }
        if !remarks.isEmpty {
            lines += ["", "Left open by the rules 规则未覆盖之处:", ""]
            lines += remarks.map { "- \($0): \($1.english) \($1.chinese)" }
        }
        let recorded = group.hazards.filter { $0.records != nil }
        if !recorded.isEmpty {
            lines += [
                "", "Decided by records alone 仅凭记录判定:", "",
                "| id | hazard 隐患 | why 原因 |", "| --- | --- | --- |",
            ]
            lines += recorded.map { entry in
                "| \(entry.id) | \(both(entry.title)) | \(entry.records.map(both) ?? "") |"
            }
        }
        return lines + [""]
    }

    private func rows(_ entry: HazardCatalogue.Entry) -> [String] {
        var seen: Set<String> = []
        let rules = profiles.flatMap(\.rules).filter {
            $0.catalogue.contains(entry.id) && seen.insert($0.id).inserted
        }
        return rules.enumerated().map { index, rule in
            let marks =
                (rule.isLifeSafety ? " ♥" : "") + (rule.isListingCandidate ? " ⚑" : "")
            let head = index == 0 ? "| \(entry.id) | \(both(entry.title))" : "| |"
            return "\(head) | `\(rule.id)` | \(rule.severity.rawValue)\(marks) | "
                + "\(cell(rule.source)) | \(rule.confidence.rawValue) |"
        }
    }

    private var defaults: [String] {
        var lines = [
            "## Parameters that need not be given 可不填写的参数", "",
            "A site's own value always wins; `tocsin check` names the defaults in use. Without an "
                + "optional parameter the rules that need it are not in force.", "",
            "现场数值始终优先；`tocsin check` 会列出所采用的默认值。缺少可选参数时，相关规则不启用。", "",
            "| kind 类别 | parameter 参数 | default 默认值 |", "| --- | --- | --- |",
        ]
        for profile in profiles {
            for parameter in profile.vocabulary.parameters {
                switch parameter.presence {
                case .required: continue
                case .optional:
                    lines.append("| \(profile.kind) | `\(parameter.name)` | optional 可选 |")
                case .standard(let value):
                    let text = Trial(value: value, type: parameter.type).text
                    lines.append("| \(profile.kind) | `\(parameter.name)` | \(text) |")
                }
            }
        }
        return lines
    }

    private func both(_ text: BilingualText) -> String {
        cell("\(text.english) \(text.chinese)")
    }

    private func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|")
    }
}
