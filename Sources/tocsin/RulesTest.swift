import Agent
import ArgumentParser
import Configuration
import Ledger
import Line
import RuleTesting

/// `tocsin rules test`: do the rules do what their tests say?
struct RulesTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run files of rule tests.",
        discussion: """
            Each test feeds series of readings through the agent's line and compares the changes \
            of one rule with those that are expected. Exits 1 when one differs, 78 when a file is \
            invalid. docs/rules.md has the format.
            """)

    @OptionGroup var shared: SharedOptions

    @Flag(name: .shortAndLong, help: "Name the tests that pass too.")
    var verbose = false

    @Argument(help: "Files of tests.")
    var files: [String]

    func run() throws {
        let site = try shared.load()
        var passed = 0
        var failed = 0
        for path in files {
            for test in try load(path, for: site) {
                let isPassed = try run(test, path: path, site)
                passed += isPassed ? 1 : 0
                failed += isPassed ? 0 : 1
            }
        }
        if shared.json {
            Output.line(
                .object([("passed", .number(Double(passed))), ("failed", .number(Double(failed)))]))
        } else {
            Output.line("\(passed) passed 通过, \(failed) failed 未通过")
        }
        if failed > 0 { throw ExitCode(ExitStatus.negative.rawValue) }
    }

    private func load(
        _ path: String, for site: SiteConfiguration
    ) throws -> [RuleTestFile.Case] {
        do throws(InvalidConfiguration) {
            return try RuleTestFile.load(path, for: site).cases
        } catch {
            for problem in error.problems { Output.error("\(problem)") }
            throw ExitCode(ExitStatus.configurationInvalid.rawValue)
        }
    }

    private func run(
        _ item: RuleTestFile.Case, path: String, _ site: SiteConfiguration
    ) throws -> Bool {
        let outcome: RuleTestOutcome
        do throws(RuleTest.Unrunnable) {
            outcome = try item.test.run(
                site.plan.profiles[item.kind], site.plan.schemas[item.kind])
        } catch {
            throw shared.fail(
                AgentFailure(
                    .configurationInvalid,
                    "\(path):\(item.line): \(item.test.name): \(error.message)")
            )
        }
        if shared.json {
            Output.line(
                .object([
                    ("file", .text(path)), ("line", .number(Double(item.line))),
                    ("name", .text(item.test.name)), ("rule", .text(item.test.rule)),
                    ("passed", .boolean(outcome.isPassed)),
                    ("difference", .array(outcome.difference.map { .text($0) })),
                ]))
        } else if !outcome.isPassed {
            Output.line("✘ \(path):\(item.line): \(item.test.rule): \(item.test.name)")
            for line in outcome.difference { Output.line("    \(line)") }
        } else if verbose {
            Output.line("✓ \(item.test.rule): \(item.test.name)")
        }
        return outcome.isPassed
    }
}
