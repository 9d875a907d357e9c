import Detection
import Testing

@testable import RuleLanguage

private let vocabulary = Vocabulary(
    signals: [
        .init(name: "az", type: .number(unit: "m/s2"), period: 0.005),
        .init(name: "wind", type: .number(unit: "m/s")),
        .init(name: "button", type: .boolean),
    ],
    parameters: [.init(name: "period", type: .number(unit: "s"))])

/// Compiles one condition with a reporting period of 1 s; returns the program or the problem.
private func compile(_ condition: String) throws -> Result<Program, Diagnostic> {
    let when = try Parser.parse(condition).get()
    #expect(Checker.check(condition: when, in: vocabulary) == [])
    let words = BilingualText(english: "r", chinese: "r")
    let rule = Rule(
        id: "r", title: words, guidance: words, watch: .condition(when: when, until: nil),
        delay: .fixed(.zero), clearDelay: .fixed(.zero), accumulates: false, clearing: .automatic,
        severity: .info, isLifeSafety: false, isListingCandidate: false, source: "test",
        confidence: .engineering, text: condition)
    var compiler = Compiler()
    let profile = Profile(
        kind: "test", vocabulary: vocabulary, rules: [rule], silentAfter: .seconds(60),
        skewLimit: .seconds(30))
    switch compiler.add(profile, parameters: ["period": 1]) {
    case .success: return .success(compiler.result)
    case .failure(let list): return .failure(list.problems[0].diagnostic)
    }
}

@Suite struct DerivedSignalTests {
    @Test(
        "filter coefficients are those of the reference, to all of its nine digits",
        arguments: [
            (
                100.0,
                [
                    0.019036832, 0.038073663, 0.019036832, -1.479674217, 0.555821543,
                    0.021883852, 0.043767704, 0.021883852, -1.700964332, 0.788499740,
                ]
            ),
            (
                200,
                [
                    0.005378494, 0.010756988, 0.005378494, -1.725933395, 0.747447372,
                    0.005808127, 0.011616254, 0.005808127, -1.863800492, 0.887033000,
                ]
            ),
            (
                500,
                [
                    0.000932538, 0.001865077, 0.000932538, -1.886609583, 0.890339736,
                    0.000963484, 0.001926969, 0.000963484, -1.949215958, 0.953069895,
                ]
            ),
            (
                1_000,
                [
                    0.000239762, 0.000479524, 0.000239762, -1.942638231, 0.943597278,
                    0.000243789, 0.000487579, 0.000243789, -1.975269635, 0.976244792,
                ]
            ),
        ] as [(Double, [Double])])
    func butterworth(sampling: Double, expected: [Double]) {
        let found = Butterworth.fourPoles(cutOff: 5, sampling: sampling)
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 0.5e-9 + 1e-12 }, "\(found)")
    }

    @Test("a filter samples at its signal's own period, and each derived signal exists once")
    func shared() throws {
        let program = try compile(
            "lowpass(az, 5) > 2 || lowpass(az, 5) < -2 || mean(lowpass(az, 5), 2s) > 1"
        ).get()
        #expect(program.derivations.map(\.form) == [.lowpass, .mean])
        #expect(program.derivations[0].window == .milliseconds(5))
        #expect(program.derivations[1].input == program.derivations[0].output)
        #expect(program.variants[0].slotCount == 4 + 2)
    }

    @Test(
        "what cannot be computed is refused when the rules are loaded",
        arguments: [
            ("lowpass(az, 100) > 1", "the cut-off must be above 0"),
            ("lowpass(wind, 1) > 1", "the cut-off must be above 0"),
            ("mean(wind, 60d) > 1", "a window must lie between"),
            ("mean(2 * period, 10s) > 1", "mean looks at a constant"),
            ("held(button) + 1 > 2s", "age and held go on by themselves"),
            ("held(button) == 2s", "age and held go on by themselves"),
            ("count(held(button) > 2s, 1h) > 3", "age and held go on by themselves"),
            ("(button ? held(button) : 1s) > 2s", "age and held go on by themselves"),
            ("assume(age(wind) > 2s, true)", "age and held go on by themselves"),
            ("held(button) > 1e10", "a running time can be compared with"),
        ])
    func refused(condition: String, problem: String) throws {
        guard case .failure(let diagnostic) = try compile(condition) else {
            return #expect(Bool(false), "\(condition) compiled")
        }
        #expect(diagnostic.message.contains(problem), "\(diagnostic.message)")
    }

    @Test("times join with && and || and !")
    func timesJoin() throws {
        let program = try compile(
            "!(held(button) >= 2s) && (age(wind) < 1min || 5s < held(!button))"
        ).get()
        #expect(program.predicates.map(\.limit) == [2e9, 60e9, 5e9])
        #expect(program.variants[0].elapsed.count == 3)
    }
}
