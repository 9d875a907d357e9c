/// A low-pass filter of two second-order sections at a fixed sampling period.
///
/// Transposed direct form II. It starts in equilibrium at its first reading, so there is no dip. A
/// reading that comes early or late by less than half a period counts as one sample; a gap is
/// filled with the value that held; after a gap longer than `longestGap` samples it is unknown and
/// starts anew, so a signal that is read too slowly for its filter never gives an answer.
///
/// Words: whether it has started, time of the last sample, value that holds, two words of state
/// for each section.
struct LowpassMemory {
    private let words: Table<Word>
    private let base: Int
    private let constants: Table<Double>
    private let coefficients: Extent

    static let words = 7
    /// Samples that are made up in a gap at most. Engineering default: at 200 Hz 16 samples are
    /// 80 ms, a lost message of a columnar batch.
    private static let longestGap: Int64 = 16

    init(
        _ words: Table<Word>, at base: Int, _ constants: Table<Double>, _ coefficients: Extent
    ) {
        self.words = words
        self.base = base
        self.constants = constants
        self.coefficients = coefficients
    }

    private var lastSample: Instant { words[base + 1].instant }
    private var held: Double { words[base + 2].number }

    func stop() { words[base].count = 0 }

    func move(by shift: Duration) { words[base + 1].instant = lastSample + shift }

    /// The filter's answer to a reading; `nil` when it comes too early to be a sample of its own.
    func step(_ input: Double, at time: Instant, period: Duration) -> Double? {
        guard words[base].count != 0 else { return start(input, at: time) }
        let half = Duration(nanoseconds: period.nanoseconds / 2)
        let samples = (time - lastSample + half).nanoseconds / period.nanoseconds
        guard samples <= Self.longestGap else {
            _ = start(input, at: time)
            return .nan
        }
        guard samples > 0 else {
            words[base + 2].number = input
            return nil
        }
        for _ in 1..<samples { _ = filter(held) }
        words[base + 1].instant =
            lastSample + Duration(nanoseconds: samples * period.nanoseconds)
        words[base + 2].number = input
        return filter(input)
    }

    private func start(_ input: Double, at time: Instant) -> Double {
        words[base].count = 1
        words[base + 1].instant = time
        words[base + 2].number = input
        for section in 0..<2 {
            let (b0, _, b2, _, a2) = coefficients(of: section)
            words[base + 3 + 2 * section].number = input - b0 * input
            words[base + 4 + 2 * section].number = b2 * input - a2 * input
        }
        return input
    }

    private func filter(_ input: Double) -> Double {
        var value = input
        for section in 0..<2 {
            let (b0, b1, b2, a1, a2) = coefficients(of: section)
            let first = base + 3 + 2 * section
            let output = b0 * value + words[first].number
            words[first].number = b1 * value - a1 * output + words[first + 1].number
            words[first + 1].number = b2 * value - a2 * output
            value = output
        }
        return value
    }

    private func coefficients(of index: Int) -> (Double, Double, Double, Double, Double) {
        let first = Int(coefficients.start) + 5 * index
        return (
            constants[first], constants[first + 1], constants[first + 2], constants[first + 3],
            constants[first + 4]
        )
    }
}
