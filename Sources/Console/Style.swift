/// Colour for people, none for files and pipes.
public struct Style: Sendable {
    /// Whether escape sequences may be written.
    public var hasColour: Bool

    /// Makes a style.
    public init(hasColour: Bool) { self.hasColour = hasColour }

    /// What a piece of text means.
    public enum Meaning: Sendable {
        /// Good.
        case good
        /// Bad.
        case bad
        /// Wants attention.
        case attention
        /// Less important.
        case faint
        /// A heading.
        case strong
    }

    /// The text in the colour of its meaning.
    public func callAsFunction(_ text: String, _ meaning: Meaning) -> String {
        guard hasColour else { return text }
        let code =
            switch meaning {
            case .good: "32"
            case .bad: "1;31"
            case .attention: "33"
            case .faint: "2"
            case .strong: "1"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

/// Text on a terminal, where a Chinese character takes two columns.
public enum Columns {
    /// Columns that `text` takes.
    public static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
    }

    /// `text` filled up with spaces, or cut, to exactly `columns`.
    public static func fit(_ text: String, _ columns: Int) -> String {
        var result = ""
        var used = 0
        for character in text {
            let next = width(String(character))
            guard used + next <= columns else { break }
            result.append(character)
            used += next
        }
        return result + String(repeating: " ", count: columns - used)
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
