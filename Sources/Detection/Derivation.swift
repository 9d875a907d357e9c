/// A derived signal: how one slot of a piece of equipment follows from others, reading by reading.
///
/// Computed once per equipment, in the order of the variant's list, and shared by its rules. It
/// looks at its input only when a message brings a reading of it; between readings it holds its
/// value like any signal. What it has to remember stands in a fixed run of words.
public struct Derivation: Sendable, BitwiseCopyable {
    /// What is computed.
    public enum Form: UInt8, Sendable, BitwiseCopyable {
        /// The arithmetic of `code` over slots.
        case program
        /// Change per second between the last two readings.
        case rate
        /// Low-pass filter at the sampling period `window`; ten coefficients in `constants`.
        case lowpass
        /// Time-weighted mean over the window.
        case mean
        /// Least value within the window.
        case minimum
        /// Greatest value within the window.
        case maximum
        /// Whether the value has been the same for the window.
        case stuck
        /// Whether the last reading differs from the one before.
        case changed
        /// How often the input turned from false to true within the window.
        case count
        /// For how long the input has been true. An elapsed slot.
        case held
        /// For how long no usable reading of the input has come. An elapsed slot.
        case age
        /// Whether a level was held for longer than the curve in `constants` allows.
        case dwell
        /// Whether an excursion too short for the curve has just ended.
        case impact
        /// Whether it has just risen too fast; the settings are in `constants`.
        case steep
        /// Whether it was low for too long, not long ago; the settings are in `constants`.
        case afterLow
        /// Whether two events of opposite sign came too close; the settings are in `constants`.
        case reversal
        /// Slope of the straight line that fits a window best; the window is in `constants`.
        case slope
    }

    /// What is computed.
    public var form: Form
    /// The slot that is looked at; not used by `.program`.
    public var input: UInt16
    /// The slot that is written. No other derivation writes it.
    public var output: UInt16
    /// The window, the sampling period of a filter, or the longest gap between two readings that a
    /// curve or a crossing can follow.
    public var window: Duration
    /// First of its words within the equipment's run.
    public var firstWord: UInt32
    /// Instructions of `.program`.
    public var code: Extent
    /// Coefficients, curve or settings, within the program's `constants`.
    public var constants: Extent

    /// Makes a derivation.
    public init(
        form: Form, input: UInt16, output: UInt16, window: Duration, firstWord: Int, code: Extent,
        constants: Extent
    ) {
        self.form = form
        self.input = input
        self.output = output
        self.window = window
        self.firstWord = UInt32(firstWord)
        self.code = code
        self.constants = constants
    }
}

extension Derivation.Form {
    /// Words that one derivation of this form remembers.
    public var words: Int {
        switch self {
        case .program, .age: 0
        case .held: 1
        case .changed: 2
        case .rate, .stuck: 3
        case .lowpass: LowpassMemory.words
        case .mean, .minimum, .maximum: WindowMemory.words
        case .count: CountMemory.words
        case .dwell: DwellMemory.words
        case .impact: ImpactMemory.words
        case .steep: SteepMemory.words
        case .afterLow: AfterLowMemory.words
        case .reversal: ReversalMemory.words
        case .slope: SlopeMemory.words
        }
    }

    /// Whether the slot tells a time that goes on by itself: it is compared by `Predicate.elapsed`.
    public var isElapsed: Bool {
        switch self {
        case .held, .age: true
        case .program, .rate, .lowpass, .mean, .minimum, .maximum, .stuck, .changed, .count,
            .dwell, .impact, .steep, .afterLow, .reversal, .slope:
            false
        }
    }
}

/// What a derivation remembers, word by word: a number, a count or an instant.
struct Word: BitwiseCopyable {
    private var bits: UInt64 = 0

    /// Nothing remembered.
    static var empty: Word { Word() }

    var number: Double {
        get { Double(bitPattern: bits) }
        set { bits = newValue.bitPattern }
    }
    var count: Int64 {
        get { Int64(bitPattern: bits) }
        set { bits = UInt64(bitPattern: newValue) }
    }
    var instant: Instant {
        get { Instant(nanoseconds: count) }
        set { count = newValue.nanoseconds }
    }
}
