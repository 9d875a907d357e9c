import Agent
import ArgumentParser
import Configuration
import Console
import Foundation
import Glibc
import Ledger
import Line
import LedgerStore
import Supervision
import Timestamps

/// `tocsin registry`: the papers of the equipment.
struct RegistryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry",
        abstract: "The registry of equipment (设备档案): show, import, export, log what was done.",
        subcommands: [Show.self, Import.self, Export.self, Log.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what the papers say.")

        @Argument(help: "The equipment. Default: all.")
        var equipment: String?
        @OptionGroup var shared: SharedOptions

        func run() throws {
            let registry = try shared.load().plan.supervision.registry
            let records = registry.records.filter { $0.equipment == equipment ?? $0.equipment }
            if let equipment, records.isEmpty {
                throw shared.fail(
                    AgentFailure(.negative, "the registry has no equipment \(equipment)"))
            }
            let style = Style(hasColour: isatty(1) == 1)
            for record in records {
                let said = RegistryField.allCases.compactMap { field in
                    record[field].map { (field, $0) }
                }
                if shared.json {
                    Output.line(.object(said.map { ($0.0.rawValue, .text($0.1)) }))
                    continue
                }
                Output.line(style(record.equipment, .strong))
                for (field, value) in said where field != .equipment {
                    Output.line(
                        "  " + Columns.fit(field.chinese, 24) + Columns.fit(field.rawValue, 24)
                            + value)
                }
            }
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the registry as CSV to standard output.")

        @Flag(name: .long, help: "Headings in Chinese.")
        var chinese = false
        @OptionGroup var shared: SharedOptions

        func run() throws {
            let registry = try shared.load().plan.supervision.registry
            Output.text(RegistryFile.write(registry, chinese: chinese))
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a CSV file and make it the registry; every fault is told by its line.",
            discussion: """
                The file replaces the registry as a whole. A running agent is asked to take it at \
                once; what has changed is on record there.
                """)

        @Argument(help: "The CSV file.")
        var file: String
        @Flag(name: .long, help: "Check only.")
        var dryRun = false
        @OptionGroup var shared: SharedOptions
        @OptionGroup var state: StateOptions

        func run() throws {
            var site = try shared.load()
            state.apply(to: &site)
            guard let target = site.registryFile else {
                throw shared.fail(
                    AgentFailure(
                        .configurationInvalid,
                        "the site's file names no registry: add registry: registry.csv"))
            }
            let text: String
            let registry: Registry
            do {
                text = try String(contentsOfFile: file, encoding: .utf8)
            } catch {
                throw shared.fail(
                    AgentFailure(.negative, "\(file): cannot be read, or is not UTF-8"))
            }
            do throws(InvalidConfiguration) {
                registry = try RegistryFile.check(
                    text, file, equipment: site.plan.equipment.map(\.id))
            } catch {
                for problem in error.problems { Output.error("\(problem)") }
                throw shared.fail(
                    AgentFailure(
                        .negative, "\(error.problems.count) problems: the registry is as it was"))
            }
            let count = registry.records.count
            guard !dryRun else { return say("valid: \(count) records") }
            do {
                try RegistryFile.write(registry).write(
                    toFile: target, atomically: true, encoding: .utf8)
            } catch {
                throw shared.fail(AgentFailure(.negative, "\(target): cannot be written: \(error)"))
            }
            say("\(count) records in \(target)")
            let answer: ControlReply?
            do throws(AgentFailure) {
                answer = try ControlClient.ask(.reload, stateDirectory: site.stateDirectory)
                if let answer, !answer.isDone { throw AgentFailure(.negative, answer.message) }
            } catch {
                throw shared.fail(error)
            }
            if let answer { say(answer.message) }
        }

        private func say(_ text: String) {
            if shared.json {
                Output.line(.object([("message", .text(text))]))
            } else {
                Output.line(text)
            }
        }
    }

    struct Log: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that something was done: maintenance, inspection, a trial run.",
            discussion: """
                WHAT is one of \
                \(RegistryField.loggable.map(\.rawValue).joined(separator: ", ")). It is on record \
                with its actor, and counts where it is newer than the registry.
                """)

        @Argument(help: "The equipment.")
        var equipment: String
        @Argument(help: "What was done.")
        var what: String
        @Option(help: "On which day. Default: today, on the local clock.")
        var on: String?
        @OptionGroup var words: SayOptions

        func run() throws {
            let site = try words.load()
            guard let field = RegistryField(rawValue: what) else {
                throw ValidationError(
                    "WHAT must be one of "
                        + RegistryField.loggable.map(\.rawValue).joined(separator: ", "))
            }
            let today = site.plan.supervision.calendar.date(of: LineClock().now())
            guard let date = on.map({ CivilDate($0) }) ?? today else {
                throw ValidationError("--on must be a date such as 2026-11-26")
            }
            try words.say(.log(field, equipment: equipment, on: date), site)
        }
    }
}
