import Configuration
import Detection
import Foundation
import Line
import RuleLanguage
import RuleTesting
import Testing

private let config = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("config").path

/// A part of a rule that a test has to miss when it is gone.
private enum Mutation: String, CaseIterable {
    case hysteresis = "its own way out"
    case delay = "its delay"
    case clearDelay = "its delay on the way out"
    case suppression = "what suppresses it"
    case causes = "its causes"
    case limit = "half of the silence"
    case fewer = "one raise of the repetitions"

    /// The rule without that part; `nil` when it has none.
    func applied(to rule: Rule) -> Rule? {
        var mutant = rule
        switch (self, rule.watch) {
        case (.hysteresis, .condition(let when, _?)):
            mutant.watch = .condition(when: when, until: nil)
        case (.delay, .condition) where rule.delay != .fixed(.zero):
            mutant.delay = .fixed(.zero)
        case (.clearDelay, .condition) where rule.clearDelay != .fixed(.zero):
            mutant.clearDelay = .fixed(.zero)
        case (.suppression, .condition) where rule.suppressedWhen != nil:
            mutant.suppressedWhen = nil
        case (.causes, .condition) where !rule.inhibitedBy.isEmpty:
            mutant.inhibitedBy = []
        case (.limit, .silence):
            guard case .seconds(let formula) = rule.delay else {
                guard case .fixed(let delay) = rule.delay else { return nil }
                mutant.delay = .fixed(delay / 2)
                return mutant
            }
            mutant.delay = .seconds(
                .binary(
                    .divide, formula, .number(2, at: formula.offset), at: formula.offset))
        case (.fewer, .repetition(let rules, let count, let window)):
            mutant.watch = .repetition(of: rules, count: count - 1, within: window)
        case (_, .condition), (_, .silence), (_, .repetition): return nil
        }
        return mutant
    }
}

@Suite struct MutationTests {
    @Test("a shipped rule that loses a part fails a test of its own", arguments: 0..<5)
    func killed(kind: Int) throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        var cases: [String: [RuleTestFile.Case]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: config + "/tests").sorted()
        {
            for item in try RuleTestFile.load(config + "/tests/" + name, for: site).cases {
                cases[item.test.rule, default: []].append(item)
            }
        }
        #expect(site.plan.profiles.count == 5, "a kind more needs an argument more")
        // One kind at a time; a rule that several kinds share is tried with the first of them.
        let earlier = site.plan.profiles[..<kind].flatMap(\.rules).map(\.id)
        for (index, rule) in site.plan.profiles[kind].rules.enumerated()
        where !earlier.contains(rule.id) {
            for mutation in Mutation.allCases {
                guard let mutant = mutation.applied(to: rule) else { continue }
                let isMissed = try (cases[rule.id] ?? []).contains { item in
                    var profile = site.plan.profiles[item.kind]
                    let place =
                        item.kind == kind
                        ? index : profile.rules.firstIndex { $0.id == rule.id } ?? index
                    profile.rules[place] = mutant
                    return try !item.test.run(profile, site.plan.schemas[item.kind]).isPassed
                }
                #expect(isMissed, "\(rule.id) may lose \(mutation.rawValue)")
            }
        }
    }
}
