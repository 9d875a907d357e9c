/// A function of the language: what it takes and gives.
struct Function: Sendable {
    /// What one of its values must be.
    enum Argument: Sendable {
        /// A number.
        case number
        /// A number or a condition, the same for all values of the call.
        case alike
        /// A number or a condition or an enumeration: anything that can be equal to itself.
        case any
        /// A condition.
        case condition
        /// A signal by its name.
        case signal
        /// A length of time that is known when the rules are loaded.
        case window
        /// A frequency in Hz that is known when the rules are loaded.
        case frequency
        /// A curve by its name, in quotes.
        case curve
        /// A number in the unit of the others that is known when the rules are loaded.
        case level
    }

    /// What it gives.
    enum Result: Sendable {
        /// A number in the unit of the first value.
        case sameUnit
        /// A number in the unit of the first value per second.
        case perSecond
        /// A number without a unit.
        case plainNumber
        /// A number of seconds.
        case seconds
        /// True or false.
        case boolean
        /// What its values are.
        case alike
    }

    /// The name as written.
    let name: String
    /// What it takes.
    let arguments: [Argument]
    /// How many more of the last value it may take.
    var more = 0
    /// What it gives.
    let result: Result

    /// Functions of the present moment.
    static let plain: [Function] = [
        Function(name: "abs", arguments: [.number], result: .sameUnit),
        Function(name: "assume", arguments: [.alike, .alike], result: .alike),
        Function(name: "max", arguments: [.number, .number], more: 6, result: .sameUnit),
        Function(name: "min", arguments: [.number, .number], more: 6, result: .sameUnit),
    ]

    /// Functions that remember: they look back over the readings of the equipment.
    static let remembering: [Function] = [
        Function(
            name: "after_low", arguments: [.number, .level, .window, .window], result: .boolean),
        Function(name: "age", arguments: [.signal], result: .seconds),
        Function(name: "changed", arguments: [.any], result: .boolean),
        Function(name: "count", arguments: [.condition, .window], result: .plainNumber),
        Function(name: "dwell", arguments: [.curve, .number], result: .boolean),
        Function(name: "held", arguments: [.condition], result: .seconds),
        Function(name: "impact", arguments: [.curve, .number], result: .boolean),
        Function(name: "lowpass", arguments: [.number, .frequency], result: .sameUnit),
        Function(name: "max", arguments: [.number, .window], result: .sameUnit),
        Function(name: "mean", arguments: [.number, .window], result: .sameUnit),
        Function(name: "min", arguments: [.number, .window], result: .sameUnit),
        Function(name: "rate", arguments: [.number], result: .perSecond),
        Function(
            name: "reversal", arguments: [.number, .level, .level, .window], result: .boolean),
        Function(name: "slope", arguments: [.number, .window], result: .perSecond),
        Function(
            name: "steep", arguments: [.number, .level, .level, .window, .window],
            result: .boolean),
        Function(name: "stuck", arguments: [.any, .window], result: .boolean),
    ]

    /// Whether it is one of `remembering`.
    var looksBack: Bool {
        Self.remembering.contains { $0.name == name && $0.arguments == arguments }
    }

    /// Every name, once, in order.
    static let names: [String] = Array(Set((plain + remembering).map(\.name))).sorted()

    /// The function that a call means.
    ///
    /// `max(x, 10s)` looks back over ten seconds of a signal; the greater of the two is written
    /// `max(10s, x)`.
    static func named(
        _ name: String, of arguments: [Expression], in vocabulary: Vocabulary
    ) -> Function? {
        let matching = (plain + remembering).filter { $0.name == name }
        guard matching.count > 1 else { return matching.first }
        var looksBack = false
        if arguments.count == 2, arguments[1].isTime(in: vocabulary) {
            looksBack = arguments[0].names.contains { vocabulary.slot(of: $0) != nil }
        }
        return matching.first { ($0.arguments.last.map { $0 == .window } ?? false) == looksBack }
    }
}

extension Expression {
    /// Whether it is a length of time that is known when the rules are loaded: times, parameters
    /// in seconds, and what can be made of them with plain numbers.
    fileprivate func isTime(in vocabulary: Vocabulary) -> Bool {
        switch self {
        case .time: return true
        case .name(let name, _):
            return vocabulary.slot(of: name) == nil
                && vocabulary.entry(name)?.type == .number(unit: "s")
        case .unary(.negate, let operand, _): return operand.isTime(in: vocabulary)
        case .binary(.add, let left, let right, _), .binary(.subtract, let left, let right, _):
            return left.isTime(in: vocabulary) && right.isTime(in: vocabulary)
        case .binary(.multiply, let left, let right, _):
            return (left.isTime(in: vocabulary) && right.isPlain)
                || (left.isPlain && right.isTime(in: vocabulary))
        case .binary(.divide, let left, let right, _):
            return left.isTime(in: vocabulary) && right.isPlain
        case .number, .boolean, .text, .unary, .binary, .choice, .membership, .call: return false
        }
    }

    private var isPlain: Bool {
        if case .number = self { return true }
        return false
    }
}

/// Units of numbers: an empty unit fits every other one, since plain numbers take the unit of what
/// they are compared with.
enum Units {
    /// The unit of a sum, a comparison or a choice; `nil` when the two do not fit together.
    static func joined(_ left: String, _ right: String) -> String? {
        if left.isEmpty { return right }
        return right.isEmpty || left == right ? left : nil
    }

    /// The unit of a change per second, as kinds write it: m/s2, not m/s/s.
    static func perSecond(_ unit: String) -> String {
        if unit.isEmpty { return "" }
        if unit.hasSuffix("/s2") { return String(unit.dropLast()) + "3" }
        return unit.hasSuffix("/s") ? unit + "2" : unit + "/s"
    }

    /// The unit of a product; empty when it has no name of its own.
    static func product(_ left: String, _ right: String) -> String {
        if left.isEmpty { return right }
        return right.isEmpty ? left : ""
    }

    /// The unit of a quotient; empty when it has no name of its own.
    static func quotient(_ left: String, _ right: String) -> String {
        right.isEmpty ? left : ""
    }
}
