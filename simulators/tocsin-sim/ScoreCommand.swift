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
            Reads scenarios and files of trials, or all of a directory. Each trial is made in so \
            many seeds through the agent's own line; the same with sizes that must stay silent, \
            and days of healthy machines. Each scenario is run once. Exits 1 when something is \
            worse than in --against, and unless all that a scenario expects was found and no more.
            """)

    @OptionGroup var options: RuleOptions

    @Argument(help: "Files of trials, scenarios, or directories of them.")
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

    @Option(
        help:
            "An earlier card of the same trials, as --json wrote it: exit 1 when this one is worse."
    )
    var against: String?

    func validate() throws {
        guard (0...1_000).contains(seeds), (0...1_000).contains(days) else {
            throw ValidationError("--seeds and --days must be from 0 to 1000")
        }
        if only != nil, against != nil {
            throw ValidationError("--against compares all trials: it goes without --only")
        }
    }

    func run() throws {
        let rules = try options.load()
        // Before the work, and before a file of the same name is written.
        let earlier = try against.map(read)
        let isTrials = paths.map { TrialFile.isOne($0) }
        var files: [TrialFile] = []
        var scenarios: [Scenario] = []
        for (path, isTrials) in zip(paths, isTrials) {
            if isTrials {
                files.append(try TrialFile.read(path, rules))
            } else {
                scenarios.append(try options.scenario(path, rules))
            }
        }
        if let only {
            for index in files.indices {
                files[index].trials.removeAll { !$0.id.contains(only) }
            }
        }
        guard !scenarios.isEmpty || files.contains(where: { !$0.trials.isEmpty }) else {
            throw TocsinSim.failure("there is no trial to be made", 64)
        }
        for (index, scenario) in scenarios.enumerated()
        where scenarios[..<index].contains(where: { $0.name == scenario.name }) {
            throw TocsinSim.failure("two scenarios have the name \(scenario.name)", 65)
        }
        let result = try run(
            Campaign(rules, files, scenarios: scenarios, seeds: seeds, healthyDays: days))
        try write(result.card)
        for (scenario, outcome) in zip(scenarios, result.scenarios) { show(scenario, outcome) }
        if markdown == nil {
            print(result.card.markdown)
        } else if !files.isEmpty {
            printShort(result.card)
        }
        let regressions = earlier.map { result.card.regressions(against: $0) } ?? []
        for regression in regressions { TocsinSim.note("worse 变差: \(regression)") }
        let isGood = result.scenarios.allSatisfy { $0.isPerfect && $0.rejected == 0 }
        if !regressions.isEmpty || !isGood { throw ExitCode(1) }
    }

    private func run(_ campaign: Campaign) throws -> Campaign.Result {
        let progress = Progress()
        do throws(Campaign.Failed) {
            let result = try campaign.run { progress.show($0) }
            progress.end()
            return result
        } catch {
            throw TocsinSim.failure(error.problems.prefix(20).joined(separator: "\n"), 78)
        }
    }

    /// Tells what was found of a scenario.
    private func show(_ scenario: Scenario, _ outcome: Outcome) {
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
            let text = String(decoding: try encoder.encode(card), as: UTF8.self)
            try TocsinSim.write(text + "\n", to: json)
        }
        if let markdown { try TocsinSim.write(card.markdown, to: markdown) }
    }

    private func printShort(_ card: Scorecard) {
        let injected = card.rows.reduce(0) { $0 + $1.injected }
        let found = card.rows.reduce(0) { $0 + $1.found }
        print(
            "\(card.trials) trials in \(card.seeds) seeds: \(found) of \(injected) hazards found "
                + "in time; \(Int(card.hours.values.reduce(0, +))) machine-hours: "
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
        // Of a part of the trials nobody expects every rule.
        for rule in only == nil ? card.untried : [] { print("nothing causes 无试验: \(rule)") }
        for surprise in card.surprises {
            print(
                "unexpected 意外: \(surprise.rule) in \(surprise.trial), \(surprise.seeds) seeds")
        }
    }

    private func read(_ path: String) throws -> Scorecard {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TocsinSim.failure("\(path): cannot be read", 65)
        }
        do {
            return try JSONDecoder().decode(Scorecard.self, from: data)
        } catch {
            throw TocsinSim.failure("\(path): no scorecard of score --json: \(error)", 65)
        }
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
