import Foundation
import Simulation
import Testing

/// The spectrum of EN 1991-1-4 Annex B.1 in closed form, independent of the code under test.
private struct ClosedForm {
    let length: Double
    let intensity: Double

    init(roughness: Double) {
        length = 300 * pow(10 / 200, 0.67 + 0.05 * log(roughness))
        intensity = 1 / log(10 / roughness)
    }

    /// Integral of S(n) / sigma^2 from 0 to n: 1 - (1 + 10.2 n L / U)^(-2/3).
    func share(below frequency: Double, wind: Double) -> Double {
        1 - pow(1 + 10.2 * frequency * length / wind, -2.0 / 3)
    }

    /// Share of the variance that a mean over `seconds` keeps, by Simpson's rule over ln n.
    func share(ofMeanOver seconds: Double, from low: Double, to high: Double, wind: Double)
        -> (variance: Double, crossings: Double)
    {
        let count = 4000
        let step = log(high / low) / Double(count)
        var variance = 0.0
        var second = 0.0
        for index in 0...count {
            let n = low * exp(Double(index) * step)
            let f = n * length / wind
            let x = Double.pi * n * seconds
            let energy = 6.8 * f / pow(1 + 10.2 * f, 5.0 / 3) * pow(sin(x) / x, 2)
            let weight = index == 0 || index == count ? 1.0 : index % 2 == 1 ? 4 : 2
            variance += energy * weight * step / 3
            second += energy * n * n * weight * step / 3
        }
        return (variance, (second / variance).squareRoot())
    }
}

/// Mean powers of the octaves below 2 Hz, in (m/s)^2, by a Hann window and a fast transform.
private func octavePowers(_ samples: [Double], period: Double) -> [Double] {
    let count = samples.count
    let mean = samples.reduce(0, +) / Double(count)
    var real = samples.indices.map { index in
        let window = 1 - cos(2 * .pi * (Double(index) + 0.5) / Double(count))
        return (samples[index] - mean) * window * (2.0 / 3).squareRoot()
    }
    var imaginary = [Double](repeating: 0, count: count)
    transform(&real, &imaginary)
    var powers: [Double] = []
    var high = count / 2
    while high >= 8 {
        let low = high / 2
        var sum = 0.0
        for bin in (low + 1)...high {
            let weight = bin == count / 2 ? 1.0 : 2
            sum += weight * (real[bin] * real[bin] + imaginary[bin] * imaginary[bin])
        }
        powers.append(sum / Double(count * count))
        high = low
    }
    return powers
}

/// The discrete Fourier transform of a power of two of numbers, in place.
private func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
    let count = real.count
    var reversed = 0
    for index in 1..<count {
        var bit = count >> 1
        while reversed & bit != 0 {
            reversed ^= bit
            bit >>= 1
        }
        reversed |= bit
        if index < reversed {
            real.swapAt(index, reversed)
            imaginary.swapAt(index, reversed)
        }
    }
    var size = 2
    while size <= count {
        let half = size / 2
        for place in 0..<half {
            let angle = -2 * Double.pi * Double(place) / Double(size)
            let (c, s) = (cos(angle), sin(angle))
            for start in stride(from: place, to: count, by: size) {
                let (a, b) = (real[start + half], imaginary[start + half])
                let (x, y) = (a * c - b * s, a * s + b * c)
                real[start + half] = real[start] - x
                imaginary[start + half] = imaginary[start] - y
                real[start] += x
                imaginary[start] += y
            }
        }
        size *= 2
    }
}

@Suite struct WeatherTests {
    private static func steady(_ wind: Double, roughness: Double = 0.05) -> Climate {
        var climate = Climate()
        climate.wind = wind
        climate.windSwing = 0
        climate.roughness = roughness
        return climate
    }

    private static func weather(_ climate: Climate, seed: UInt64) -> Weather {
        Weather(climate, random: RandomStream(seed: seed, for: "weather"))
    }

