import ArgumentParser
import Configuration
import Foundation
import Simulation
import TocsinTestKit

/// `tocsin-sim score`: how good are the rules?
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Put rules to the test: every fault in many sizes and at many moments.",
        discussion: """
            Reads files of trials, or all of a directory, and replays each in so many seeds \
            through the agent's own line; the same with sizes that must stay silent, and days of \
            healthy machines. Exits 1 when something is worse than in --against. Of a scenario it \
            tells what had to be found and what was; exits 1 unless all was found and no more.
            """)

    @OptionGroup var options: RuleOptions

    @Argument(help: "Files of trials, or directories of them.")
    var trials: [String] = ["simulators/trials"]

    @Option(help: "Seeds of each trial.")
    var seeds = 20

    @Option(help: "Days of 24 hours that a healthy machine of each model runs.")
    var days = 10

    @Option(help: "Only trials whose id contains this.")
    var only: String?

    @Option(help: "Write the card as JSON into this file.")
    var json: String?

    @Option(help: "Write the card as a page into this file.")
    var markdown: String?

    @Option(help: "An earlier card, as --json wrote it: exit 1 when this one is worse.")
    var against: String?

    func validate() throws {
        guard (0...1_000).contains(seeds), (0...1_000).contains(days) else {
            throw ValidationError("--seeds and --days must be from 0 to 1000")
        }
    }

    func run() throws {
        let rules = try options.load()
        let scenarios = paths.filter { !TrialFile.isOne($0) }
        let verdicts = try scenarios.map { try rehearse($0, rules) }
        if verdicts.contains(false) { throw ExitCode(1) }
        guard scenarios.count < paths.count else { return }
        var files = try paths.filter { TrialFile.isOne($0) }.map { try TrialFile.read($0, rules) }
        if let only {
            for index in files.indices {
                files[index].trials.removeAll { !$0.id.contains(only) }
            }
        }
        guard files.contains(where: { !$0.trials.isEmpty }) else {
            throw TocsinSim.failure("there is no trial to be made", 64)
        }
        let campaign = Campaign(rules, files, seeds: seeds, healthyDays: days)
        let isTerminal = isatty(2) == 1
        let card: Scorecard
        do throws(Campaign.Failed) {
            card = try campaign.run { done, total in
                if isTerminal, done % 20 == 0 || done == total {
                    FileHandle.standardError.write(Data("\r\(done) of \(total)   ".utf8))
                }
            }
        } catch {
            throw TocsinSim.failure(error.problems.prefix(20).joined(separator: "\n"), 65)
        }
        if isTerminal { FileHandle.standardError.write(Data("\r                    \r".utf8)) }
        try write(card)
        if markdown == nil { print(card.markdown) } else { printShort(card) }
        try compare(card)
    }

    /// Runs a scenario; returns whether all was found and nothing else.
    private func rehearse(_ path: String, _ rules: RuleBook) throws -> Bool {
        let scenario = try options.scenario(path, rules)
        let outcome: Outcome
        do {
            outcome = try rules.rehearse(scenario)
        } catch let error as RuleBook.Unfit {
            throw TocsinSim.failure(error.problems.joined(separator: "\n"), 78)
        }
        print("\(scenario.name): \(scenario.about.en) \(scenario.about.zh)")
        for check in outcome.checks {
            let found = check.delay.map { String(format: "found after 检出 %.2f s", $0) }
            print(
                "  \(check.equipment) \(check.title) → \(check.rule): "
                    + (found ?? "missed 漏报, it had \(check.within) s"))
        }
        for finding in outcome.unexpected {
            print(
                String(format: "  nobody injected 误报 at %.2f s: ", finding.at)
                    + "\(finding.equipment) \(finding.rule) (\(finding.severity))")
        }
        print(
            "  \(outcome.checks.count - outcome.missed.count) of \(outcome.checks.count) found "
                + "检出, \(outcome.unexpected.count) false 误报, \(outcome.messages) messages, "
                + "\(outcome.rejected) refused")
        return outcome.isPerfect && outcome.rejected == 0
    }

    private var paths: [String] {
        trials.flatMap { path -> [String] in
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
                isDirectory.boolValue
            else { return [path] }
            let names = FileManager.default.enumerator(atPath: path)?.allObjects ?? []
            return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }.sorted()
                .map { path + "/" + $0 }
        }
    }

    private func write(_ card: Scorecard) throws {
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            try write(String(decoding: encoder.encode(card), as: UTF8.self) + "\n", to: json)
        }
        if let markdown { try write(card.markdown, to: markdown) }
    }

    private func write(_ text: String, to path: String) throws {
        // In place: a file that is moved there would take the place of a device such as /dev/null.
        do {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        } catch {
            throw TocsinSim.failure("\(path): cannot be written: \(error)", 65)
        }
    }

    private func printShort(_ card: Scorecard) {
        let injected = card.rows.reduce(0) { $0 + $1.injected }
        let found = card.rows.reduce(0) { $0 + $1.found }
        print(
            "\(card.trials) trials in \(card.seeds) seeds: \(found) of \(injected) hazards found "
                + "in time; \(Int(card.healthyHours.values.reduce(0, +))) healthy machine-hours: "
                + "\(card.graveFalseHazards) false hazards of severity major or critical")
        for row in card.rows where row.missed > 0 {
            print("missed 漏报: \(row.rule) \(row.missed) of \(row.injected)")
        }
        for row in card.rows where row.nearMissesRaised > 0 {
            print("near miss raised 临界误报: \(row.rule) \(row.nearMissesRaised)")
        }
        for row in card.rows where row.falseHazards > 0 {
            print("false 误报: \(row.rule) \(row.falseHazards) (\(row.severity))")
        }
        for rule in card.untried { print("nothing causes 无试验: \(rule)") }
        for surprise in card.surprises {
            print(
                "unexpected 意外: \(surprise.rule) in \(surprise.trial), \(surprise.seeds) seeds")
        }
    }

    private func compare(_ card: Scorecard) throws {
        guard let against else { return }
        guard let data = FileManager.default.contents(atPath: against) else {
            throw TocsinSim.failure("\(against): cannot be read", 65)
        }
        let earlier: Scorecard
        do {
            earlier = try JSONDecoder().decode(Scorecard.self, from: data)
        } catch {
            throw TocsinSim.failure("\(against): no scorecard of score --json: \(error)", 65)
        }
        let regressions = card.regressions(against: earlier)
        for regression in regressions { TocsinSim.note("worse 变差: \(regression)") }
        if !regressions.isEmpty { throw ExitCode(1) }
    }
}

extension TrialFile {
    /// Reads a file; a bad one ends the program.
    static func read(_ path: String, _ rules: RuleBook) throws -> TrialFile {
        do throws(InvalidConfiguration) {
            return try load(path, rules)
        } catch {
            throw TocsinSim.failure(error, 65)
        }
    }
}
