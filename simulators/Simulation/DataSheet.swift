// What a simulated machine is: its signals, its parameters, what can go wrong with it. The data
// sheet is all that the rest of the simulation knows of a machine.

/// A text in both languages.
public struct Bilingual: Sendable, Equatable {
    /// English.
    public let en: String
    /// Chinese.
    public let zh: String

    /// Pairs both.
    public init(_ en: String, _ zh: String) {
        self.en = en
        self.zh = zh
    }
}

/// Describes a model: one kind of machine with its physics.
public struct DataSheet: Sendable {
    /// The model's name in scenarios, such as `gondola`.
    public let model: String
    /// The agent's kind of equipment, which is also in the topic, such as `ropeway`.
    public let kind: String
    /// What people call it.
    public let title: Bilingual
    /// What is computed, in a sentence or two.
    public let about: String
    /// Seconds of one step of its physics.
    public let step: Double
    /// Seconds between two messages unless a machine's parameter `period` says otherwise; a
    /// multiple of `step` and of `fastPeriod`.
    public let period: Double
    /// Seconds between two samples of its fast signals; a multiple of `step`.
    public let fastPeriod: Double
    /// The numbers that it is built from.
    public let parameters: [ParameterSheet]
    /// The signals that it tells, in the order of its values.
    public let signals: [SignalSheet]
    /// What can go wrong with it.
    public let faults: [FaultSheet]

    /// Describes a model.
    public init(
        model: String, kind: String, title: Bilingual, about: String, step: Double,
        period: Double, fastPeriod: Double = 0, parameters: [ParameterSheet],
        signals: [SignalSheet], faults: [FaultSheet]
    ) {
        self.model = model
        self.kind = kind
        self.title = title
        self.about = about
        self.step = step
        self.period = period
        self.fastPeriod = fastPeriod
        self.parameters = parameters
        self.signals = signals
        self.faults = faults
    }
}

/// A number that a machine is built from.
public struct ParameterSheet: Sendable {
    /// Its name; one that the agent's kind has too has the agent's meaning.
    public let name: String
    /// Its unit; empty for a plain number.
    public let unit: String
    /// What it is unless a scenario says otherwise; `nil` when a scenario has to say.
    public let usual: Double?
    /// The values that the physics holds for.
    public let range: ClosedRange<Double>
    /// What it is.
    public let about: String

    /// Describes a parameter.
    public init(
        _ name: String, _ unit: String, _ usual: Double?, in range: ClosedRange<Double>,
        _ about: String
    ) {
        self.name = name
        self.unit = unit
        self.usual = usual
        self.range = range
        self.about = about
    }
}

/// A signal as a sensor tells it.
public struct SignalSheet: Sendable {
    /// How a value is written.
    public enum Form: Sendable, Equatable {
        /// A number with so many decimals.
        case number(decimals: Int)
        /// `true` unless 0.
        case boolean
        /// The text with the value's number.
        case label([String])
    }

    /// Its name, as in the agent's kind.
    public let name: String
    /// How it is written.
    public let form: Form
    /// Standard deviation of the sensor's noise, in the signal's unit.
    public let noise: Double
    /// Whether it is sampled fast and sent as a column of values.
    public let isFast: Bool
    /// Whether it is a number, and no state.
    var isNumber: Bool {
        switch form {
        case .number: true
        case .boolean, .label: false
        }
    }

    private init(_ name: String, _ form: Form, noise: Double, isFast: Bool) {
        self.name = name
        self.form = form
        self.noise = noise
        self.isFast = isFast
    }

    /// A number, sent once a message.
    public static func number(_ name: String, decimals: Int, noise: Double = 0) -> SignalSheet {
        SignalSheet(name, .number(decimals: decimals), noise: noise, isFast: false)
    }

    /// A number, sampled every `fastPeriod`.
    public static func fast(_ name: String, decimals: Int, noise: Double = 0) -> SignalSheet {
        SignalSheet(name, .number(decimals: decimals), noise: noise, isFast: true)
    }

    /// A state that is on or off.
    public static func boolean(_ name: String) -> SignalSheet {
        SignalSheet(name, .boolean, noise: 0, isFast: false)
    }

    /// One of several states, by its place in the list.
    public static func label(_ name: String, _ labels: [String]) -> SignalSheet {
        SignalSheet(name, .label(labels), noise: 0, isFast: false)
    }
}

/// Something that can go wrong, by its cause: with a machine, or with the weather, a sensor or the
/// link of any.
public struct FaultSheet: Sendable {
    /// How big a fault can be.
    public struct Size: Sendable {
        /// What the number means, with its unit.
        public let meaning: String
        /// What it is unless a scenario says otherwise.
        public let usual: Double
        /// The sizes that the physics holds for.
        public let range: ClosedRange<Double>
    }

    /// Its name in scenarios.
    public let name: String
    /// What is wrong in the machine.
    public let title: Bilingual
    /// How big it can be; `nil` for a fault that is there or not.
    public let size: Size?

    /// Describes a fault of one size.
    public init(_ name: String, _ title: Bilingual) {
        self.name = name
        self.title = title
        size = nil
    }

    /// Describes a fault that can be of several sizes.
    public init(
        _ name: String, _ title: Bilingual, size meaning: String, usual: Double,
        in range: ClosedRange<Double>
    ) {
        precondition(range.contains(usual))
        self.name = name
        self.title = title
        size = Size(meaning: meaning, usual: usual, range: range)
    }
}

extension FaultSheet {
    /// Everything that can go wrong with a machine: its own faults, then those of any machine.
    public static func all(of sheet: DataSheet) -> [FaultSheet] { sheet.faults + ofAnyMachine }

    /// What can go wrong with the weather, the sensors and the link of any machine.
    public static let ofAnyMachine =
        WeatherFault.allCases.map(\.sheet) + SensorFault.allCases.map(\.sheet)
        + LinkFault.allCases.map(\.sheet)
}
