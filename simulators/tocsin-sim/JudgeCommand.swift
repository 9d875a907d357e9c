import ArgumentParser
import Foundation
import Simulation

/// `tocsin-sim judge`: was everything found, and nothing else?
struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Compare hazards with injected faults; exit 1 unless all were found and no more.",
        discussion: """
            Reads JSON lines from standard input, as `tocsin replay` or `tocsin ledger show` \
            prints them.
            """)

    @Argument(help: "The truth file that run --truth wrote.")
    var truth: String

    @Flag(help: "Print the verdict as JSON.")
    var json = false

    func run() throws {
        let truth: GroundTruth
        do throws(Scenario.Invalid) {
            truth = try GroundTruth.load(self.truth)
        } catch {
            throw TocsinSim.failure(error.message, 65)
        }
        var judge = Judge(truth: truth)
        while let line = readLine() { judge.hear(Data(line.utf8)) }
        let verdict = judge.verdict()
        if json { try printJSON(verdict, truth) } else { printTable(verdict, truth) }
        if !verdict.isPerfect { throw ExitCode(1) }
    }

    private func printTable(_ verdict: Judge.Verdict, _ truth: GroundTruth) {
        let isTerminal = isatty(1) == 1
        func colour(_ text: String, _ code: String) -> String {
            isTerminal ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
        }
        print(
            colour(
                "injected fault 注入故障        equipment   "
                    + "must raise 应触发                found after 检出", "1"))
        for line in verdict.lines {
            let delay = line.delay.map {
                colour("✓ " + String(format: "%6.2f s", $0), "32")
            }
            print(
                pad(line.fault, 30) + pad(line.equipment, 12) + pad(line.rule, 34)
                    + (delay ?? colour("✗ missed 漏报", "1;31")))
        }
        for extra in verdict.unexpected {
            print(colour("✗ nobody injected 误报: \(extra)", "1;31"))
        }
        let found = verdict.lines.filter { $0.delay != nil }.count
        print("")
        print("messages 消息                  \(truth.messages)")
        print("hazards raised/cleared 触发/消除  \(verdict.raised)/\(verdict.cleared)")
        print("expected found 检出            \(found) of \(verdict.lines.count)")
        print("false hazards 误报             \(verdict.unexpected.count)")
        if let p50 = verdict.latency(0.5), let p99 = verdict.latency(0.99) {
            print(
                "published (or due) → committed 提交延迟  "
                    + String(format: "p50 %.1f ms, p99 %.1f ms", p50, p99))
        }
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func printJSON(_ verdict: Judge.Verdict, _ truth: GroundTruth) throws {
        var object: [String: Any] = [
            "perfect": verdict.isPerfect, "messages": truth.messages, "raised": verdict.raised,
            "cleared": verdict.cleared, "unexpected": verdict.unexpected,
            "found": verdict.lines.filter { $0.delay != nil }.count,
            "expected": verdict.lines.count,
            "hazards": verdict.lines.map { line -> [String: Any] in
                var entry: [String: Any] = [
                    "fault": line.fault, "equipment": line.equipment, "rule": line.rule,
                ]
                if let delay = line.delay { entry["delay_seconds"] = delay }
                return entry
            },
        ]
        if let p50 = verdict.latency(0.5), let p99 = verdict.latency(0.99) {
            object["latency_ms"] = ["p50": p50, "p99": p99]
        }
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        print(String(decoding: data, as: UTF8.self))
    }
}
