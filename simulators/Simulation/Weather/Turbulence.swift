import Foundation

// Turbulence as a sum of waves with fixed frequencies and the energy of a standard spectrum:
//
//     u'(t) = sigma * sum over j of a_j * cos(2 pi n_j t + phase_j),
//     a_j^2 / 2 = F(upper edge of band j) - F(lower edge), F the share of the variance below.
//
// Each wave stands for one band of frequencies. Its cosine is carried on by a rotation in the
// complex plane: four products a step, no sine.

/// The spectrum of the wind along its direction: EN 1991-1-4:2005 Annex B.1 (2), in the form of
/// Kaimal.
struct WindSpectrum {
    /// Length of the turbulence L(z), m.
    let length: Double

    /// At a height above terrain with this roughness: L(z) = 300 m (z / 200 m)^alpha, with
    /// alpha = 0.67 + 0.05 ln z0 (B.1 (1)).
    init(height: Double, roughness: Double) {
        length = 300 * pow(height / 200, 0.67 + 0.05 * log(roughness))
    }

    /// A spectrum of the same form for another length.
    init(length: Double) { self.length = length }

    /// The share of the variance below a frequency: the integral of n S(n) / sigma^2 =
    /// 6.8 f / (1 + 10.2 f)^(5/3) over ln n, where f = n L / U.
    func share(below frequency: Double, meanWind: Double) -> Double {
        let root = cbrt(1 + 10.2 * frequency * length / meanWind)
        return 1 - 1 / (root * root)
    }
}

/// A component of the wind's turbulence, in units of its standard deviation.
struct Turbulence: Sendable {
    /// Four waves side by side: one register, or two, does the work of four.
    private struct Waves: Sendable {
        /// Where each wave is on its circle.
        var cosine: SIMD4<Double>
        var sine: SIMD4<Double>
        /// What it turns in a step.
        let turnCosine: SIMD4<Double>
        let turnSine: SIMD4<Double>
        /// The square root of twice its band's share of the variance.
        var amplitude = SIMD4<Double>(repeating: 0)
    }

    /// From half the sampling rate down to a wave of about half an hour: slower changes belong to
    /// the mean. Twelve octaves.
    private static let octaves = 12

    private let spectrum: WindSpectrum
    /// Frequencies between the bands, Hz, downwards; the last band reaches down to 0.
    private let edges: [Double]
    private var waves: [Waves]
    private var next = 0

    /// Chooses the waves: evenly on a logarithmic scale, each at a random place in its band and
    /// with a random phase. The number in an octave is even.
    init(
        _ spectrum: WindSpectrum, wavesPerOctave: Int, period: Double, meanWind: Double,
        random: inout RandomStream
    ) {
        self.spectrum = spectrum
        let bands = Self.octaves * wavesPerOctave
        let greatest = 0.5 / period
        let ratio = 1 / Double(wavesPerOctave)
        edges = (0..<bands).map { greatest * exp2(-Double($0) * ratio) } + [0]
        waves = []
        for group in 0..<(bands / 4) {
            var angle = SIMD4<Double>(repeating: 0)
            var phase = angle
            for lane in 0..<4 {
                let band = Double(4 * group + lane) + random.unit()
                let frequency = greatest * exp2(-band * ratio)
                angle[lane] = 2 * Double.pi * frequency * period
                phase[lane] = random.uniform(0, 2 * Double.pi)
            }
            waves.append(
                Waves(
                    cosine: Self.map(phase) { cos($0) }, sine: Self.map(phase) { sin($0) },
                    turnCosine: Self.map(angle) { cos($0) }, turnSine: Self.map(angle) { sin($0) }))
        }
        for _ in waves { refreshNext(meanWind: meanWind) }
    }

    /// Moves on by a step and tells the deviation from the mean in standard deviations.
    mutating func step(meanWind: Double) -> Double {
        var sum = SIMD4<Double>(repeating: 0)
        for index in waves.indices {
            let wave = waves[index]
            let cosine = wave.cosine * wave.turnCosine - wave.sine * wave.turnSine
            let sine = wave.sine * wave.turnCosine + wave.cosine * wave.turnSine
            waves[index].cosine = cosine
            waves[index].sine = sine
            sum += wave.amplitude * cosine
        }
        refreshNext(meanWind: meanWind)
        return sum.sum()
    }

    /// Fits one group of waves to the present mean wind, so that all have had their turn within
    /// six seconds, and takes rounding errors out of their length.
    ///
    /// What is slower than the slowest band is added to that band. What is faster than half the
    /// sampling rate is left out, as a sensor of that rate leaves it out: 2 % of the variance in a
    /// light wind, 7 % in a storm.
    private mutating func refreshNext(meanWind: Double) {
        let carried = max(meanWind, 0.5)
        var wave = waves[next]
        var above = spectrum.share(below: edges[4 * next], meanWind: carried)
        for lane in 0..<4 {
            let below = spectrum.share(below: edges[4 * next + lane + 1], meanWind: carried)
            wave.amplitude[lane] = (2 * (above - below)).squareRoot()
            above = below
        }
        // One step of Newton's method for 1 / |z|: the length is 1 but for rounding.
        let square = wave.cosine * wave.cosine + wave.sine * wave.sine
        let correction = 1.5 - 0.5 * square
        wave.cosine *= correction
        wave.sine *= correction
        waves[next] = wave
        next = next + 1 == waves.count ? 0 : next + 1
    }

    private static func map(
        _ values: SIMD4<Double>, _ function: (Double) -> Double
    ) -> SIMD4<Double> {
        SIMD4(function(values.x), function(values.y), function(values.z), function(values.w))
    }
}
