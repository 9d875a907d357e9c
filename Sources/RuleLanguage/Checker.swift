/// Finds every type error of an expression, and every name that the kind does not have.
public struct Checker {
    private let vocabulary: Vocabulary
    private var allowsSignals: Bool
    private var diagnostics: [Diagnostic] = []

    /// Checks a condition: it must be true or false.
    public static func check(condition: Expression, in vocabulary: Vocabulary) -> [Diagnostic] {
        var checker = Checker(vocabulary: vocabulary, allowsSignals: true)
        checker.expect(condition, .boolean)
        return checker.diagnostics
    }

    /// Checks a formula over parameters alone, such as a delay in seconds: it must be a number.
    public static func check(formula: Expression, in vocabulary: Vocabulary) -> [Diagnostic] {
        var checker = Checker(vocabulary: vocabulary, allowsSignals: false)
        checker.expect(formula, .number)
        return checker.diagnostics
    }

    /// The type of an expression, or everything that is wrong with it.
    static func type(
        of expression: Expression, in vocabulary: Vocabulary
    ) -> (ValueType?, [Diagnostic]) {
        var checker = Checker(vocabulary: vocabulary, allowsSignals: true)
        let type = checker.infer(expression)
        return (type, checker.diagnostics)
    }

    private init(vocabulary: Vocabulary, allowsSignals: Bool) {
        self.vocabulary = vocabulary
        self.allowsSignals = allowsSignals
    }

    private enum Wanted: String {
        case number = "a number"
        case boolean = "a condition (true or false)"
    }

    private mutating func expect(_ expression: Expression, _ wanted: Wanted) {
        // nil: already reported; another message about the same place would only confuse.
        guard let type = infer(expression) else { return }
        let fits =
            switch type {
            case .number: wanted == .number
            case .boolean: wanted == .boolean
            case .enumeration: false
            }
        if !fits {
            report(expression.offset, "expected \(wanted.rawValue), found \(type.description)")
        }
    }

    private mutating func infer(_ expression: Expression) -> ValueType? {
        switch expression {
        case .number: return .number(unit: "")
        case .time: return .number(unit: "s")
        case .boolean: return .boolean
        case .text(let text, let at):
            report(at, "the text '\(text)' can only be compared with an enumeration")
            return nil
        case .name(let name, let at): return look(up: name, at: at)
        case .unary(.negate, let operand, _):
            return expectNumber(operand).map { .number(unit: $0) }
        case .unary(.not, let operand, _):
            expect(operand, .boolean)
            return .boolean
        case .binary(let joined, let left, let right, let at):
            return infer(joined, left, right, at: at)
        case .choice(let condition, let this, let that, let at):
            return infer(condition, this, that, at: at)
        case .membership(let element, let list, let at):
            if list.isEmpty { report(at, "the list is empty, so this can never be true") }
            for member in list { compare(element, member, at: member.offset) }
            return .boolean
        case .call(let name, let arguments, let at):
            return infer(call: name, arguments, at: at)
        }
    }

    private mutating func infer(
        _ joined: BinaryOperator, _ left: Expression, _ right: Expression, at: Int
    ) -> ValueType? {
        switch joined {
        case .or, .and:
            expect(left, .boolean)
            expect(right, .boolean)
            return .boolean
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            _ = joinedUnit(left, right, at: at)
            return .boolean
        case .equal, .notEqual:
            compare(left, right, at: at)
            return .boolean
        case .add, .subtract: return .number(unit: joinedUnit(left, right, at: at))
        case .multiply, .divide:
            let units = (expectNumber(left) ?? "", expectNumber(right) ?? "")
            return .number(
                unit: joined == .multiply
                    ? Units.product(units.0, units.1) : Units.quotient(units.0, units.1))
        }
    }

    private mutating func infer(
        _ condition: Expression, _ this: Expression, _ that: Expression, at: Int
    ) -> ValueType? {
        expect(condition, .boolean)
        return alike(this, that, at: at)
    }

    /// The type of two values of which one is taken.
    private mutating func alike(
        _ this: Expression, _ that: Expression, at: Int
    ) -> ValueType? {
        guard let first = infer(this), let second = infer(that) else { return nil }
        switch (first, second) {
        case (.number(let left), .number(let right)):
            guard let unit = Units.joined(left, right) else {
                report(at, "one value is in \(left), the other in \(right): convert one of them")
                return nil
            }
            return .number(unit: unit)
        case (.boolean, .boolean): return first
        case (.number, _), (.boolean, _), (.enumeration, _):
            report(at, "both values must be numbers, or both conditions")
            return nil
        }
    }

    private mutating func infer(
        call name: String, _ arguments: [Expression], at: Int
    ) -> ValueType? {
        guard let function = Function.named(name, of: arguments, in: vocabulary) else {
            let known = Function.names
            let hint = closest(to: name, among: known).map { "did you mean \($0)?" }
            report(
                at,
                "there is no function \(name): "
                    + (hint ?? "the functions are \(known.joined(separator: ", "))"))
            return nil
        }
        if !allowsSignals, Function.remembering.contains(where: { $0.name == name }),
            !Function.plain.contains(where: { $0.name == name })
        {
            report(at, "\(name) looks at readings; only parameters may be used here")
            return nil
        }
        if function.looksBack, name != "held", name != "count",
            arguments.contains(where: { $0.names.contains(Vocabulary.clockSkewed.name) })
        {
            report(
                at,
                "\(Vocabulary.clockSkewed.name) is no reading: only held and count may look back "
                    + "over it")
        }
        let fewest = function.arguments.count
        if !(fewest...fewest + function.more).contains(arguments.count) {
            let wanted = function.more == 0 ? "\(fewest)" : "\(fewest) to \(fewest + function.more)"
            report(at, "\(name) takes \(wanted) values, found \(arguments.count)")
        }
        if function.result == .alike {
            return arguments.count == 2 ? alike(arguments[0], arguments[1], at: at) : nil
        }
        var unit = ""
        for (index, argument) in arguments.enumerated() {
            let form = function.arguments[min(index, fewest - 1)]
            guard let found = check(argument, as: form, of: name) else { continue }
            guard let joined = Units.joined(unit, found) else {
                report(argument.offset, "cannot join \(unit) and \(found): convert one of them")
                continue
            }
            unit = joined
        }
        switch function.result {
        case .sameUnit: return .number(unit: unit)
        case .perSecond: return .number(unit: Units.perSecond(unit))
        case .plainNumber: return .number(unit: "")
        case .seconds: return .number(unit: "s")
        case .boolean, .alike: return .boolean
        }
    }

