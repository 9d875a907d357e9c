public import Detection

/// What a rule means for one piece of equipment: its conditions with the numbers put in.
public struct Explanation: Sendable, Equatable {
    /// The raising condition as written; `nil` for silence and repetitions.
    public var when: String?
    /// The same with parameters and constants worked out.
    public var whenWorkedOut: String?
    /// The clearing condition, worked out; `nil` for silence.
    public var untilWorkedOut: String?
    /// While this is true there is no hazard by design, worked out; `nil` when nothing is.
    public var suppressedWorkedOut: String?
    /// What is counted and how often within which time; `nil` for conditions and silence.
    public var repetition: Repetition?
    /// How long the raising condition, or the silence, must last.
    public var delay: Duration
    /// How long the clearing condition must last.
    public var clearDelay: Duration
    /// The parameters that the rule uses.
    public var parameters: [Parameter]

    /// So many raises of some rules within a time.
    public struct Repetition: Sendable, Equatable {
        /// The rules that are counted.
        public var rules: [String]
        /// How often they raise or come back.
        public var count: Int
        /// Within this time.
        public var window: Duration
    }

    /// A parameter with its value for people.
    public struct Parameter: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its value as text.
        public var value: String
        /// Whether the kind's default is in use, because the equipment does not say.
        public var isDefault: Bool
    }

    /// Explains a rule.
    ///
    /// - Throws: when the rule cannot be compiled for these parameters.
    public init(
        _ rule: Rule, in vocabulary: Vocabulary, parameters values: [String: Double]
    ) throws(Diagnostic) {
        var writer = Writer(folder: Folder(vocabulary: vocabulary, parameters: values))
        repetition = nil
        switch rule.watch {
        case .silence: (when, whenWorkedOut, untilWorkedOut) = (nil, nil, nil)
        case .repetition(let rules, let count, let window):
            (when, whenWorkedOut, untilWorkedOut) = (nil, nil, nil)
            repetition = Repetition(rules: rules, count: count, window: window)
        case .condition(let raising, let clearing):
            when = Writer.text(raising)
            whenWorkedOut = try writer.workedOut(raising)
            untilWorkedOut =
                if let clearing { try writer.workedOut(clearing) } else {
                    "!(\(try writer.workedOut(raising)))"
                }
        }
        suppressedWorkedOut = nil
        if let reason = rule.suppressedWhen {
            suppressedWorkedOut = try writer.workedOut(reason)
        }
        delay = try writer.duration(rule.delay)
        clearDelay = try writer.duration(rule.clearDelay)
        parameters = []
        let completed = vocabulary.completed(values)
        for name in rule.names {
            guard let entry = vocabulary.parameters.first(where: { $0.name == name }),
                let value = completed[name], !parameters.contains(where: { $0.name == name })
            else { continue }
            parameters.append(
                Parameter(
                    name: name, value: Trial(value: value, type: entry.type).text,
                    isDefault: values[name] == nil))
        }
    }
}

/// Writes expressions as text, with or without their constants worked out.
private struct Writer {
    var folder: Folder

    /// How tightly an expression holds together; a looser part needs parentheses.
    private enum Level: Int, Comparable {
        case choice, or, and, relation, sum, product, unary, primary

        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        init(_ expression: Expression) {
            switch expression {
            case .choice: self = .choice
            case .unary: self = .unary
            case .membership: self = .relation
            case .number, .time, .boolean, .text, .name, .call: self = .primary
            case .binary(let joined, _, _, _):
                switch joined {
                case .or: self = .or
                case .and: self = .and
                case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual:
                    self = .relation
                case .add, .subtract: self = .sum
                case .multiply, .divide: self = .product
                }
            }
        }
    }

    /// The expression as it was written, with even spaces.
    static func text(_ expression: Expression) -> String {
        var writer: Writer?
        return write(expression, with: &writer)
    }

    mutating func workedOut(_ expression: Expression) throws(Diagnostic) -> String {
        _ = try folder.fold(expression)
        var writer: Writer? = self
        return Self.write(expression, with: &writer)
    }

