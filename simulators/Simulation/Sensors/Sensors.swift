/// What can go wrong with a sensor.
public enum SensorFault: String, CaseIterable, Sendable {
    /// It tells the same as it told last.
    case stuck = "sensor_stuck"
    /// It tells too much by its size, in the signal's unit.
    case bias = "sensor_bias"
    /// What it tells too much grows by its size every second.
    case drift = "sensor_drift"
    /// It has noise of its size, a standard deviation, on top of its own.
    case noise = "sensor_noise"
    /// Messages leave it out.
    case dropout = "sensor_dropout"
    /// It tells that it has no value.
    case invalid = "sensor_invalid"

    /// How scenarios describe it.
    public var sheet: FaultSheet {
        switch self {
        case .stuck: FaultSheet(rawValue, Bilingual("Sensor stuck", "传感器卡死"))
        case .bias:
            FaultSheet(
                rawValue, Bilingual("Sensor tells too much", "传感器零点偏移"),
                size: "in the signal's unit", usual: 1, in: -Self.most...Self.most)
        case .drift:
            FaultSheet(
                rawValue, Bilingual("Sensor drifts", "传感器漂移"),
                size: "in the signal's unit per second", usual: 1, in: -Self.most...Self.most)
        case .noise:
            FaultSheet(
                rawValue, Bilingual("Sensor noisy", "传感器噪声"),
                size: "standard deviation, in the signal's unit", usual: 1, in: 0...Self.most)
        case .dropout: FaultSheet(rawValue, Bilingual("Signal left out", "信号缺失"))
        case .invalid: FaultSheet(rawValue, Bilingual("Sensor has no value", "传感器无有效值"))
        }
    }

    /// More than any sensor could be off by, in any unit.
    private static let most = 1e6

    /// Whether it can befall a sensor of a state, on or off or with labels.
    var befallsStates: Bool {
        switch self {
        case .stuck, .dropout, .invalid: true
        case .bias, .drift, .noise: false
        }
    }

    /// Its bit among the faults of a sensor.
    fileprivate var bit: UInt8 {
        switch self {
        case .stuck: 1
        case .bias: 2
        case .drift: 4
        case .noise: 8
        case .dropout: 16
        case .invalid: 32
        }
    }
}

/// A sensor: from the true value of a signal to what a message says of it.
///
/// A signal that is missing, because the sensor dropped out or because nothing is to be measured
/// now, is NaN; one without a valid value is infinite.
public struct Sensor: Sendable {
    /// What a message leaves out.
    public static let missing = Double.nan
    /// What a message says to be without a value.
    public static let invalid = Double.infinity

    /// Standard deviation of its noise, in the signal's unit.
    let deviation: Double
    /// What it told last.
    private(set) var told = Self.missing

    private let isNumber: Bool
    /// It tells whole multiples of `step`, or where that is 0 of 1 / `perUnit`.
    private let step: Double
    private let perUnit: Double

    private var faults: UInt8 = 0
    private var bias = 0.0
    private var drift = 0.0
    /// When it began to drift, seconds; NaN until it is next read.
    private var driftsSince = Double.nan
    private var addedDeviation = 0.0

    /// A healthy sensor of a signal, as its sheet says; with a resolution it tells only multiples
    /// of that. States, on or off or with labels, have no noise.
    init(_ signal: SignalSheet, resolution: Double? = nil) {
        precondition((resolution ?? 1) > 0)
        switch signal.form {
        case .number(let decimals):
            isNumber = true
            deviation = signal.noise
            step = resolution ?? 0
            // A division by 1000 gives the number nearest to a decimal; a product with 0.001 does
            // not.
            perUnit = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        case .boolean, .label:
            isNumber = false
            deviation = 0
            step = 0
            perUnit = 1
        }
    }

    /// Whether anything is wrong with it.
    var isHealthy: Bool { faults == 0 }

    /// Makes a fault of this size, whatever the size where it has no meaning; `nil` mends it. A
    /// state can be stuck, left out or invalid; other faults do nothing to it.
    mutating func set(_ fault: SensorFault, size: Double?) {
        guard let size else {
            faults &= ~fault.bit
            return
        }
        switch fault {
        case .bias: bias = size
        case .drift:
            drift = size
            driftsSince = .nan
        case .noise: addedDeviation = size
        case .stuck, .dropout, .invalid: break
        }
        faults |= fault.bit
    }

    /// What a healthy sensor tells; `noise` is a number of standard deviation 1.
    mutating func tellHealthy(_ truth: Double, noise: Double) -> Double {
        told = rounded(truth + deviation * noise)
        return told
    }

    /// What it tells, whatever is wrong with it; `added` is another number of standard deviation
    /// 1.
    mutating func tell(_ truth: Double, noise: Double, added: Double, at time: Double) -> Double {
        if has(.dropout) { return Self.missing }
        if has(.invalid) { return Self.invalid }
        // A sensor that has not told anything is stuck at what it tells first.
        if has(.stuck), !told.isNaN { return told }
        guard isNumber else { return tellHealthy(truth, noise: 0) }
        var value = truth + deviation * noise
        if has(.bias) { value += bias }
        if has(.drift) {
            if driftsSince.isNaN { driftsSince = time }
            value += drift * (time - driftsSince)
        }
        if has(.noise) { value += addedDeviation * added }
        told = rounded(value)
        return told
    }

    private func has(_ fault: SensorFault) -> Bool { faults & fault.bit != 0 }

    private func rounded(_ value: Double) -> Double {
        guard isNumber else { return value }
        return step > 0
            ? (value / step).rounded() * step : (value * perUnit).rounded() / perUnit
    }
}
