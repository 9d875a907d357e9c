import RuleLanguage
import Testing

private func text(_ expression: String, _ values: [String: Double]) throws -> String {
    try Trial.run(Parser.parse(expression).get(), in: smallKind, with: values).text
}

@Suite struct TrialTests {
    /// Expected values follow the CEL specification, with every number a double.
    @Test(
        "expressions are worth what CEL says",
        arguments: [
            ("1 + 2 * 3", "7.0"), ("(1 + 2) * 3", "9.0"), ("7 / 2", "3.5"), ("-2 - -3", "1.0"),
            ("1 < 2 && 2 < 1 || true", "true"), ("!true || false", "false"),
            ("true ? 1 : 2", "1.0"), ("false ? 1 : true ? 2 : 3", "2.0"),
            ("2 in [1, 2, 3]", "true"), ("5 in [1, 2, 3]", "false"), ("1 == 1.0", "true"),
            ("1e3 == 1000", "true"), ("0.1 + 0.2 == 0.3", "false"), ("min(3, 1, 2)", "1.0"),
            ("max(10s, 500ms)", "10.0 s"), ("abs(-3) ", "3.0"), ("2min == 120s", "true"),
            // Division by zero is an error in CEL and unknown here; && and || absorb it.
            ("1 / 0", "unknown"), ("1 / 0 > 1", "unknown"), ("1 / 0 > 1 || true", "true"),
            ("false && 1 / 0 > 1", "false"), ("1 / 0 > 1 && true", "unknown"),
            ("true ? 1 : 1 / 0", "1.0"), ("assume(1 / 0, 4)", "4.0"),
        ])
    func constants(expression: String, worth: String) throws {
        #expect(try text(expression, [:]) == worth)
    }

    @Test(
        "names have the values they are given, and are unknown without one",
        arguments: [
            ("v", "2.5 m/s"), ("v > 1.15 * rated", "true"), ("on", "unknown"),
            ("on || v > 2", "true"), ("on && v > 2", "unknown"), ("!on", "unknown"),
            ("assume(on, false)", "false"), ("door", "open"), ("door == 'open'", "true"),
            ("door in ['closed']", "false"), ("on ? 1 : 2", "unknown"), ("v * 0 > 1", "false"),
        ])
    func names(expression: String, worth: String) throws {
        #expect(try text(expression, ["v": 2.5, "rated": 2, "door": 4]) == worth)
    }

    @Test("a function that looks back has nothing to look back on")
    func lookingBack() throws {
        let window = try Parser.parse("max(v, 10s)").get()
        #expect(throws: DiagnosticList.self) {
            _ = try Trial.run(window, in: smallKind, with: ["v": 2])
        }
        #expect(try text("clock.skewed", ["clock.skewed": 1]) == "true")
        let parsed = try Parser.parse("1 + rate(v)").get()
        #expect {
            _ = try Trial.run(parsed, in: smallKind, with: [:])
        } throws: { error in
            (error as? DiagnosticList)?.diagnostics.map(\.offset) == [4]
        }
    }
}
