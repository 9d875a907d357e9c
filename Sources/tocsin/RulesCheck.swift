import Agent
import ArgumentParser
import Configuration
import Ledger
import Line
import RuleLanguage

/// `tocsin rules check`: is there anything about the rules that is hardly meant?
struct RulesCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for rules that cannot clear, contradict themselves, or raise too easily.",
        discussion: """
            Whatever makes a rule invalid is found first, as by tocsin check (exit 78). Then each \
            rule is tried out for each set of parameters of the site. Exits 1 when something \
            should be mended; notes alone exit 0.
            """)

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let site = try shared.load()
        var seen: [LintFinding] = []
        for (index, profile) in site.plan.profiles.enumerated() {
            for rule in profile.rules {
                for piece in site.plan.equipment where piece.kind == index {
                    for finding in Lint.check(rule, of: profile, parameters: piece.parameters)
                    where !seen.contains(finding) {
                        seen.append(finding)
                        report(finding)
                    }
                }
            }
        }
        let faults = seen.count { !$0.isNote }
        if !shared.json {
            // Parameters decide what a rule says, so a kind without equipment cannot be tried.
            let tried = site.plan.profiles.indices.filter { kind in
                site.plan.equipment.contains { $0.kind == kind }
            }
            let rules = Set(tried.flatMap { site.plan.profiles[$0].rules.map(\.id) })
            let others = site.plan.profiles.indices.filter { !tried.contains($0) }
                .map { site.plan.profiles[$0].kind }
            Output.line(
                "\(faults) to mend 待修正, \(seen.count - faults) notes 提示, "
                    + "\(rules.count) rules tried 已试算规则")
            if !others.isEmpty {
                Output.line(
                    "not tried, since the site has no such equipment 无此类设备未试算: "
                        + others.joined(separator: ", "))
            }
        }
        if faults > 0 { throw ExitCode(ExitStatus.negative.rawValue) }
    }

    private func report(_ finding: LintFinding) {
        if shared.json {
            Output.line(
                .object([
                    ("rule", .text(finding.rule)), ("message", .text(finding.message)),
                    ("note", .boolean(finding.isNote)),
                ]))
        } else {
            Output.line("\(finding.isNote ? "note" : "✘") \(finding.rule): \(finding.message)")
        }
    }
}
