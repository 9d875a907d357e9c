import Detection
import RuleLanguage
import Testing

private func lint(_ when: String, _ until: String?, delay: Int64 = 5_000) throws -> [String] {
    let words = BilingualText(english: "r", chinese: "r")
    let rule = Rule(
        id: "r", title: words, guidance: words,
        watch: .condition(
            when: try Parser.parse(when).get(), until: try until.map { try Parser.parse($0).get() }),
        delay: .fixed(.milliseconds(delay)), clearDelay: .fixed(.zero), accumulates: false,
        clearing: .automatic, severity: .info, isLifeSafety: false, isListingCandidate: false,
        source: "test", confidence: .engineering, text: when)
    let profile = Profile(
        kind: "test", vocabulary: smallKind, rules: [rule], silentAfter: .seconds(60),
        skewLimit: .seconds(30))
    return Lint.check(rule, of: profile, parameters: ["rated": 2, "period": 1]).map(\.message)
}

@Suite struct LintTests {
    @Test(
        "sensible rules have no findings",
        arguments: [
            ("abs(v) >= 1.15 * rated", "abs(v) < 1.05 * rated"), ("v > 3", nil),
            ("abs(v - rated) > 0.1 * rated", "abs(v - rated) < 0.04 * rated"),
            ("on && door == 'open'", "!on || door == 'closed'"), ("rate(v) > 3", "v > 100"),
            ("v > 2 && !assume(on, false)", "v < 1"),
            ("v > 3", "v < 1 && count(on, 1h) >= 3"), ("v > 3", "v < 1 && !(count(on, 1h) < 3)"),
        ] as [(String, String?)])
    func clean(when: String, until: String?) throws {
        #expect(try lint(when, until) == [])
    }

    @Test(
        "what can hardly be meant is found",
        arguments: [
            ("v > 3", "v < 4", "hold together, for instance at v = "),
            ("on", "door == 'open'", "on = true, door = open"),
            ("v > 3", "v < 2 && v > 2", "found no values at which it clears"),
            ("v > 3 && v < 3", "v < 1", "found no values at which 'when' holds"),
            ("on || !on", nil, "found no values at which it clears"),
            ("count(on, 1h) >= 3", nil, "every count begins at 0"),
            ("v > 3", "v < 1 && 2 >= count(on, 1h)", "every count begins at 0"),
            ("v > 3", "!(count(on, 1h) >= 2)", "every count begins at 0"),
        ] as [(String, String?, String)])
    func found(when: String, until: String?, words: String) throws {
        let findings = try lint(when, until)
        #expect(findings.contains { $0.contains(words) }, "\(findings)")
    }

    @Test("a delay shorter than the reporting period is no delay")
    func shortDelay() throws {
        #expect(try lint("v > 3", nil, delay: 200).first?.contains("one reading is enough") == true)
        #expect(try lint("v > 3", nil, delay: 0) == [])
    }
}
