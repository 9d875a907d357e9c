import Detection

/// An expression with the parameters put in and everything constant worked out.
///
/// Booleans are the numbers 1 and 0 from here on; the checker has made sure that nobody mixes
/// them with measurements.
indirect enum Folded: Equatable {
    case constant(Double)
    case slot(UInt16)
    /// A time that goes on by itself, in seconds; only compared with a constant.
    case elapsed(UInt16)
    case unary(Opcode, Folded)
    case binary(Opcode, Folded, Folded)
    case select(Folded, Folded, Folded)

    var constant: Double? {
        if case .constant(let value) = self { return value }
        return nil
    }

    /// Whether a time that goes on by itself is in it.
    var goesOn: Bool {
        switch self {
        case .constant, .slot: false
        case .elapsed: true
        case .unary(_, let operand): operand.goesOn
        case .binary(_, let left, let right): left.goesOn || right.goesOn
        case .select(let condition, let this, let that):
            condition.goesOn || this.goesOn || that.goesOn
        }
    }
}

/// Puts one piece of equipment's parameters into checked expressions, and collects the derived
/// signals that they ask for.
struct Folder {
    let vocabulary: Vocabulary
    let parameters: [String: Double]
    private(set) var derived: DerivedSignals
    /// Whether this is the only look at the expression: then what is no constant is unknown, and so
    /// is a constant without a finite value, which in a rule is a mistake.
    private let isTrial: Bool

    init(
        vocabulary: Vocabulary, parameters: [String: Double], isTrial: Bool = false
    ) {
        self.isTrial = isTrial
        self.vocabulary = vocabulary
        self.parameters = vocabulary.completed(parameters)
        derived = DerivedSignals(after: vocabulary.signals.count)
    }

    mutating func fold(_ expression: Expression) throws(Diagnostic) -> Folded {
        switch expression {
        case .number(let value, _), .time(let value, _): return .constant(value)
        case .boolean(let value, _): return .constant(value ? 1 : 0)
        case .text(let text, let at):
            throw Diagnostic(offset: at, "the text '\(text)' has no value here")
        case .name(let name, let at): return try fold(name: name, at: at)
        case .unary(.not, let operand, _): return unary(.not, try fold(operand))
        case .unary(.negate, let operand, let at):
            return unary(.negate, try still(fold(operand), at: at))
        case .binary(let joined, let left, let right, let at):
            return try binary(joined, left, right, at: at)
        case .choice(let condition, let this, let that, _):
            let condition = try still(fold(condition), at: condition.offset)
            if let known = condition.constant { return try fold(known != 0 ? this : that) }
            return .select(
                condition, try still(fold(this), at: this.offset),
                try still(fold(that), at: that.offset))
        case .membership(let element, let list, let at):
            var result = Folded.constant(0)
            for member in list {
                result = try combine(.or, result, binary(.equal, element, member, at: at), at: at)
            }
            return result
        case .call(let name, let arguments, let at):
            guard let function = Function.named(name, of: arguments, in: vocabulary) else {
                preconditionFailure("the checker lets only known functions through")
            }
            if function.looksBack { return try derive(name, arguments, at: at) }
            return try plain(name, arguments, at: at)
        }
    }

    private mutating func plain(
        _ name: String, _ arguments: [Expression], at: Int
    ) throws(Diagnostic) -> Folded {
        var result = try still(fold(arguments[0]), at: at)
        if name == "abs" { return unary(.absolute, result) }
        for argument in arguments.dropFirst() {
            let next = try still(fold(argument), at: argument.offset)
            result = try combine(Self.opcode(of: name), result, next, at: at)
        }
        return result
    }

    private static func opcode(of name: String) -> Opcode {
        switch name {
        case "min": .minimum
        case "max": .maximum
        case "assume": .assume
        default: preconditionFailure("\(name) is not among Function.plain")
        }
    }

