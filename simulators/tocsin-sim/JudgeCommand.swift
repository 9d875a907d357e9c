import ArgumentParser
import Foundation
import TocsinTestKit

/// `tocsin-sim judge`: was everything found, and nothing else?
struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Compare hazards with injected faults; exit 1 unless all were found and no more.",
        discussion: """
            Reads JSON lines from standard input, as `tocsin replay` or `tocsin ledger show` \
            prints them.
            """)

    @Argument(help: "The truth file that run --truth or record --truth wrote.")
    var truth: String

    @Flag(help: "Print the verdict as JSON.")
    var json = false

    func run() throws {
        let truth: GroundTruth
        do throws(GroundTruth.Invalid) {
            truth = try GroundTruth.load(self.truth)
        } catch {
            throw TocsinSim.failure(error.message, 65)
        }
        var judge = Judge(truth: truth)
        while let line = readLine() { judge.hear(line.utf8) }
        let outcome = judge.outcome
        if json { try printJSON(outcome, judge) } else { printTable(outcome, judge) }
        if !outcome.isPerfect { throw ExitCode(1) }
    }

    private func printTable(_ outcome: Outcome, _ judge: Judge) {
        let isTerminal = isatty(1) == 1
        func colour(_ text: String, _ code: String) -> String {
            isTerminal ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
        }
        let width = max(30, 2 + (outcome.checks.map(\.title.count).max() ?? 0))
        // Each of the four Chinese characters is as wide as two letters.
        let head = pad("injected fault 注入故障", width - 4)
        print(
            colour(head + "equipment   must raise 应触发                found after 检出", "1"))
        for check in outcome.checks {
            let delay = check.delay.map { colour("✓ " + String(format: "%6.2f s", $0), "32") }
            print(
                pad(check.title, width) + pad(check.equipment, 12) + pad(check.rule, 34)
                    + (delay ?? colour("✗ missed 漏报", "1;31")))
        }
        for extra in outcome.unexpected {
            let at = String(format: "%.2f", extra.at)
            print(
                colour(
                    "✗ nobody injected 误报: \(extra.equipment) \(extra.rule) at second \(at)",
                    "1;31"))
        }
        print("")
        print("messages 消息                  \(outcome.messages)")
        print("hazards raised/cleared 触发/消除  \(outcome.findings.count)/\(judge.cleared)")
        let found = outcome.checks.count - outcome.missed.count
        print("expected found 检出            \(found) of \(outcome.checks.count)")
        print("false hazards 误报             \(outcome.unexpected.count)")
        if let p50 = judge.latency(0.5), let p99 = judge.latency(0.99) {
            print(
                "published (or due) → committed 提交延迟  "
                    + String(format: "p50 %.1f ms, p99 %.1f ms", p50, p99))
        }
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func printJSON(_ outcome: Outcome, _ judge: Judge) throws {
        var object: [String: Any] = [
            "perfect": outcome.isPerfect, "messages": outcome.messages,
            "raised": outcome.findings.count, "cleared": judge.cleared,
            "unexpected": outcome.unexpected.map { "\($0.equipment) \($0.rule) at \($0.at)" },
            "found": outcome.checks.count - outcome.missed.count,
            "expected": outcome.checks.count,
            "hazards": outcome.checks.map { check -> [String: Any] in
                var entry: [String: Any] = [
                    "fault": check.title, "equipment": check.equipment, "rule": check.rule,
                ]
                if let delay = check.delay { entry["delay_seconds"] = delay }
                return entry
            },
        ]
        if let p50 = judge.latency(0.5), let p99 = judge.latency(0.99) {
            object["latency_ms"] = ["p50": p50, "p99": p99]
        }
        print(try TocsinSim.json(object))
    }
}