    mutating func duration(_ delay: RuleDelay) throws(Diagnostic) -> Duration {
        switch delay {
        case .fixed(let duration): return duration
        case .seconds(let formula):
            let seconds = try folder.fold(formula).constant ?? 0
            return Duration(nanoseconds: Int64((seconds * 1e9).rounded()))
        }
    }

    /// The number that a part without signals comes to.
    private mutating func constant(_ expression: Expression) -> String? {
        switch expression {
        case .number, .time, .boolean, .text: return nil
        case .name, .unary, .binary, .choice, .membership, .call: break
        }
        // Parameters that are labels stay as they are: 'progressive' says more than its code.
        for name in expression.names {
            if folder.vocabulary.slot(of: name) != nil { return nil }
            if case .name = expression, case .enumeration? = folder.vocabulary.entry(name)?.type {
                return nil
            }
        }
        do throws(Diagnostic) {
            guard let value = try folder.fold(expression).constant else { return nil }
            let (type, _) = Checker.type(of: expression, in: folder.vocabulary)
            if case .boolean? = type { return value != 0 ? "true" : "false" }
            return number(value)
        } catch {
            return nil
        }
    }

    /// Twelve significant digits: what a product of decimals leaves behind them is no news.
    private func number(_ value: Double) -> String {
        var scale = 1.0
        while abs(value) * scale < 1e11, scale < 1e12 { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() && abs(rounded) < 1e15
            ? "\(Int64(rounded))" : "\(rounded)"
    }

    /// The expression itself, or the branch of a choice whose condition is known.
    private static func chosen(
        _ expression: Expression, _ writer: inout Writer?
    ) -> Expression {
        guard case .choice(let condition, let this, let that, _) = expression,
            let known = writer?.constant(condition)
        else { return expression }
        return chosen(known == "true" ? this : that, &writer)
    }

    private static func write(_ whole: Expression, with writer: inout Writer?) -> String {
        let expression = chosen(whole, &writer)
        if let known = writer?.constant(expression) { return known }
        let level = Level(expression)
        func part(_ inner: Expression, atLeast least: Level, _ writer: inout Writer?) -> String {
            let inner = chosen(inner, &writer)
            if let known = writer?.constant(inner) { return known }
            let text = write(inner, with: &writer)
            return Level(inner) < least ? "(\(text))" : text
        }
        switch expression {
        case .number(let value, _):
            return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
        case .time(let seconds, _): return Self.time(seconds)
        case .boolean(let value, _): return value ? "true" : "false"
        case .text(let text, _): return "'\(text)'"
        case .name(let name, _): return name
        case .unary(let joined, let operand, _):
            return joined.rawValue + part(operand, atLeast: .unary, &writer)
        case .binary(let joined, let left, let right, _):
            let first = part(left, atLeast: level, &writer)
            let isLoose = level == .relation || level == .sum || level == .product
            let tighter = isLoose ? Level(rawValue: level.rawValue + 1) ?? .primary : level
            return "\(first) \(joined.rawValue) \(part(right, atLeast: tighter, &writer))"
        case .choice(let condition, let this, let that, _):
            return part(condition, atLeast: .or, &writer) + " ? "
                + part(this, atLeast: .or, &writer) + " : " + part(that, atLeast: .choice, &writer)
        case .membership(let element, let list, _):
            let members = list.map { write($0, with: &writer) }.joined(separator: ", ")
            return "\(part(element, atLeast: .sum, &writer)) in [\(members)]"
        case .call(let name, let arguments, _):
            return "\(name)(\(arguments.map { write($0, with: &writer) }.joined(separator: ", ")))"
        }
    }

    private static func time(_ seconds: Double) -> String {
        for (unit, length) in [("d", 86_400.0), ("h", 3_600), ("min", 60), ("s", 1)] {
            let count = seconds / length
            if count >= 1, count == count.rounded() { return "\(Int64(count))\(unit)" }
        }
        let milliseconds = seconds * 1_000
        return milliseconds == milliseconds.rounded()
            ? "\(Int64(milliseconds))ms" : "\(milliseconds)ms"
    }
}
