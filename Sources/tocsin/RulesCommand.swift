import Agent
import ArgumentParser
import Configuration
import Ledger
import Line
import RuleLanguage

/// `tocsin rules`: tools for whoever writes rules.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Try out, explain and test rules.",
        subcommands: [
            RulesBacktest.self, RulesCatalogue.self, RulesCheck.self, RulesEval.self,
            RulesExplain.self, RulesTest.self,
        ])
}

/// `tocsin rules eval`: what is an expression worth?
struct RulesEval: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Print the value and the type of an expression.",
        discussion: """
            Names get values with --bind: a number, true, false, a label, or unknown. With --kind \
            the names and units are those of a kind of equipment, and what is not bound is unknown.
              tocsin rules eval 'abs(v) > 1.15 * rated' --bind v=2.9 --bind rated=2.5
              tocsin rules eval "door.car == 'open'" --kind lift --bind door.car=closed
            """)

    @OptionGroup var shared: SharedOptions

    @Argument(help: "The expression; see docs/rules.md.")
    var expression: String

    @Option(name: .long, help: "NAME=VALUE; may be given many times.")
    var bind: [String] = []

    @Option(name: .long, help: "The kind of equipment whose names and units are used.")
    var kind: String?

    func run() throws {
        let vocabulary: Vocabulary
        if let kind {
            let site = try shared.load()
            guard let profile = site.plan.profiles.first(where: { $0.kind == kind }) else {
                let known = site.plan.profiles.map(\.kind).joined(separator: ", ")
                throw ValidationError("there is no kind \(kind): the kinds are \(known)")
            }
            vocabulary = profile.vocabulary
        } else {
            vocabulary = try freeVocabulary()
        }
        let values = try values(in: vocabulary)
        do throws(DiagnosticList) {
            let parsed = try Parser.parse(expression).get()
            let trial = try Trial.run(parsed, in: vocabulary, with: values)
            print(trial)
        } catch {
            for problem in error.diagnostics {
                // A caret under the place, since the expression stands on one line.
                if !shared.json {
                    Output.error(expression)
                    Output.error(String(repeating: " ", count: problem.offset) + "^")
                }
                _ = shared.fail(AgentFailure(.negative, problem.message))
            }
            throw ExitCode(ExitStatus.negative.rawValue)
        }
    }

    private func print(_ trial: Trial) {
        guard shared.json else { return Output.line("\(trial.text)  (\(trial.type.description))") }
        let value: JSONValue =
            switch (trial.value, trial.type) {
            case (nil, _): .null
            case (let value?, .boolean): .boolean(value != 0)
            case (let value?, .number), (let value?, .enumeration): .number(value)
            }
        Output.line(
            .object([("value", value), ("type", .text(trial.type.description))]))
    }

    private func pairs() throws -> [(name: String, value: String)] {
        try bind.map { text in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw ValidationError("--bind must be NAME=VALUE, found '\(text)'")
            }
            return (String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
    }

    /// Without a kind a name is what its value looks like.
    private func freeVocabulary() throws -> Vocabulary {
        let entries = try pairs().map { name, value -> Vocabulary.Entry in
            if ["true", "false"].contains(value) { return .init(name: name, type: .boolean) }
            guard value == "unknown" || Double(value) != nil else {
                throw ValidationError(
                    "\(value) is no number, true, false or unknown; a label needs --kind")
            }
            return .init(name: name, type: .number(unit: ""))
        }
        return Vocabulary(signals: entries, parameters: [])
    }

    private func values(in vocabulary: Vocabulary) throws -> [String: Double] {
        var values: [String: Double] = [:]
        for (name, text) in try pairs() where text != "unknown" {
            let entries = vocabulary.signals + vocabulary.parameters
            guard let entry = entries.first(where: { $0.name == name }) else {
                throw ValidationError("this kind has no \(name)")
            }
            guard let value = entry.type.value(of: text) else {
                throw ValidationError("\(name) must be \(entry.type.description), found '\(text)'")
            }
            values[name] = value
        }
        return values
    }
}
