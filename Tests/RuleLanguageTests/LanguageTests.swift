import RuleLanguage
import Testing

private let vocabulary = Vocabulary(
    signals: [
        .init(name: "car.speed", type: .number(unit: "m/s")),
        .init(name: "car.doorZone", type: .boolean),
        .init(
            name: "door.car",
            type: .enumeration([.init(label: "open", code: 4), .init(label: "closed", code: 2)])),
    ],
    parameters: [
        .init(name: "door.gap", type: .number(unit: "mm")),
        .init(name: "rated_speed", type: .number(unit: "m/s")),
    ])

/// What a rule writer sees: `offset: message` for each problem, or `ok`.
private func problems(_ text: String) -> [String] {
    switch Parser.parse(text) {
    case .failure(let list): list.diagnostics.map { "\($0.offset): \($0.message)" }
    case .success(let expression):
        Checker.check(condition: expression, in: vocabulary).map { "\($0.offset): \($0.message)" }
    }
}

@Suite struct GrammarTests {
    @Test(
        "well-formed conditions pass",
        arguments: [
            "car.speed > 1", "abs(car.speed) >= 1.15 * rated_speed", "!car.doorZone",
            "door.car == 'open' && !(car.speed < 0.02)", "door.car in ['open', \"closed\"]",
            "(car.doorZone ? 1 : 2) < car.speed", "min(1, car.speed, 3) == 1e-3", "-car.speed<-.5",
            "car.doorZone == false", "  car.doorZone\n  || car.doorZone  ",
        ])
    func accepted(text: String) { #expect(problems(text) == []) }

    @Test(
        "precedence is that of CEL",
        arguments: [
            ("car.doorZone || car.doorZone && !car.doorZone", "(z || (z && !z))"),
            ("car.speed + 2 * car.speed < 1", "((s + (2.0 * s)) < 1.0)"),
            ("-car.speed - 1 > 0", "((-s - 1.0) > 0.0)"),
            ("1 - 2 - 3 < 0", "(((1.0 - 2.0) - 3.0) < 0.0)"),
            (
                "car.doorZone ? false : car.doorZone ? true : false",
                "(z ? false : (z ? true : false))"
            ),
        ])
    func precedence(text: String, shape: String) throws {
        #expect(try Self.shape(Parser.parse(text).get()) == shape)
    }

    private static func shape(_ expression: Expression) -> String {
        switch expression {
        case .number(let value, _): "\(value)"
        case .time(let seconds, _): "\(seconds)s"
        case .boolean(let value, _): "\(value)"
        case .text(let text, _): "'\(text)'"
        case .name("car.speed", _): "s"
        case .name("car.doorZone", _): "z"
        case .name(let name, _): name
        case .unary(let joined, let operand, _): joined.rawValue + shape(operand)
        case .binary(let joined, let left, let right, _):
            "(\(shape(left)) \(joined.rawValue) \(shape(right)))"
        case .choice(let condition, let this, let that, _):
            "(\(shape(condition)) ? \(shape(this)) : \(shape(that)))"
        case .membership(let element, let list, _): "\(shape(element)) in \(list.map(shape))"
        case .call(let name, let arguments, _): "\(name)\(arguments.map(shape))"
        }
    }

    @Test(
        "errors name the place and the remedy",
        arguments: [
            ("", "0: expected a value, found the end"),
            ("car.speed >", "11: expected a value, found the end"),
            ("car.speed = 1", "10: unexpected character '=': write == to compare"),
            ("car.speed > 1 & car.doorZone", "14: unexpected character '&': write && for both"),
            ("(car.speed > 1", "14: expected ')', found the end"),
            ("0 < car.speed < 1", "14: comparisons cannot be chained: join two with &&"),
            (
                "car.doorZone car.doorZone",
                "13: expected an operator or the end, found 'car.doorZone'"
            ),
            ("door.car == 'open", "12: this text has no closing '"),
            (
                "car.sped > 1",
                "0: this kind of equipment has no signal or parameter car.sped: did you mean car.speed?"
            ),
            ("car.speed", "0: expected a condition (true or false), found a number in m/s"),
            ("car.speed > car.doorZone", "12: expected a number, found a boolean"),
            (
                "door.car == 'opened'",
                "12: 'opened' is not one of 'open', 'closed': did you mean 'open'?"
            ),
            ("car.speed == 'open'", "13: cannot compare a number in m/s with the text 'open'"),
            (
                "sqrt(car.speed) > 1",
                "0: there is no function sqrt: the functions are abs, after_low, age, assume, changed, count, dwell, held, impact, lowpass, max, mean, min, rate, reversal, slope, steep, stuck"
            ),
            ("abs(1, 2) > 1", "0: abs takes 1 values, found 2"),
            (
                "car.speed > 5m",
                "13: only a unit of time (ms, s, min, h, d) can follow a number: signals and parameters are compared in their declared units"
            ),
            (
                "car.speed > door.gap",
                "10: one side is in m/s, the other in mm: convert one of them"
            ),
            (
                "car.speed + 2 * door.gap > 1",
                "10: one side is in m/s, the other in mm: convert one of them"
            ),
            (
                "max(car.speed, door.gap) > 1",
                "15: cannot join m/s and mm: convert one of them"
            ),
            (
                "(car.doorZone ? car.speed : door.gap) > 1",
                "14: one value is in m/s, the other in mm: convert one of them"
            ),
            (
                "rate(car.speed) > rated_speed",
                "16: one side is in m/s2, the other in m/s: convert one of them"
            ),
            (
                "stuck(car.speed, 10)",
                "17: expected a length of time such as 10s or 5min"
            ),
            (
                "mean(car.speed, car.speed) > 1",
                "16: car.speed is a signal; only parameters may be used here"
            ),
            (
                "lowpass(car.speed, 5s) > 1",
                "19: expected a frequency in Hz, found a number in s"
            ),
            (
                "age(clock.skewed) > 1s",
                "0: clock.skewed is no reading: only held and count may look back over it"
            ),
            ("age(rated_speed) > 1s", "4: age takes a signal by its name"),
            (
                "held(car.speed) > 1s",
                "5: expected a condition (true or false), found a number in m/s"
            ),
            ("assume(car.speed, true) > 1", "0: both values must be numbers, or both conditions"),
            ("1e308d > 1", "0: a time may be at most 1000000000.0 s"),
            ("door.car in []", "9: the list is empty, so this can never be true"),
        ])
    func rejected(text: String, problem: String) { #expect(problems(text) == [problem]) }

    @Test("all type errors of a condition are reported together")
    func allAtOnce() {
        #expect(problems("car.sped > 1 && car.doorZone > 2 && foo(1)").count == 3)
    }

    @Test("endless nesting is refused, not a crash", arguments: ["(", "!", "-", "abs("])
    func nesting(opening: String) {
        let text = String(repeating: opening, count: 1_000) + "1"
        #expect(problems(text).first?.contains("nested deeper than 64") == true)
    }

    @Test("a chain of operators is a deep tree too")
    func chains() {
        let text = "1" + String(repeating: "+1", count: 2_000)
        #expect(problems(text).first?.contains("more than 256 operators") == true)
    }

    @Test("no text makes the parser crash or hang", arguments: 0..<300)
    func arbitraryText(seed: UInt64) {
        var state = seed &* 2_654_435_761 + 1
        let pieces = [
            "car.speed", ">", "<", "==", "(", ")", "[", "]", "'", "\"", "&&", "||", "!", "?", ":",
            "1e", "9e999", ".", "in", "abs", ",", "-", "\u{0}", "隐患", "true",
        ]
        let text = (0..<30).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return pieces[Int(state >> 33) % pieces.count]
        }.joined(separator: " ")
        _ = problems(text)
    }

    @Test("a delay formula may use parameters but no signal")
    func formula() throws {
        let good = try Parser.parse("min(45, 20 + rated_speed)").get()
        #expect(Checker.check(formula: good, in: vocabulary) == [])
        let longer = try Parser.parse("max(3 * rated_speed, 60s)").get()
        #expect(Checker.check(formula: longer, in: vocabulary).count == 1, "m/s is no time")
        let remembering = try Parser.parse("rate(rated_speed)").get()
        #expect(
            Checker.check(formula: remembering, in: vocabulary).map(\.message) == [
                "rate looks at readings; only parameters may be used here"
            ])
        let bad = try Parser.parse("car.speed + 1").get()
        #expect(
            Checker.check(formula: bad, in: vocabulary).map(\.message) == [
                "car.speed is a signal; only parameters may be used here"
            ])
    }
}
