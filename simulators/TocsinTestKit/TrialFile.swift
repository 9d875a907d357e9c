public import Configuration
import Simulation
import Yams

/// What can go wrong with one model: its trials, and the rules that none of them causes, with the
/// reason.
public struct TrialFile: Sendable {
    /// The trials, in the order of the file.
    public var trials: [FaultTrial]
    /// Rules of the kind that no trial of this kind causes.
    public var uncaused: [(rule: String, why: String)]

    /// Whether a file is one of trials, and not a scenario; a file that cannot be read is none.
    public static func isOne(_ path: String) -> Bool {
        let problems = Problems()
        guard let (_, node) = SourceFile.read(path, problems) else { return false }
        return node.mapping?["trials"] != nil
    }

    /// Reads a file of trials.
    ///
    /// - Throws: every problem of the file.
    public static func load(
        _ path: String, _ rules: RuleBook
    ) throws(InvalidConfiguration) -> TrialFile {
        try FileReader.read(path, rules) { reader, section in
            TrialReader(reader: reader).read(section)
        }
    }
}

private struct TrialReader {
    let reader: FileReader

    func read(_ section: Section) -> TrialFile? {
        let sheet = reader.model(section)
        let items = section.sections("trials")
        let reasons = section.has("uncaused") ? section.sections("uncaused") : []
        guard let sheet else { return nil }
        var trials: [FaultTrial] = []
        for item in items {
            guard let trial = trial(item, sheet) else { continue }
            if trials.contains(where: { $0.id == trial.id }) {
                item.report("the trial \(trial.id) stands twice", at: "id")
            }
            trials.append(trial)
        }
        let uncaused = reasons.compactMap { item -> (rule: String, why: String)? in
            defer { item.finish() }
            guard let rule = item.text("rule"), let why = item.text("why") else { return nil }
            if !reader.rules.rules(of: sheet.kind).contains(rule) {
                item.report("there is no rule \(rule) for a \(sheet.kind)", at: "rule")
            }
            return (rule, why)
        }
        return TrialFile(trials: trials, uncaused: uncaused)
    }

    private func trial(_ section: Section, _ sheet: DataSheet) -> FaultTrial? {
        defer { section.finish() }
        let id = section.text("id")
        let title = reader.bilingual("title", section)
        let causes = causes("causes", section, sheet)
        let nearMiss = section.has("near_miss") ? self.causes("near_miss", section, sheet) : []
        let before = reader.seconds("before", section, or: 60)
        let vary = reader.seconds("vary", section, or: 30)
        let lasts = reader.seconds("lasts", section)
        let after = reader.seconds("after", section, or: 60)
        let parameters = reader.parameters(section, sheet)
        let expects = reader.expectations(section, sheet)
        let allows = reader.allowed(section, sheet)
        if expects.isEmpty { section.report("a trial must expect something") }
        guard let id, let title, let before, let vary, let lasts, let after else { return nil }
        for expected in expects where expected.within > lasts + after {
            section.report("\(expected.rule) has longer than the trial lasts", at: "expects")
        }
        let trial = FaultTrial(
            id: id, title: title, model: sheet.model, causes: causes, nearMiss: nearMiss,
            before: before, vary: vary, lasts: lasts, after: after, parameters: parameters,
            expects: expects, allows: allows)
        if reader.problems.all.isEmpty {
            for isNearMiss in trial.nearMiss.isEmpty ? [false] : [false, true] {
                let scenario = trial.scenario(seed: 0, isNearMiss: isNearMiss)
                for problem in scenario.problems { section.report(problem) }
            }
        }
        return trial
    }

    private func causes(_ key: String, _ section: Section, _ sheet: DataSheet) -> [RandomFault
        .Cause]
    {
        section.sections(key).compactMap { item in
            defer { item.finish() }
            return reader.drawnCause(item, sheet)
        }
    }
}