    /// The derived signal that a call asks for.
    private mutating func derive(
        _ name: String, _ arguments: [Expression], at: Int
    ) throws(Diagnostic) -> Folded {
        let form = Self.form(of: name)
        // A curve stands first and is no value.
        let watched = arguments[form == .dwell || form == .impact ? 1 : 0]
        let input = try still(fold(watched), at: watched.offset)
        if input.constant != nil {
            throw Diagnostic(
                offset: at, "with this equipment's parameters \(name) looks at a constant")
        }
        var emitter = Emitter()
        emitter.emit(input)
        guard emitter.depth <= Limits.arithmeticDepth else {
            throw Diagnostic(offset: at, "the arithmetic is nested too deep: simplify it")
        }
        var signal = DerivedSignal(
            form: form, input: try derived.slot(for: input, at: at),
            program: nil,
            window: .zero, constants: [])
        switch signal.form {
        case .mean, .minimum, .maximum, .count, .stuck:
            signal.window = try window(arguments[1])
        case .lowpass:
            let period = period(of: arguments[0])
            let cutOff = try fold(arguments[1]).constant ?? 0
            let share = cutOff * period
            guard share > 0, share <= LanguageLimits.cutOffShare else {
                throw Diagnostic(
                    offset: at,
                    "the cut-off must be above 0 and at most \(LanguageLimits.cutOffShare) of the "
                        + "sampling frequency, which is \(1 / period) Hz here")
            }
            signal.window = Duration(nanoseconds: Int64((period * 1e9).rounded()))
            signal.constants = Butterworth.fourPoles(cutOff: cutOff, sampling: 1 / period)
        case .dwell, .impact, .steep, .afterLow, .reversal, .slope:
            signal.constants = try settings(of: form, arguments)
            let period = period(of: watched)
            signal.window = Duration(
                nanoseconds: Int64((period * LanguageLimits.bridgedPeriods * 1e9).rounded()))
            try check(form, signal.constants, sampledEvery: period, at: at)
        case .rate, .changed, .held, .age, .program: break
        }
        let slot = try derived.slot(for: signal, at: at)
        return signal.form.isElapsed ? .elapsed(slot) : .slot(slot)
    }

    private static func form(of name: String) -> Derivation.Form {
        switch name {
        case "after_low": .afterLow
        case "age": .age
        case "changed": .changed
        case "count": .count
        case "dwell": .dwell
        case "held": .held
        case "impact": .impact
        case "lowpass": .lowpass
        case "max": .maximum
        case "mean": .mean
        case "min": .minimum
        case "rate": .rate
        case "reversal": .reversal
        case "slope": .slope
        case "steep": .steep
        case "stuck": .stuck
        default: preconditionFailure("\(name) is not among Function.remembering")
        }
    }

    private mutating func window(_ argument: Expression) throws(Diagnostic) -> Duration {
        let seconds = try fold(argument).constant ?? 0
        guard LanguageLimits.window.contains(seconds) else {
            throw Diagnostic(
                offset: argument.offset,
                "a window must lie between \(LanguageLimits.window.lowerBound) s and "
                    + "\(LanguageLimits.window.upperBound) s with this equipment's parameters")
        }
        return Duration(nanoseconds: Int64((seconds * 1e9).rounded()))
    }

    /// The shortest sampling period of the signals of an expression, in seconds.
    private func period(of expression: Expression) -> Double {
        expression.names.compactMap { vocabulary.period(of: $0) }.min() ?? parameters["period"] ?? 1
    }

    /// Refuses a time that goes on by itself where a value is needed that stands still.
    private func still(_ folded: Folded, at: Int) throws(Diagnostic) -> Folded {
        guard folded.goesOn else { return folded }
        throw Diagnostic(
            offset: at,
            "age and held go on by themselves: compare them with a time by <, <=, > or >= and "
                + "join that with && and || alone, as in: held(alarm.button) >= 5s")
    }

    private func fold(name: String, at: Int) throws(Diagnostic) -> Folded {
        if isTrial {
            return parameters[name].map { .constant($0) } ?? .slot(UInt16(Variant.skewSlot))
        }
        if let slot = vocabulary.slot(of: name) { return .slot(UInt16(slot)) }
        guard let value = parameters[name] else {
            throw Diagnostic(offset: at, "needs the parameter \(name), which is not given")
        }
        return .constant(value)
    }

