import Configuration
import Detection
import Foundation
import RuleLanguage
import Simulation
import Yams

/// What scenario files and trial files have in common: machines, their numbers, causes.
///
/// Every problem of a file is reported, with line, column and the remedy.
struct FileReader {
    let source: SourceFile
    let problems: Problems
    let rules: RuleBook

    /// A year, in seconds.
    private static let longest = 31_622_400.0

    /// Reads a file with `body`.
    static func read<Result>(
        _ path: String, _ rules: RuleBook, _ body: (FileReader, Section) -> Result?
    ) throws(InvalidConfiguration) -> Result {
        let problems = Problems()
        let result = SourceFile.read(path, problems).flatMap { source, node in
            let section = Section(node, in: source, problems)
            defer { section.finish() }
            return body(
                FileReader(source: source, problems: problems, rules: rules), section)
        }
        guard let result, problems.all.isEmpty else {
            throw InvalidConfiguration(problems: problems.all)
        }
        return result
    }

    /// The model under a key.
    func model(_ section: Section) -> DataSheet? {
        guard let name = section.text("model") else { return nil }
        if let model = Models.named(name) { return model.sheet }
        let known = Models.sheets.map(\.model).joined(separator: ", ")
        section.report("there is no model \(name): the models are \(known)", at: "model")
        return nil
    }

    /// The numbers of a machine: those of its model and the parameters of its kind.
    func parameters(_ section: Section, _ sheet: DataSheet) -> [String: Double] {
        guard let values = section.optionalSection("parameters") else { return [:] }
        defer { values.finish() }
        let entries = rules.profile(of: sheet.kind)?.vocabulary.parameters ?? []
        var parameters: [String: Double] = [:]
        for name in values.keys {
            if let entry = entries.first(where: { $0.name == name }) {
                guard let text = values.text(name) else { continue }
                if let value = entry.type.value(of: text) {
                    parameters[name] = value
                    check(value, name, sheet, values)
                } else {
                    values.report("\(name) must be \(entry.type.description)", at: name)
                }
            } else if let own = sheet.parameters.first(where: { $0.name == name }) {
                guard let value = values.number(name) else { continue }
                if own.range.contains(value) {
                    parameters[name] = value
                } else {
                    values.report(
                        "\(name) must lie between \(own.range.lowerBound) and "
                            + "\(own.range.upperBound) \(own.unit)", at: name)
                }
            }
        }
        return parameters
    }

    private func check(_ value: Double, _ name: String, _ sheet: DataSheet, _ values: Section) {
        guard let own = sheet.parameters.first(where: { $0.name == name }),
            !own.range.contains(value)
        else { return }
        values.report(
            "\(name) must lie between \(own.range.lowerBound) and \(own.range.upperBound) "
                + "\(own.unit) for this model", at: name)
    }

    /// What must be found.
    func expectations(_ section: Section, _ sheet: DataSheet?) -> [Injection.Expectation] {
        guard section.has("expects") else { return [] }
        return section.sections("expects").compactMap { expected in
            defer { expected.finish() }
            guard let rule = expected.text("rule"), let within = seconds("within", expected)
            else { return nil }
            check(rule, sheet, expected)
            return Injection.Expectation(rule: rule, within: within)
        }
    }

    /// What may be found.
    func allowed(_ section: Section, _ sheet: DataSheet?) -> [String] {
        guard section.has("allows") else { return [] }
        let rules = section.texts("allows")
        for rule in rules { check(rule, sheet, section) }
        return rules
    }

    private func check(_ rule: String, _ sheet: DataSheet?, _ section: Section) {
        guard let sheet, !rules.rules(of: sheet.kind).contains(rule) else { return }
        section.report("there is no rule \(rule) for a \(sheet.kind)")
    }

    /// A fault of a machine that its model has.
    func check(_ cause: Injection.Cause, of sheet: DataSheet?, _ section: Section) {
        guard let sheet, let problem = sheet.problem(of: cause) else { return }
        section.report(problem, at: "fault")
    }

    /// A fault whose size, if it has one, is drawn: a number, or two between which it lies.
    func drawnCause(_ section: Section, _ sheet: DataSheet?) -> RandomFault.Cause? {
        guard let fault = section.text("fault") else { return nil }
        let cause = RandomFault.Cause(
            fault: fault, signal: section.optionalText("signal"), size: range("size", section))
        for extreme in cause.extremes { check(extreme, of: sheet, section) }
        return cause
    }

    private func range(_ key: String, _ section: Section) -> ClosedRange<Double>? {
        guard let node = section.node(key) else { return nil }
        guard let list = node.sequence else { return section.number(key).map { $0...$0 } }
        let ends = list.compactMap { section.number(in: $0, key) }
        guard ends.count == 2, ends[0] <= ends[1] else {
            section.report(
                "\(key) must be a number, or two of which the first is less", at: key)
            return nil
        }
        return ends[0]...ends[1]
    }

    /// A length of time, or two between which it lies.
    func secondsRange(_ key: String, _ section: Section) -> ClosedRange<Double>? {
        guard section.node(key)?.sequence != nil else {
            return seconds(key, section).map { $0...$0 }
        }
        let ends = section.texts(key).map(Self.seconds)
        guard ends.count == 2, ends[0] <= ends[1], (0...Self.longest).contains(ends[1]) else {
            section.report(
                "\(key) must be a duration such as 90s, or two of which the first is less", at: key)
            return nil
        }
        return ends[0]...ends[1]
    }

    /// NaN for what is no length of time.
    private static func seconds(_ text: String) -> Double {
        Double(text) ?? Duration(written: text).map { Double($0.nanoseconds) / 1e9 } ?? .nan
    }

    /// A length of time: a number of seconds, or `90s`, `5min`, `2h`.
    func seconds(_ key: String, _ section: Section) -> Double? {
        guard let text = section.text(key) else { return nil }
        let seconds = Self.seconds(text)
        if (0...Self.longest).contains(seconds) { return seconds }
        section.report(
            "\(key) must be seconds, or a duration such as 90s, 5min or 2h, up to a year", at: key)
        return nil
    }

    func seconds(_ key: String, _ section: Section, or usual: Double) -> Double? {
        section.has(key) ? seconds(key, section) : usual
    }

    func bilingual(_ key: String, _ section: Section) -> Bilingual? {
        section.bilingual(key).map { Bilingual($0.english, $0.chinese) }
    }
}
