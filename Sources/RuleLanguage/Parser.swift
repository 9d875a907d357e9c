// Grammar, loosest first; the subset of CEL that docs/rules.md describes:
//
//   choice     = or [ "?" choice ":" choice ]
//   or         = and { "||" and }
//   and        = relation { "&&" relation }
//   relation   = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum | "in" list ]
//   sum        = product { ("+" | "-") product }
//   product    = unary { ("*" | "/") unary }
//   unary      = { "-" | "!" } primary
//   primary    = number [ "ms" | "s" | "min" | "h" | "d" ] | text | "true" | "false"
//              | name [ "(" choices ")" ] | "(" choice ")"

/// Reads a condition or formula.
public struct Parser {
    private var tokens: [Token] = []
    private var position = 0
    private var depth = 0
    private var operators = 0

    /// The tree of `text`, or everything that is wrong with how it is written.
    ///
    /// Lexical errors are all reported; of the grammar's errors the first, since what follows one
    /// can no longer be trusted.
    public static func parse(_ text: String) -> Result<Expression, DiagnosticList> {
        guard text.unicodeScalars.count <= LanguageLimits.conditionLength else {
            return .failure([
                Diagnostic(
                    offset: 0,
                    "the text is longer than \(LanguageLimits.conditionLength) characters: "
                        + "split the rule")
            ])
        }
        var lexer = Lexer(text)
        var parser = Parser()
        parser.tokens = lexer.tokens()
        guard lexer.diagnostics.isEmpty else { return .failure(.init(lexer.diagnostics)) }
        do throws(Diagnostic) {
            let expression = try parser.choice()
            guard parser.current.kind == .end else {
                throw parser.unexpected("expected an operator or the end")
            }
            return .success(expression)
        } catch {
            return .failure([error])
        }
    }

    private var current: Token { tokens[position] }

    private mutating func choice() throws(Diagnostic) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= LanguageLimits.nesting else {
            throw Diagnostic(
                offset: current.offset,
                "nested deeper than \(LanguageLimits.nesting) levels: simplify the condition")
        }
        let condition = try or()
        let at = current.offset
        guard take(.question) else { return condition }
        let this = try choice()
        try expect(.colon, "':' and the other value")
        return .choice(condition, this, try choice(), at: at)
    }

    private mutating func or() throws(Diagnostic) -> Expression {
        var left = try and()
        while let at = try position(of: .or) { left = .binary(.or, left, try and(), at: at) }
        return left
    }

    private mutating func and() throws(Diagnostic) -> Expression {
        var left = try relation()
        while let at = try position(of: .and) { left = .binary(.and, left, try relation(), at: at) }
        return left
    }

    private mutating func relation() throws(Diagnostic) -> Expression {
        let left = try sum()
        let at = current.offset
        if current.kind == .name("in") {
            position += 1
            try expect(.openList, "a list, as in: x in ['a', 'b']")
            return .membership(left, try list(closedBy: .closeList), at: at)
        }
        let relations: [(Token.Symbol, BinaryOperator)] = [
            (.less, .less), (.lessOrEqual, .lessOrEqual), (.greater, .greater),
            (.greaterOrEqual, .greaterOrEqual), (.equal, .equal), (.notEqual, .notEqual),
        ]
        for (symbol, joined) in relations where take(symbol) {
            let right = try sum()
            if relations.contains(where: { current.kind == .symbol($0.0) }) {
                throw Diagnostic(
                    offset: current.offset, "comparisons cannot be chained: join two with &&")
            }
            return .binary(joined, left, right, at: at)
        }
        return left
    }

    private mutating func sum() throws(Diagnostic) -> Expression {
        var left = try product()
        while true {
            if let at = try position(of: .plus) {
                left = .binary(.add, left, try product(), at: at)
            } else if let at = try position(of: .minus) {
                left = .binary(.subtract, left, try product(), at: at)
            } else {
                return left
            }
        }
    }

    private mutating func product() throws(Diagnostic) -> Expression {
        var left = try unary()
        while true {
            if let at = try position(of: .times) {
                left = .binary(.multiply, left, try unary(), at: at)
            } else if let at = try position(of: .divide) {
                left = .binary(.divide, left, try unary(), at: at)
            } else {
                return left
            }
        }
    }

    private mutating func unary() throws(Diagnostic) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= LanguageLimits.nesting else {
            throw Diagnostic(
                offset: current.offset,
                "nested deeper than \(LanguageLimits.nesting) levels: simplify the condition")
        }
        if let at = try position(of: .minus) { return .unary(.negate, try unary(), at: at) }
        if let at = try position(of: .not) { return .unary(.not, try unary(), at: at) }
        return try primary()
    }

    private mutating func primary() throws(Diagnostic) -> Expression {
        let token = current
        position += 1
        switch token.kind {
        case .number(let value): return .number(value, at: token.offset)
        case .time(let seconds): return .time(seconds, at: token.offset)
        case .text(let text): return .text(text, at: token.offset)
        case .name("true"): return .boolean(true, at: token.offset)
        case .name("false"): return .boolean(false, at: token.offset)
        case .name(let name) where name != "in":
            guard take(.open) else { return .name(name, at: token.offset) }
            return .call(name, try list(closedBy: .close), at: token.offset)
        case .symbol(.open):
            let inner = try choice()
            try expect(.close, "')'")
            return inner
        case .name, .symbol, .end:
            position -= 1
            throw unexpected("expected a value")
        }
    }

    private mutating func list(
        closedBy symbol: Token.Symbol
    ) throws(Diagnostic) -> [Expression] {
        var members: [Expression] = []
        if take(symbol) { return members }
        repeat { members.append(try choice()) } while take(.comma)
        try expect(symbol, "',' or '\(symbol.rawValue)'")
        return members
    }

    private mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    /// Takes an operator and returns its place.
    private mutating func position(of symbol: Token.Symbol) throws(Diagnostic) -> Int? {
        let at = current.offset
        guard take(symbol) else { return nil }
        operators += 1
        guard operators <= LanguageLimits.operators else {
            throw Diagnostic(
                offset: at,
                "more than \(LanguageLimits.operators) operators: split the rule")
        }
        return at
    }

    private mutating func expect(
        _ symbol: Token.Symbol, _ what: String
    ) throws(Diagnostic) {
        guard take(symbol) else { throw unexpected("expected \(what)") }
    }

    private func unexpected(_ wanted: String) -> Diagnostic {
        let found =
            switch current.kind {
            case .number(let value): "the number \(value)"
            case .time(let seconds): "the time \(seconds) s"
            case .text(let text): "the text '\(text)'"
            case .name(let name): "'\(name)'"
            case .symbol(let symbol): "'\(symbol.rawValue)'"
            case .end: "the end"
            }
        return Diagnostic(offset: current.offset, "\(wanted), found \(found)")
    }
}

/// Several diagnostics as one error.
public struct DiagnosticList: Error, Sendable, ExpressibleByArrayLiteral {
    /// In the order of the text.
    public var diagnostics: [Diagnostic]

    /// Groups diagnostics.
    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// Groups diagnostics.
    public init(arrayLiteral elements: Diagnostic...) { diagnostics = elements }
}
