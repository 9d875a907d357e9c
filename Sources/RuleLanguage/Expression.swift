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

    /// The texts that occur: labels and curves.
    var texts: [String] {
        if case .text(let text, _) = self { return [text] }
        return parts.flatMap(\.texts)
    }

    private func collectNames(_ found: inout [String]) {
        if case .name(let name, _) = self, !found.contains(name) { found.append(name) }
        for part in parts { part.collectNames(&found) }
    }

    /// The expressions that this one is made of, in the order of the text.
    var parts: [Expression] {
        switch self {
        case .number, .time, .boolean, .text, .name: []
        case .unary(_, let operand, _): [operand]
        case .binary(_, let left, let right, _): [left, right]
        case .choice(let condition, let this, let that, _): [condition, this, that]
        case .membership(let element, let list, _): [element] + list
        case .call(_, let arguments, _): arguments
        }
    }

    /// The first call of a function that looks back over readings.
    func firstLookBack(in vocabulary: Vocabulary) -> Expression? {
        for part in parts {
            if let found = part.firstLookBack(in: vocabulary) { return found }
        }
        guard case .call(let name, let arguments, _) = self,
            Function.named(name, of: arguments, in: vocabulary)?.looksBack == true
        else { return nil }
        return self
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
