/// A condition or formula as written, with the place of every part.
public indirect enum Expression: Sendable, Equatable {
    /// A number.
    case number(Double, at: Int)
    /// A length of time in seconds, written with its unit: `500ms`, `10s`, `5min`, `8h`, `7d`.
    case time(Double, at: Int)
    /// `true` or `false`.
    case boolean(Bool, at: Int)
    /// A label of an enumeration, in quotes.
    case text(String, at: Int)
    /// A signal or a parameter.
    case name(String, at: Int)
    /// `-x` or `!x`.
    case unary(UnaryOperator, Expression, at: Int)
    /// Two sides and what joins them; `at` is the operator.
    case binary(BinaryOperator, Expression, Expression, at: Int)
    /// `condition ? this : that`.
    case choice(Expression, Expression, Expression, at: Int)
    /// `x in [a, b]`.
    case membership(Expression, [Expression], at: Int)
    /// `name(arguments)`.
    case call(String, [Expression], at: Int)

    /// Where to point when this part is wrong.
    public var offset: Int {
        switch self {
        case .number(_, let at), .time(_, let at), .boolean(_, let at), .text(_, let at),
            .name(_, let at),
            .unary(_, _, let at), .call(_, _, let at):
            return at
        case .binary(_, let left, _, _), .choice(let left, _, _, _), .membership(let left, _, _):
            return left.offset
        }
    }

    /// The names that occur, first occurrence first.
    public var names: [String] {
        var found: [String] = []
        collectNames(&found)
        return found
    }

    private func collectNames(_ found: inout [String]) {
        switch self {
        case .number, .time, .boolean, .text: break
        case .name(let name, _): if !found.contains(name) { found.append(name) }
        case .unary(_, let operand, _): operand.collectNames(&found)
        case .binary(_, let left, let right, _):
            left.collectNames(&found)
            right.collectNames(&found)
        case .choice(let condition, let this, let that, _):
            condition.collectNames(&found)
            this.collectNames(&found)
            that.collectNames(&found)
        case .membership(let element, let list, _):
            element.collectNames(&found)
            for member in list { member.collectNames(&found) }
        case .call(_, let arguments, _):
            for argument in arguments { argument.collectNames(&found) }
        }
    }
}

/// Operators with one operand.
public enum UnaryOperator: String, Sendable {
    case negate = "-"
    case not = "!"
}

/// Operators with two operands.
public enum BinaryOperator: String, Sendable {
    case or = "||"
    case and = "&&"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
}
