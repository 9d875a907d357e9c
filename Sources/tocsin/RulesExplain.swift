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
        // A rule may be shared by kinds.
        let kinds = plan.profiles.indices.filter { kind in
            plan.profiles[kind].rules.contains { $0.id == rule }
        }
        guard let first = kinds.first,
            let shown = plan.profiles[first].rules.first(where: { $0.id == rule })
        else { throw shared.fail(AgentFailure(.negative, "there is no rule \(rule)")) }
        let pieces = plan.equipment.filter {
            kinds.contains($0.kind) && (equipment == nil || $0.id == equipment)
        }
        guard !pieces.isEmpty else {
            let names = kinds.map { plan.profiles[$0].kind }.joined(separator: ", ")
            throw shared.fail(
                AgentFailure(.negative, "\(equipment ?? "nothing") is no \(names) of this site"))
        }
        if !shared.json { printHead(shown) }
        for piece in pieces {
            let vocabulary = plan.profiles[piece.kind].vocabulary
            let missing = vocabulary.missing(for: shown, in: piece.parameters)
            guard missing.isEmpty else {
                printIdle(shown, piece, missing)
                continue
            }
            do throws(Diagnostic) {
                let explanation = try Explanation(
                    shown, in: vocabulary, parameters: piece.parameters)
                shared.json
                    ? printJSON(shown, piece, explanation) : print(shown, piece, explanation)
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
        } else if let repetition = explanation.repetition {
            Output.line(
                "  raised 触发     \(repetition.count) raises within "
                    + "\(Self.text(repetition.window)) 时间内触发\(repetition.count)次, of 计数规则:")
            for counted in repetition.rules { Output.line("                  \(counted)") }
            Output.line(
                "  over 解除       "
                    + (rule.clearing == .release
                        ? "when an inspector has released it 经检验人员解除"
                        : "when a person has acknowledged it 经人员确认"))
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
                (
                    "repetition",
                    explanation.repetition.map { repetition in
                        .object([
                            ("of", .array(repetition.rules.map { .text($0) })),
                            ("count", .number(Double(repetition.count))),
                            (
                                "within_seconds",
                                .number(Double(repetition.window.nanoseconds) / 1e9)
                            ),
                        ])
                    } ?? .null
                ),
                ("for_seconds", .number(Double(explanation.delay.nanoseconds) / 1e9)),
                ("clear_after_seconds", .number(Double(explanation.clearDelay.nanoseconds) / 1e9)),
                ("source", .text(rule.source)), ("confidence", .text(rule.confidence.rawValue)),
            ]))
    }

    private static func text(_ duration: Duration) -> String {
        let seconds = Double(duration.nanoseconds) / 1e9
        if seconds == 0 { return "no time 立即" }
        for (unit, length) in [("h", 3_600.0), ("min", 60)]
        where seconds >= 2 * length && seconds.truncatingRemainder(dividingBy: length) == 0 {
            return "\(Int64(seconds / length)) \(unit)"
        }
        if seconds < 1 { return "\(Int64((seconds * 1_000).rounded())) ms" }
        return seconds == seconds.rounded() ? "\(Int64(seconds)) s" : "\(seconds) s"
    }
}