    private func unary(_ opcode: Opcode, _ operand: Folded) -> Folded {
        guard let value = operand.constant else { return .unary(opcode, operand) }
        switch opcode {
        case .negate: return .constant(-value)
        case .not: return .constant(1 - value)
        default: return .constant(abs(value))
        }
    }

    private mutating func binary(
        _ joined: BinaryOperator, _ left: Expression, _ right: Expression, at: Int
    ) throws(Diagnostic) -> Folded {
        if case .text(let label, _) = right {
            return try combine(
                joined.opcode, try fold(left), .constant(code(of: label, in: left)), at: at)
        }
        if case .text(let label, _) = left {
            return try combine(
                joined.opcode, .constant(code(of: label, in: right)), try fold(right), at: at)
        }
        return try combine(joined.opcode, try fold(left), try fold(right), at: at)
    }

    private func code(of label: String, in side: Expression) -> Double {
        guard case .name(let name, _) = side,
            case .enumeration(let labels)? = vocabulary.entry(name)?.type,
            let match = labels.first(where: { $0.label == label })
        else { preconditionFailure("the checker lets only labels of the enumeration through") }
        return Double(match.code)
    }

    private func combine(
        _ opcode: Opcode, _ left: Folded, _ right: Folded, at: Int
    ) throws(Diagnostic) -> Folded {
        switch (opcode, left.constant, right.constant) {
        case (.and, 0?, _), (.and, _, 0?): return .constant(0)
        case (.and, 1?, _): return right
        case (.and, _, 1?): return left
        case (.or, 1?, _), (.or, _, 1?): return .constant(1)
        case (.or, 0?, _): return right
        case (.or, _, 0?): return left
        case (.and, _, _), (.or, _, _): return .binary(opcode, left, right)
        case (.assume, _?, _): return left
        case (.assume, nil, _) where isTrial: return right
        case (_, let first?, let second?):
            let value = opcode.apply(first, second)
            guard value.isFinite else {
                if isTrial { return .slot(UInt16(Variant.skewSlot)) }
                throw Diagnostic(
                    offset: at, "gives no finite number with this equipment's parameters")
            }
            return .constant(value)
        default: return try joined(opcode, left, right, at: at)
        }
    }

    private func joined(
        _ opcode: Opcode, _ left: Folded, _ right: Folded, at: Int
    ) throws(Diagnostic) -> Folded {
        switch (left, right) {
        case (.elapsed, .constant(let limit)) where opcode.isOrder,
            (.constant(let limit), .elapsed) where opcode.isOrder:
            guard LanguageLimits.elapsed.contains(limit) else {
                throw Diagnostic(
                    offset: at,
                    "a running time can be compared with \(LanguageLimits.elapsed.lowerBound) to "
                        + "\(LanguageLimits.elapsed.upperBound) s")
            }
            return .binary(opcode, left, right)
        default:
            return .binary(opcode, try still(left, at: at), try still(right, at: at))
        }
    }
}

extension BinaryOperator {
    var opcode: Opcode {
        switch self {
        case .or: .or
        case .and: .and
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .equal: .equal
        case .notEqual: .notEqual
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        }
    }
}

extension Opcode {
    /// The constant result of a binary operator on constants.
    func apply(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .minimum: Swift.min(left, right)
        case .maximum: Swift.max(left, right)
        case .less: left < right ? 1 : 0
        case .lessOrEqual: left <= right ? 1 : 0
        case .greater: left > right ? 1 : 0
        case .greaterOrEqual: left >= right ? 1 : 0
        case .equal: left == right ? 1 : 0
        case .notEqual: left != right ? 1 : 0
        case .and, .or, .assume, .constant, .slot, .negate, .absolute, .not, .select:
            preconditionFailure("connectives are folded before, the rest is not binary")
        }
    }
}
