import Agent
import ArgumentParser
import Configuration
import Ledger
import Line
import RuleLanguage

/// `tocsin rules catalogue`: which hazards are watched, and which are not?
struct RulesCatalogue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "Print the hazard catalogue: what the rules decide, what only records can.",
        discussion: "As Markdown, in both languages; with --json one object per rule and hazard.")

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let site = try shared.load()
        guard let catalogue = site.catalogue, let document = CatalogueDocument(site) else {
            throw shared.fail(
                AgentFailure(
                    .negative, "this site has no catalogue: name its file under 'catalogue:'"))
        }
        guard shared.json else {
            Output.line(String(document.text.dropLast()))
            return
        }
        for entry in catalogue.groups.flatMap(\.hazards) {
            let rules = site.plan.profiles.flatMap { profile in
                profile.rules.filter { $0.catalogue.contains(entry.id) }
                    .map { "\(profile.kind)/\($0.id)" }
            }
            Output.line(
                .object([
                    ("hazard", .text(entry.id)),
                    ("title_en", .text(entry.title.english)),
                    ("title_zh", .text(entry.title.chinese)),
                    ("rules", .array(rules.map { .text($0) })),
                    ("records", entry.records.map { .text($0.english) } ?? .null),
                ]))
        }
    }
}
