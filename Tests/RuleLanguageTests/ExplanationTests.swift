import Detection
import RuleLanguage
import Testing

private func explain(
    _ when: String, until: String? = nil, delay: String? = nil
) throws -> Explanation {
    func parse(_ text: String) throws -> Expression { try Parser.parse(text).get() }
    let words = BilingualText(english: "r", chinese: "r")
    let rule = Rule(
        id: "r", title: words, guidance: words,
        watch: .condition(when: try parse(when), until: try until.map(parse)),
        delay: try delay.map { .seconds(try parse($0)) } ?? .fixed(.seconds(2)),
        clearDelay: .fixed(.zero), accumulates: false, clearing: .automatic, severity: .info,
        isLifeSafety: false, isListingCandidate: false, source: "test", confidence: .engineering,
        text: when)
    return try Explanation(rule, in: smallKind, parameters: ["rated": 1.75, "gear": 2])
}

@Suite struct ExplanationTests {
    @Test(
        "numbers are worked out, signals and labels stay",
        arguments: [
            ("abs(v) >= 1.15 * rated", "abs(v) >= 2.0125"),
            ("v > (gear == 'slow' ? 0.8 : 1.25 * rated + 0.25 / rated)", "v > 2.33035714286"),
            (
                "on && !(door in ['closed', 'open']) || v - (2 - 1) < 0",
                "on && !(door in ['closed', 'open']) || v - 1 < 0"
            ),
            ("held(on && v > 0.1 * rated) >= 90s", "held(on && v > 0.175) >= 90s"),
            ("(on || v > 1) && !(v > 2)", "(on || v > 1) && !(v > 2)"),
            ("v - (v - 1) > 0", "v - (v - 1) > 0"), ("-(v + 1) < 500ms / 1s", "-(v + 1) < 0.5"),
            ("(on ? v : rated) > 1", "(on ? v : 1.75) > 1"),
        ])
    func workedOut(text: String, expected: String) throws {
        let found = try explain(text).whenWorkedOut
        #expect(found == expected)
    }

    @Test("what is written means the same when it is read again")
    func roundTrip() throws {
        for text in [
            "abs(v) >= 1.15 * rated", "on && !(door in ['closed']) || v - (2 - 1) < 0",
            "(on ? v : rated) > 1 / (2 / 3)", "mean(v, 10min) > 3 && count(on, 1d) >= 2",
        ] {
            let once = try explain(text).when ?? ""
            #expect(try explain(once).when == once)
            #expect(try explain(once).whenWorkedOut == explain(text).whenWorkedOut)
        }
    }

    @Test("without until it clears when the condition no longer holds; formulas give seconds")
    func rest() throws {
        let explanation = try explain("v > rated", delay: "min(45, 10 * rated)")
        #expect(explanation.untilWorkedOut == "!(v > 1.75)")
        #expect(explanation.delay == .milliseconds(17_500))
        #expect(explanation.parameters.map(\.name) == ["rated"])
        #expect(explanation.parameters.map(\.value) == ["1.75 m/s"])
        #expect(try explain("on", until: "v < rated / 2").untilWorkedOut == "v < 0.875")
    }
}
