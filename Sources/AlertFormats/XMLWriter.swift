/// Writes XML 1.0 of elements and texts, indented for people who look at it.
struct XMLWriter {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private var depth = 0

    mutating func open(_ name: String, attributes: String = "") {
        indent()
        text += "<" + name + (attributes.isEmpty ? "" : " " + attributes) + ">\n"
        depth += 1
    }

    mutating func close(_ name: String) {
        depth -= 1
        indent()
        text += "</" + name + ">\n"
    }

    /// An element that holds a text.
    mutating func add(_ name: String, _ content: String, attributes: String = "") {
        indent()
        text += "<" + name + (attributes.isEmpty ? "" : " " + attributes) + ">"
        text += Self.escape(content) + "</" + name + ">\n"
    }

    /// An element that holds nothing.
    mutating func add(empty name: String, attributes: String) {
        indent()
        text += "<" + name + " " + attributes + "/>\n"
    }

    private mutating func indent() { text += String(repeating: "  ", count: depth) }

    /// A text as it may stand in an element or a quoted attribute. Characters that XML does not
    /// have at all, such as most control characters, become U+FFFD: they are seen to be missing.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\r": escaped += "&#13;"
            case "\t", "\n": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
