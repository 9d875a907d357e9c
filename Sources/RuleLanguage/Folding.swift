import Detection

/// An expression with the parameters put in and everything constant worked out.
///
/// Booleans are the numbers 1 and 0 from here on; the checker has made sure that nobody mixes
/// them with measurements.
indirect enum Folded: Equatable {
    case constant(Double)
    case slot(UInt16)
    case unary(Opcode, Folded)
    case binary(Opcode, Folded, Folded)
    case select(Folded, Folded, Folded)

    var constant: Double? {
        if case .constant(let value) = self { return value }
        return nil
    }
}

/// Puts one piece of equipment's parameters into checked expressions.
struct Folder {
    let vocabulary: Vocabulary
    let parameters: [String: Double]

    func fold(_ expression: Expression) throws(Diagnostic) -> Folded {
        switch expression {
        case .number(let value, _): return .constant(value)
        case .boolean(let value, _): return .constant(value ? 1 : 0)
        case .text(let text, let at):
            throw Diagnostic(offset: at, "the text '\(text)' has no value here")
        case .name(let name, let at): return try fold(name: name, at: at)
        case .unary(let joined, let operand, _):
            return unary(joined == .negate ? .negate : .not, try fold(operand))
        case .binary(let joined, let left, let right, let at):
            return try binary(joined, left, right, at: at)
        case .choice(let condition, let this, let that, _):
            let condition = try fold(condition)
            if let known = condition.constant { return try fold(known != 0 ? this : that) }
            return .select(condition, try fold(this), try fold(that))
        case .membership(let element, let list, let at):
            var result = Folded.constant(0)
            for member in list {
                result = try combine(.or, result, binary(.equal, element, member, at: at), at: at)
            }
            return result
        case .call("abs", let arguments, _): return unary(.absolute, try fold(arguments[0]))
        case .call(let name, let arguments, let at):
            var result = try fold(arguments[0])
            for argument in arguments.dropFirst() {
                let opcode: Opcode = name == "min" ? .minimum : .maximum
                result = try combine(opcode, result, try fold(argument), at: at)
            }
            return result
        }
    }

    private func fold(name: String, at: Int) throws(Diagnostic) -> Folded {
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

    private func binary(
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
        case (_, let first?, let second?):
            let value = opcode.apply(first, second)
            guard value.isFinite else {
                throw Diagnostic(
                    offset: at, "gives no finite number with this equipment's parameters")
            }
            return .constant(value)
        default: return .binary(opcode, left, right)
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
    fileprivate func apply(_ left: Double, _ right: Double) -> Double {
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
        case .and, .or, .constant, .slot, .negate, .absolute, .not, .select:
            preconditionFailure("connectives are folded before, the rest is not binary")
        }
    }
}
