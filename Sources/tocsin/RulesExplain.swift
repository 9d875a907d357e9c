import Agent
import ArgumentParser
import Configuration
import Detection
import Ledger
import Line
import RuleLanguage

/// `tocsin rules explain`: what does a rule mean for a piece of equipment?
struct RulesExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show in words and numbers what a rule means for a piece of equipment.")

    @OptionGroup var shared: SharedOptions

    @Argument(help: "The rule's id, such as lift.overspeed.")
    var rule: String

    @Option(name: .long, help: "The equipment; default: all of the rule's kind.")
    var equipment: String?

    func run() throws {
        let site = try shared.load()
        let plan = site.plan
        guard
            let kind = plan.profiles.firstIndex(where: { $0.rules.contains { $0.id == rule } }),
            let rule = plan.profiles[kind].rules.first(where: { $0.id == self.rule })
        else {
            throw shared.fail(AgentFailure(.negative, "there is no rule \(rule)"))
        }
        let pieces = plan.equipment.filter {
            $0.kind == kind && (equipment == nil || $0.id == equipment)
        }
        guard !pieces.isEmpty else {
            throw shared.fail(
                AgentFailure(
                    .negative,
                    "\(equipment ?? "nothing") is no \(plan.profiles[kind].kind) of this site"))
        }
        if !shared.json { printHead(rule) }
        for piece in pieces {
            let missing = plan.profiles[kind].vocabulary.missing(for: rule, in: piece.parameters)
            guard missing.isEmpty else {
                printIdle(rule, piece, missing)
                continue
            }
            do throws(Diagnostic) {
                let explanation = try Explanation(
                    rule, in: plan.profiles[kind].vocabulary, parameters: piece.parameters)
                shared.json ? printJSON(rule, piece, explanation) : print(rule, piece, explanation)
            } catch {
                throw shared.fail(AgentFailure(.configurationInvalid, error.message))
            }
        }
    }

    private func printHead(_ rule: Rule) {
        Output.line("\(rule.id)  \(rule.title.english)  \(rule.title.chinese)")
        let danger = rule.isLifeSafety ? ", life safety 危及生命" : ""
        Output.line("  severity 级别    \(rule.severity.rawValue)\(danger)")
        Output.line("  do 处置         \(rule.guidance.english)")
        Output.line("                  \(rule.guidance.chinese)")
        Output.line("  source 依据     \(rule.source) (\(rule.confidence.rawValue))")
    }

    private func printIdle(_ rule: Rule, _ piece: SitePlan.Equipment, _ missing: [String]) {
        let names = missing.joined(separator: ", ")
        if shared.json {
            Output.line(
                .object([
                    ("rule", .text(rule.id)), ("equipment", .text(piece.id)),
                    ("missing_parameters", .array(missing.map { .text($0) })),
                ]))
        } else {
            Output.line("")
            Output.line("\(piece.id)  not in force: give 未启用，缺少参数 \(names)")
        }
    }

    private func print(_ rule: Rule, _ piece: SitePlan.Equipment, _ explanation: Explanation) {
        let parameters = explanation.parameters.map {
            "\($0.name) = \($0.value)\($0.isDefault ? " default in use 采用默认值" : "")"
        }
        Output.line("")
        Output.line(
            "\(piece.id)" + (parameters.isEmpty ? "" : "  (\(parameters.joined(separator: ", ")))"))
        if let when = explanation.whenWorkedOut, let until = explanation.untilWorkedOut {
            Output.line("  raised 触发     \(when)")
            Output.line("    for 持续      \(Self.text(explanation.delay))\(flapping(rule))")
            Output.line("  over 解除       \(until)")
            Output.line("    for 持续      \(Self.text(explanation.clearDelay))\(clearing(rule))")
            if let reason = explanation.suppressedWorkedOut {
                Output.line("  suppressed 抑制 while \(reason)")
            }
            if !rule.inhibitedBy.isEmpty {
                let causes = rule.inhibitedBy.joined(separator: ", ")
                Output.line("  suppressed 抑制 while its cause stands 成因存在时: \(causes)")
            }
        } else {
            Output.line("  raised 触发     no message for \(Self.text(explanation.delay)) 无消息")
            Output.line("  over 解除       three messages 收到三条消息\(clearing(rule))")
        }
    }

    private func flapping(_ rule: Rule) -> String {
        rule.accumulates
            ? "; an interruption takes back a quarter of its length 中断按四分之一扣减"
            : "; an interruption starts it anew 中断则重新计时"
    }

    private func clearing(_ rule: Rule) -> String {
        switch rule.clearing {
        case .automatic: ", by itself 自动"
        case .acknowledge: ", and a person has acknowledged it 且经人员确认"
        case .release: ", and an inspector has released it 且经检验人员解除"
        }
    }

    private func printJSON(
        _ rule: Rule, _ piece: SitePlan.Equipment, _ explanation: Explanation
    ) {
        func optional(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }
        Output.line(
            .object([
                ("rule", .text(rule.id)), ("equipment", .text(piece.id)),
                ("when", optional(explanation.when)),
                ("when_worked_out", optional(explanation.whenWorkedOut)),
                ("until_worked_out", optional(explanation.untilWorkedOut)),
                ("suppressed_when_worked_out", optional(explanation.suppressedWorkedOut)),
                ("inhibited_by", .array(rule.inhibitedBy.map { .text($0) })),
                ("for_seconds", .number(Double(explanation.delay.nanoseconds) / 1e9)),
                ("clear_after_seconds", .number(Double(explanation.clearDelay.nanoseconds) / 1e9)),
                ("source", .text(rule.source)), ("confidence", .text(rule.confidence.rawValue)),
            ]))
    }

    private static func text(_ duration: Duration) -> String {
        let seconds = Double(duration.nanoseconds) / 1e9
        if seconds == 0 { return "no time 立即" }
        if seconds < 1 { return "\(Int64((seconds * 1_000).rounded())) ms" }
        return seconds == seconds.rounded() ? "\(Int64(seconds)) s" : "\(seconds) s"
    }
}
