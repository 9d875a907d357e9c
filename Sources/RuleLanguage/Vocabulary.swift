/// What a value is.
public enum ValueType: Sendable, Equatable {
    /// A number in a unit; the unit may be empty.
    case number(unit: String)
    /// True or false.
    case boolean
    /// One of these labels; a label's code is its place in the list's `code`.
    case enumeration([EnumerationLabel])

    /// The value that a text stands for: a finite decimal number, `true`, `false` or a label.
    public func value(of text: String) -> Double? {
        switch self {
        case .number:
            // `0x5` is five more zeros in a series of readings, not a hexadecimal number.
            guard text.allSatisfy({ "0123456789+-.eE".contains($0) }) else { return nil }
            return Double(text).flatMap { $0.isFinite ? $0 : nil }
        case .boolean: return ["false": 0, "true": 1][text]
        case .enumeration(let labels):
            return labels.first { $0.label == text }.map { Double($0.code) }
        }
    }

    /// How a value is written: a number, a label, `true` or `false`.
    public func text(of value: Double) -> String {
        switch self {
        case .boolean: return value != 0 ? "true" : "false"
        case .number: return "\(value)"
        case .enumeration(let labels):
            return labels.first { Double($0.code) == value }?.label ?? "\(value)"
        }
    }

    /// For people, with an article: `a number in m/s`.
    public var description: String {
        switch self {
        case .number(let unit): return unit.isEmpty ? "a number" : "a number in \(unit)"
        case .boolean: return "a boolean"
        case .enumeration(let labels):
            return "one of \(labels.map { "'\($0.label)'" }.joined(separator: ", "))"
        }
    }
}

/// One label of an enumeration and the code that stands for it.
public struct EnumerationLabel: Sendable, Equatable {
    /// The word used in rules and payloads.
    public var label: String
    /// The number used inside and, optionally, in payloads.
    public var code: Int

    /// Makes a label.
    public init(label: String, code: Int) {
        self.label = label
        self.code = code
    }
}

/// The names that the rules of one kind of equipment may use.
public struct Vocabulary: Sendable {
    /// A signal or a parameter.
    public struct Entry: Sendable, Equatable {
        /// The name as written in rules.
        public var name: String
        /// What its values are.
        public var type: ValueType
        /// The time between two readings in seconds, where it is not the kind's; for signals.
        public var period: Double?
        /// Whether equipment must say it; for parameters.
        public var presence: Presence

        /// Makes an entry.
        public init(
            name: String, type: ValueType, period: Double? = nil, presence: Presence = .required
        ) {
            self.name = name
            self.type = type
            self.period = period
            self.presence = presence
        }
    }

    /// What holds when a piece of equipment does not give a parameter.
    public enum Presence: Sendable, Equatable {
        /// It must.
        case required
        /// Rules that use it are not in force there.
        case optional
        /// This value, visibly as the default in use.
        case standard(Double)
    }

    /// Signals; a signal's slot is its place in this list.
    public var signals: [Entry]
    /// Parameters of the equipment.
    public var parameters: [Entry]
    /// Limits that depend on duration.
    public var curves: [Curve]

    /// The engine's own signal, in slot 0 of every kind: whether the device's clock is off.
    public static let clockSkewed = Entry(name: "clock.skewed", type: .boolean)

    /// Makes a vocabulary from a kind's own signals and parameters; puts `clock.skewed` first.
    public init(signals: [Entry], parameters: [Entry], curves: [Curve] = []) {
        self.signals = [Self.clockSkewed] + signals
        self.parameters = parameters
        self.curves = curves
    }

    /// The slot of a signal.
    public func slot(of name: String) -> Int? { signals.firstIndex { $0.name == name } }

    /// The sampling period of a signal that has one of its own, in seconds.
    func period(of name: String) -> Double? { signals.first { $0.name == name }?.period }

    func curve(_ id: String) -> Curve? { curves.first { $0.id == id } }

    func entry(_ name: String) -> Entry? {
        signals.first { $0.name == name } ?? parameters.first { $0.name == name }
    }

    /// Parameters that these values leave to their defaults.
    public func defaultsInUse(_ values: [String: Double]) -> [Entry] {
        parameters.filter {
            if case .standard = $0.presence { return values[$0.name] == nil }
            return false
        }
    }

    /// The values together with the defaults of what they do not give.
    public func completed(_ values: [String: Double]) -> [String: Double] {
        var values = values
        for entry in parameters {
            if case .standard(let value) = entry.presence, values[entry.name] == nil {
                values[entry.name] = value
            }
        }
        return values
    }

    /// The optional parameters without which `rule` is not in force for these values.
    public func missing(for rule: Rule, in values: [String: Double]) -> [String] {
        let names = rule.names
        return parameters.filter {
            $0.presence == .optional && values[$0.name] == nil && names.contains($0.name)
        }.map(\.name)
    }

    var names: [String] { signals.map(\.name) + parameters.map(\.name) }
}
