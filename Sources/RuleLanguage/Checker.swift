/// Finds every type error of an expression, and every name that the kind does not have.
public struct Checker {
    private let vocabulary: Vocabulary
    private let allowsSignals: Bool
    private var diagnostics: [Diagnostic] = []

    /// The functions of this version, with their number of arguments.
    static let functions: [(name: String, arguments: ClosedRange<Int>)] = [
        ("abs", 1...1), ("max", 2...8), ("min", 2...8),
    ]

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
        case .boolean: return .boolean
        case .text(let text, let at):
            report(at, "the text '\(text)' can only be compared with an enumeration")
            return nil
        case .name(let name, let at): return look(up: name, at: at)
        case .unary(.negate, let operand, _):
            expect(operand, .number)
            return .number(unit: "")
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
            expect(left, .number)
            expect(right, .number)
            return .boolean
        case .equal, .notEqual:
            compare(left, right, at: at)
            return .boolean
        case .add, .subtract, .multiply, .divide:
            expect(left, .number)
            expect(right, .number)
            return .number(unit: "")
        }
    }

    private mutating func infer(
        _ condition: Expression, _ this: Expression, _ that: Expression, at: Int
    ) -> ValueType? {
        expect(condition, .boolean)
        guard let first = infer(this), let second = infer(that) else { return nil }
        switch (first, second) {
        case (.number, .number), (.boolean, .boolean): return first
        case (.number, _), (.boolean, _), (.enumeration, _):
            report(at, "both values of a choice must be numbers or both conditions")
            return nil
        }
    }

    private mutating func infer(
        call name: String, _ arguments: [Expression], at: Int
    ) -> ValueType? {
        guard let function = Self.functions.first(where: { $0.name == name }) else {
            let known = Self.functions.map(\.name)
            let hint = closest(to: name, among: known).map { "did you mean \($0)?" }
            report(
                at,
                "there is no function \(name): "
                    + (hint ?? "the functions are \(known.joined(separator: ", "))"))
            return nil
        }
        if !function.arguments.contains(arguments.count) {
            let wanted =
                function.arguments.count == 1
                ? "\(function.arguments.lowerBound)"
                : "\(function.arguments.lowerBound) to \(function.arguments.upperBound)"
            report(at, "\(name) takes \(wanted) values, found \(arguments.count)")
        }
        for argument in arguments { expect(argument, .number) }
        return .number(unit: "")
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
