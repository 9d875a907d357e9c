public import Simulation

/// A picture of a simulation: signals over time in panels, one below the other, with their limits;
/// above them a lane for each fault and each hazard.
///
/// A description only: `script(...)` turns it into what gnuplot draws.
public struct Plot: Sendable {
    /// The languages of a picture.
    public enum Language: String, CaseIterable, Sendable {
        /// English.
        case english = "en"
        /// Chinese.
        case chinese = "zh"
        /// The title in both, the rest in English with Chinese beside it.
        case both
    }

    /// A line of values over time.
    public struct Series: Sendable {
        /// What it is, usually the signal's name.
        public var name: String
        /// Seconds since the start, rising.
        public var times: [Double]
        /// Values; NaN, or infinite, where there is none: the line is interrupted.
        public var values: [Double]
        /// Whether a value holds until the next one: states, set points.
        public var isStepped: Bool

        /// Describes a line.
        public init(_ name: String, times: [Double], values: [Double], isStepped: Bool = false) {
            precondition(times.count == values.count)
            self.name = name
            self.times = times
            self.values = values
            self.isStepped = isStepped
        }
    }

    /// A limit that is watched.
    public struct Limit: Sendable {
        /// Where.
        public var value: Double
        /// What it is.
        public var name: Bilingual

        /// Describes a limit.
        public init(_ value: Double, _ name: Bilingual) {
            self.value = value
            self.name = name
        }
    }

    /// Signals of one unit.
    public struct Panel: Sendable {
        /// What it shows.
        public var title: Bilingual
        /// The unit of all its values; empty for a plain number or a state.
        public var unit: String
        /// Its lines.
        public var series: [Series]
        /// Its limits.
        public var limits: [Limit]
        /// The names of the values 0, 1, 2 ... of states; empty for numbers.
        public var states: [String]

        /// Describes a panel.
        public init(
            _ title: Bilingual, unit: String, series: [Series], limits: [Limit] = [],
            states: [String] = []
        ) {
            self.title = title
            self.unit = unit
            self.series = series
            self.limits = limits
            self.states = states
        }
    }

    /// Time during which something was wrong.
    public struct Span: Sendable {
        /// What was wrong.
        public var name: Bilingual
        /// Seconds since the start.
        public var from: Double
        /// Seconds since the start.
        public var to: Double

        /// Describes a fault.
        public init(_ name: Bilingual, from: Double, to: Double) {
            self.name = name
            self.from = from
            self.to = to
        }
    }

    /// A hazard that was raised.
    public struct Mark: Sendable {
        /// How bad a hazard is, as the agent says it.
        public enum Severity: String, CaseIterable, Sendable {
            /// To be known.
            case info
            /// To be watched.
            case warning
            /// To be acted on.
            case major
            /// Danger.
            case critical
        }

        /// The rule, or what people call it.
        public var name: Bilingual
        /// How bad it is.
        public var severity: Severity
        /// When it was raised, seconds since the start.
        public var at: Double
        /// When it was cleared; `nil` if not before the end.
        public var until: Double?

        /// Describes a hazard.
        public init(_ name: Bilingual, _ severity: Severity, at: Double, until: Double? = nil) {
            self.name = name
            self.severity = severity
            self.at = at
            self.until = until
        }
    }

    /// What is simulated.
    public var title: Bilingual
    /// Where and how, such as the seed.
    public var subtitle: String
    /// The time of day of second 0, in seconds since midnight; `nil` to count from the start.
    public var midnight: Double?
    /// The signals.
    public var panels: [Panel]
    /// The faults.
    public var spans: [Span]
    /// The hazards.
    public var marks: [Mark]

    /// Describes a picture.
    public init(
        title: Bilingual, subtitle: String = "", midnight: Double? = nil, panels: [Panel],
        spans: [Span] = [], marks: [Mark] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.midnight = midnight
        self.panels = panels
        self.spans = spans
        self.marks = marks
    }
}

extension Bilingual {
    /// The text in a language; in both, separated, where they differ.
    func text(in language: Plot.Language) -> String {
        switch language {
        case .english: en
        case .chinese: zh.isEmpty ? en : zh
        case .both: zh.isEmpty || zh == en ? en : en + " " + zh
        }
    }
}