    /// Checks one value of a call; returns its unit where that counts for the result.
    private mutating func check(
        _ argument: Expression, as form: Function.Argument, of name: String
    ) -> String? {
        switch form {
        case .number: return expectNumber(argument)
        case .condition: expect(argument, .boolean)
        case .any, .alike: _ = infer(argument)
        case .signal:
            guard case .name(let signal, _) = argument, vocabulary.slot(of: signal) != nil else {
                report(argument.offset, "\(name) takes a signal by its name")
                return nil
            }
        case .window:
            guard case .number(let unit)? = inferConstant(argument) else { return nil }
            if unit != "s" {
                report(argument.offset, "expected a length of time such as 10s or 5min")
            }
        case .level:
            guard case .number(let unit)? = inferConstant(argument) else { return nil }
            return unit
        case .curve:
            guard case .text(let id, _) = argument else {
                report(argument.offset, "\(name) takes a curve by its name, in quotes")
                return nil
            }
            guard let curve = vocabulary.curve(id) else {
                let known = vocabulary.curves.map(\.id)
                let hint = closest(to: id, among: known).map { "did you mean '\($0)'?" }
                report(
                    argument.offset,
                    "there is no curve '\(id)': "
                        + (hint ?? "the curves are \(known.joined(separator: ", "))"))
                return nil
            }
            return curve.unit
        case .frequency:
            guard case .number(let unit)? = inferConstant(argument) else { return nil }
            if !unit.isEmpty, unit != "Hz" {
                report(argument.offset, "expected a frequency in Hz, found a number in \(unit)")
            }
        }
        return nil
    }

    /// What may be used where everything has to be known when the rules are loaded.
    private mutating func inferConstant(_ expression: Expression) -> ValueType? {
        let mayUseSignals = allowsSignals
        allowsSignals = false
        defer { allowsSignals = mayUseSignals }
        guard let type = infer(expression) else { return nil }
        guard case .number = type else {
            report(expression.offset, "expected a number, found \(type.description)")
            return nil
        }
        return type
    }

    private mutating func expectNumber(_ expression: Expression) -> String? {
        guard let type = infer(expression) else { return nil }
        guard case .number(let unit) = type else {
            report(expression.offset, "expected a number, found \(type.description)")
            return nil
        }
        return unit
    }

    /// The unit of two numbers that are compared or added.
    private mutating func joinedUnit(_ left: Expression, _ right: Expression, at: Int) -> String {
        let units = (expectNumber(left), expectNumber(right))
        guard let first = units.0, let second = units.1 else { return "" }
        guard let joined = Units.joined(first, second) else {
            report(
                at, "one side is in \(first), the other in \(second): convert one of them")
            return ""
        }
        return joined
    }

    /// Checks `==`, `!=` and `in`: numbers with numbers, labels with their enumeration.
    private mutating func compare(_ left: Expression, _ right: Expression, at: Int) {
        if case .text(let label, let place) = right {
            return check(label, at: place, belongsTo: left)
        }
        if case .text(let label, let place) = left {
            return check(label, at: place, belongsTo: right)
        }
        guard let first = infer(left), let second = infer(right) else { return }
        switch (first, second) {
        case (.number(let left), .number(let right)) where Units.joined(left, right) == nil:
            report(at, "one side is in \(left), the other in \(right): convert one of them")
        case (.number, .number), (.boolean, .boolean): break
        case (.enumeration(let labels), .enumeration(let others)) where labels == others: break
        case (.number, _), (.boolean, _), (.enumeration, _):
            report(at, "cannot compare \(first.description) with \(second.description)")
        }
    }

    private mutating func check(_ label: String, at: Int, belongsTo side: Expression) {
        if case .text = side { return report(at, "this compares two texts") }
        guard let type = infer(side) else { return }
        guard case .enumeration(let labels) = type else {
            return report(at, "cannot compare \(type.description) with the text '\(label)'")
        }
        guard !labels.contains(where: { $0.label == label }) else { return }
        let hint = closest(to: label, among: labels.map(\.label)).map { ": did you mean '\($0)'?" }
        report(at, "'\(label)' is not \(type.description)\(hint ?? "")")
    }

    private mutating func look(up name: String, at: Int) -> ValueType? {
        guard let entry = vocabulary.entry(name) else {
            let hint = closest(to: name, among: vocabulary.names).map { ": did you mean \($0)?" }
            report(
                at,
                "this kind of equipment has no signal or parameter \(name)"
                    + (hint ?? ": declare it in the kind's file"))
            return nil
        }
        if !allowsSignals, vocabulary.slot(of: name) != nil {
            report(at, "\(name) is a signal; only parameters may be used here")
            return nil
        }
        return entry.type
    }

    private mutating func report(_ offset: Int, _ message: String) {
        diagnostics.append(Diagnostic(offset: offset, message))
    }
}
