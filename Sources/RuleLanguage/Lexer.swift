/// A word of the condition language.
struct Token: Equatable {
    enum Kind: Equatable {
        case number(Double)
        /// A number of seconds, written with a unit of time.
        case time(Double)
        case text(String)
        /// A name, dots included: `car.speed`.
        case name(String)
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, CaseIterable {
        case or = "||"
        case and = "&&"
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case greater = ">"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case not = "!"
        case question = "?"
        case colon = ":"
        case comma = ","
        case open = "("
        case close = ")"
        case openList = "["
        case closeList = "]"
    }

    let kind: Kind
    let offset: Int
}

/// Cuts a condition into tokens. Goes on after an error, so that all of them are reported.
struct Lexer {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private(set) var diagnostics: [Diagnostic] = []

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    mutating func tokens() -> [Token] {
        var result: [Token] = []
        while true {
            while position < scalars.count, scalars[position].properties.isWhitespace {
                position += 1
            }
            guard position < scalars.count else { break }
            if let token = next() { result.append(token) }
        }
        result.append(Token(kind: .end, offset: scalars.count))
        return result
    }

    private mutating func next() -> Token? {
        let start = position
        let scalar = scalars[position]
        if Self.isDigit(scalar) || (scalar == "." && Self.isDigit(peek(1))) { return number() }
        if Self.startsName(scalar) { return name() }
        if scalar == "'" || scalar == "\"" { return text(closedBy: scalar) }
        for symbol in Token.Symbol.allCases where matches(symbol) {
            position += symbol.rawValue.unicodeScalars.count
            return Token(kind: .symbol(symbol), offset: start)
        }
        position += 1
        let remedy =
            switch scalar {
            case "=": "write == to compare"
            case "&": "write && for both"
            case "|": "write || for either"
            case "≥": "write >="
            case "≤": "write <="
            default: "remove it"
            }
        diagnostics.append(Diagnostic(offset: start, "unexpected character '\(scalar)': \(remedy)"))
        return nil
    }

    private mutating func number() -> Token? {
        let start = position
        while Self.isDigit(peek(0)) { position += 1 }
        if peek(0) == "." {
            position += 1
            while Self.isDigit(peek(0)) { position += 1 }
        }
        if peek(0) == "e" || peek(0) == "E" {
            let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
            if Self.isDigit(peek(1 + sign)) {
                position += 1 + sign
                while Self.isDigit(peek(0)) { position += 1 }
            }
        }
        let digits = String(String.UnicodeScalarView(scalars[start..<position]))
        let unitStart = position
        while Self.continuesName(peek(0)) { position += 1 }
        let unit = String(String.UnicodeScalarView(scalars[unitStart..<position]))
        if !unit.isEmpty, Self.secondsOfUnit(unit) == nil {
            diagnostics.append(
                Diagnostic(
                    offset: unitStart,
                    "only a unit of time (ms, s, min, h, d) can follow a number: signals and "
                        + "parameters are compared in their declared units"))
            return Token(kind: .number(0), offset: start)
        }
        guard let value = Double(digits), value.isFinite else {
            diagnostics.append(Diagnostic(offset: start, "the number \(digits) is out of range"))
            return Token(kind: .number(0), offset: start)
        }
        if let seconds = Self.secondsOfUnit(unit) {
            guard value * seconds <= LanguageLimits.elapsed.upperBound else {
                diagnostics.append(
                    Diagnostic(
                        offset: start,
                        "a time may be at most \(LanguageLimits.elapsed.upperBound) s"))
                return Token(kind: .time(0), offset: start)
            }
            return Token(kind: .time(value * seconds), offset: start)
        }
        return Token(kind: .number(value), offset: start)
    }

    private static func secondsOfUnit(_ unit: String) -> Double? {
        switch unit {
        case "ms": 0.001
        case "s": 1
        case "min": 60
        case "h": 3_600
        case "d": 86_400
        default: nil
        }
    }

    private mutating func name() -> Token {
        let start = position
        while Self.continuesName(peek(0))
            || (peek(0) == "." && Self.startsName(peek(1) ?? " "))
        {
            position += 1
        }
        let text = String(String.UnicodeScalarView(scalars[start..<position]))
        return Token(kind: .name(text), offset: start)
    }

    private mutating func text(closedBy quote: Unicode.Scalar) -> Token {
        let start = position
        position += 1
        var content = String.UnicodeScalarView()
        while let scalar = peek(0), scalar != quote {
            content.append(scalar)
            position += 1
        }
        if peek(0) == nil {
            diagnostics.append(Diagnostic(offset: start, "this text has no closing \(quote)"))
        }
        position += 1
        return Token(kind: .text(String(content)), offset: start)
    }

    private func matches(_ symbol: Token.Symbol) -> Bool {
        let wanted = Array(symbol.rawValue.unicodeScalars)
        return position + wanted.count <= scalars.count
            && Array(scalars[position..<position + wanted.count]) == wanted
    }

    private func peek(_ ahead: Int) -> Unicode.Scalar? {
        position + ahead < scalars.count ? scalars[position + ahead] : nil
    }

    private static func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return scalar >= "0" && scalar <= "9"
    }

    private static func startsName(_ scalar: Unicode.Scalar) -> Bool {
        (scalar >= "a" && scalar <= "z") || (scalar >= "A" && scalar <= "Z") || scalar == "_"
    }

    private static func continuesName(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return startsName(scalar) || isDigit(scalar)
    }
}
