import ArgumentParser
import Configuration
import Foundation
import Simulation
import TocsinTestKit

/// Simulated sites: what the agent is tested, demonstrated and tuned with.
@main
struct TocsinSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tocsin-sim",
        abstract: "Simulate lifts, escalators, ropeways and rides with injected faults.",
        discussion: """
            Exit status: 0 done, 1 a negative verdict, 64 wrong command line, 65 bad scenario or \
            file, 69 broker unreachable, 78 invalid rules.
            """,
        version: "0.1.0",
        subcommands: [
            RunCommand.self, RecordCommand.self, EquipmentCommand.self, ListCommand.self,
            DescribeCommand.self, PlotCommand.self, ScoreCommand.self, JudgeCommand.self,
            ImportCommand.self,
            LoadCommand.self,
        ])

    /// Says why on standard error; returns the status to exit with.
    static func failure(_ message: String, _ status: Int32) -> ExitCode {
        FileHandle.standardError.write(Data("tocsin-sim: \(message)\n".utf8))
        return ExitCode(status)
    }

    static func failure(_ invalid: InvalidConfiguration, _ status: Int32) -> ExitCode {
        for problem in invalid.problems {
            FileHandle.standardError.write(Data("\(problem)\n".utf8))
        }
        return ExitCode(status)
    }

    static func note(_ message: String) {
        FileHandle.standardError.write(Data((message + "\n").utf8))
    }
}

/// Where kinds and rules come from.
struct RuleOptions: ParsableArguments {
    @Option(help: "A site's file with kinds and rules. Default: config/tocsin.yaml.")
    var config = "config/tocsin.yaml"

    @Option(help: "A directory of rules, instead of the one that the site's file names.")
    var rules: String?

    func load() throws -> RuleBook {
        do throws(InvalidConfiguration) {
            return try RuleBook(configuration: config, rules: rules)
        } catch {
            throw TocsinSim.failure(error, 78)
        }
    }

    func scenario(_ path: String) throws -> Scenario {
        try scenario(path, load())
    }

    func scenario(_ path: String, _ rules: RuleBook) throws -> Scenario {
        do throws(InvalidConfiguration) {
            return try rules.scenario(path)
        } catch {
            throw TocsinSim.failure(error, 65)
        }
    }
}

/// What every simulation can be told.
struct SimulationOptions: ParsableArguments {
    @OptionGroup var rules: RuleOptions

    @Argument(help: "The scenario file.")
    var scenario: String

    @Option(help: "Another seed than the scenario's.")
    var seed: UInt64?

    @Option(
        help: """
            So many machines, by repeating those of the scenario under other ids and at other \
            rates; faults of set machines stay with the first ones.
            """)
    var fleet: Int?

    @Option(help: "Write the faults and what they must lead to into this file, for judge.")
    var truth: String?

    @Flag(help: "Print the summary, on standard error, as JSON.")
    var json = false

    func validate() throws { try Self.check(fleet: fleet) }

    static func check(fleet: Int?) throws {
        if let fleet, !(1...100_000).contains(fleet) {
            throw ValidationError("--fleet must be from 1 to 100000")
        }
    }

    func load() throws -> Scenario {
        var scenario = try rules.scenario(scenario)
        if let seed { scenario.seed = seed }
        if let fleet { scenario.repeatUnits(to: fleet) }
        return scenario
    }

    func saveTruth(_ scenario: Scenario, start: Int64, messages: Int) throws {
        guard let truth else { return }
        do throws(GroundTruth.Invalid) {
            try GroundTruth(scenario, startNanoseconds: start, messages: messages).save(truth)
        } catch {
            throw TocsinSim.failure(error.message, 65)
        }
    }

    func printSummary(_ scenario: Scenario, messages: Int) throws {
        let seconds = Int(scenario.duration)
        guard json else {
            TocsinSim.note(
                "\(scenario.name): \(messages) messages of \(scenario.units.count) machines in "
                    + "\(seconds) simulated seconds")
            return
        }
        TocsinSim.note(
            try TocsinSim.json([
                "scenario": scenario.name, "machines": scenario.units.count, "messages": messages,
                "seconds": seconds,
            ]))
    }
}