    @Test("the same seed blows the same, another one differently")
    func deterministic() {
        var first = Self.weather(Climate(), seed: 1)
        var second = Self.weather(Climate(), seed: 1)
        var other = Self.weather(Climate(), seed: 2)
        var isOther = false
        for _ in 0..<1000 {
            first.step()
            second.step()
            other.step()
            #expect(first.now.wind == second.now.wind && first.now.gust == second.now.gust)
            isOther = isOther || first.now.wind != other.now.wind
        }
        #expect(isOther)
    }

    @Test("each octave has the power of the standard spectrum", arguments: [6.0, 22])
    func spectrum(wind: Double) {
        let count = 16_384
        let form = ClosedForm(roughness: 0.05)
        let seeds = 16
        var measured = [Double](repeating: 0, count: 11)
        for seed in 0..<seeds {
            var weather = Self.weather(Self.steady(wind), seed: UInt64(seed))
            var samples: [Double] = []
            for _ in 0..<count {
                weather.step()
                samples.append(weather.now.wind)
            }
            for (octave, power) in octavePowers(samples, period: 0.25).enumerated() {
                measured[octave] += power / Double(seeds)
            }
        }
        let variance = pow(form.intensity * wind, 2)
        // The lowest octaves also hold what leaks from slower changes.
        for octave in 0..<8 {
            let high = 2 * exp2(-Double(octave))
            // Twice the standard error of a mean over the octave's bins, of which a Hann window
            // leaves two thirds independent, and over the seeds; 2 % for the edges of the bands.
            let bins = 2048 * high
            let bound = 0.02 + 2 * (1.5 / (bins * Double(seeds))).squareRoot()
            let expected =
                variance
                * (form.share(below: high, wind: wind) - form.share(below: high / 2, wind: wind))
            #expect(
                abs(measured[octave] / expected - 1) < bound,
                "octave below \(high) Hz: \(measured[octave]), closed form \(expected)")
        }
    }

    @Test("the intensity of turbulence is 1 / ln(z / z0)", arguments: [0.01, 0.3])
    func intensity(roughness: Double) {
        let form = ClosedForm(roughness: roughness)
        var measured = 0.0
        for seed in 0..<8 {
            var weather = Self.weather(Self.steady(10, roughness: roughness), seed: UInt64(seed))
            var (sum, squares) = (0.0, 0.0)
            for _ in 0..<14_400 {
                weather.step()
                sum += weather.now.wind
                squares += weather.now.wind * weather.now.wind
            }
            let mean = sum / 14_400
            measured += (squares / 14_400 - mean * mean) / (mean * mean) / 8
        }
        // What is faster than 2 Hz is not there.
        let expected = form.intensity * form.share(below: 2, wind: 10).squareRoot()
        #expect(abs(measured.squareRoot() / expected - 1) < 0.03)
    }

    @Test("the gust factor is that of the theory of peaks, and that of open country")
    func gustFactor() {
        let wind = 12.0
        let form = ClosedForm(roughness: 0.05)
        var measured = 0.0
        for seed in 0..<16 {
            var weather = Self.weather(Self.steady(wind), seed: UInt64(seed))
            var greatest = 0.0
            for step in 0..<14_640 {
                weather.step()
                if step >= 240 { greatest = max(greatest, weather.now.gust) }
            }
            measured += greatest / wind / 16
        }
        // Davenport 1964: the mean of the greatest value of a Gaussian process in an hour.
        let short = form.share(ofMeanOver: 3, from: 1e-6, to: 2, wind: wind)
        let root = (2 * log(short.crossings * 3600)).squareRoot()
        let peak = root + 0.5772 / root
        let expected = 1 + form.intensity * short.variance.squareRoot() * peak
        #expect(abs(measured / expected - 1) < 0.03, "\(measured), theory \(expected)")
        // Durst 1960 has 1.52 for three seconds in an hour over open country.
        #expect((1.4...1.6).contains(measured))
    }

    @Test("mean and gust are those of the last minute, as counted by hand")
    func statistics() {
        var weather = Self.weather(Self.steady(9), seed: 5)
        var samples: [Double] = []
        for step in 0..<2000 {
            weather.step()
            samples.append(weather.now.wind)
            guard step >= 240, step % 7 == 0 else { continue }
            let minute = Array(samples.suffix(240))
            let mean = minute.reduce(0, +) / 240
            let gust = (0...228).map { minute[$0..<($0 + 12)].reduce(0, +) / 12 }.max() ?? 0
            #expect(abs(weather.now.meanWind - mean) < 2e-6)
            #expect(abs(weather.now.gust - gust) < 2e-6)
        }
    }

    @Test("a storm's strongest gust is its size, within three minutes", arguments: [13.0, 25])
    func storm(size: Double) {
        for seed in 0..<6 {
            var weather = Self.weather(Climate(), seed: UInt64(seed))
            for _ in 0..<(240 + 40 * seed) { weather.step() }
            weather.set(.storm, size: size)
            var greatest = 0.0
            for _ in 0..<720 {
                weather.step()
                greatest = max(greatest, weather.now.gust)
            }
            #expect(abs(greatest - size) < 0.005 * size, "seed \(seed)")
            weather.set(.storm, size: nil)
            for _ in 0..<960 { weather.step() }
            #expect(weather.now.gust < 10)
        }
    }

    @Test("freezing rain leaves ice at the rate of Jones's model, and no more than its size")
    func icing() {
        var weather = Self.weather(Self.steady(5), seed: 1)
        weather.set(.icing, size: 12)
        for _ in 0..<480 { weather.step() }
        #expect(weather.now.temperature < 0 && weather.now.humidity >= 97)
        var expected = weather.now.ice
        // 10 mm of rain an hour, 0.067 * 10^0.846 g of water in a cubic metre, glaze of 0.9.
        for _ in 0..<60 {
            let carried = 3.6 * weather.now.meanWind * 0.067 * pow(10, 0.846)
            expected += (100 + carried * carried).squareRoot() / (Double.pi * 0.9) / 60
            for _ in 0..<4 { weather.step() }
        }
        #expect(abs(weather.now.ice - expected) < 0.05)
        for _ in 0..<480 { weather.step() }
        #expect(weather.now.ice == 12)
        weather.set(.icing, size: nil)
        for _ in 0..<2400 { weather.step() }
        #expect(weather.now.ice == 0 && weather.now.temperature > 0)
    }

    @Test("a thunderstorm comes as near as its size, and is forgotten five minutes after")
    func thunderstorm() {
        var weather = Self.weather(Climate(), seed: 1)
        #expect(weather.now.lightning.isNaN)
        weather.set(.thunderstorm, size: 6)
        weather.step()
        #expect(weather.now.lightning > 25)
        for _ in 0..<520 { weather.step() }
        #expect(weather.now.lightning == 6)
        weather.set(.thunderstorm, size: nil)
        for _ in 0..<1240 { weather.step() }
        #expect(weather.now.lightning.isNaN)
    }

    @Test("frost and heat bring their temperature within two minutes, and go again")
    func temperature() {
        for (fault, size) in [(WeatherFault.frost, -20.0), (.heat, 41)] {
            var weather = Self.weather(Climate(), seed: 1)
            let fair = weather.now.temperature
            weather.set(fault, size: size)
            for _ in 0..<488 { weather.step() }
            #expect(abs(weather.now.temperature - size) < 1e-9)
            weather.set(fault, size: nil)
            for _ in 0..<488 { weather.step() }
            #expect(abs(weather.now.temperature - fair) < 0.2)
        }
    }

    @Test("a fair day has its greatest warmth at three and no strong wind")
    func day() {
        var weather = Self.weather(Climate(), seed: 1)
        var warmest = (hour: 0.0, temperature: -100.0)
        for step in 0..<115_200 {
            weather.step()
            if weather.now.temperature > warmest.temperature {
                warmest = (9 + Double(step) / 14_400, weather.now.temperature)
            }
            #expect(weather.now.gust < 10.8)
        }
        #expect(abs(warmest.hour - 15) < 0.1 && abs(warmest.temperature - 22) < 0.01)
    }
}
