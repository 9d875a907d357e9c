import Foundation

/// What the weather is like at a place, of itself.
///
/// The usual values are those of an open place in the mountains or the desert on a fair day.
public struct Climate: Sendable {
    /// Mean wind of a day at 10 m above the ground, m/s.
    public var wind = 4.0
    /// How much stronger it is in the afternoon, and weaker at night, as a share:
    /// winds of slope and valley.
    public var windSwing = 0.4
    /// Roughness length of the terrain, m (EN 1991-1-4 table 4.1): 0.003 at the
    /// sea, 0.05 in open country, 0.3 in woods. Turbulence follows from it.
    public var roughness = 0.05
    /// Height of the anemometer above the ground, m.
    public var height = 10.0
    /// Where the wind blows from, degrees from north.
    public var direction = 240.0
    /// Mean temperature of a day, degrees Celsius.
    public var temperature = 14.0
    /// How much warmer it is in the afternoon, and colder before dawn, K.
    public var temperatureSwing = 8.0
    /// Relative humidity at the mean temperature, per cent.
    public var humidity = 45.0
    /// The hour of the day at which the simulation starts, from 0 to 24.
    public var startHour = 9.0

    /// Fair weather.
    public init() {}

    /// Each number with the name that scenarios give it and the values that it may have.
    public static let numbers: [Number] = [
        Number(name: "wind", path: \.wind, range: 0...40),
        Number(name: "wind_swing", path: \.windSwing, range: 0...1),
        Number(name: "roughness", path: \.roughness, range: 0.003...1),
        Number(name: "height", path: \.height, range: 5...100),
        Number(name: "direction", path: \.direction, range: 0...360),
        Number(name: "temperature", path: \.temperature, range: -40...50),
        Number(name: "temperature_swing", path: \.temperatureSwing, range: 0...25),
        Number(name: "humidity", path: \.humidity, range: 0...100),
    ]

    /// A number of a climate.
    public struct Number: Sendable {
        /// Its name in scenarios.
        public let name: String
        /// Where it is.
        public let path: any WritableKeyPath<Climate, Double> & Sendable
        /// What it may be.
        public let range: ClosedRange<Double>
    }

    /// What of it no weather can be made from, for people.
    var problems: [String] {
        var problems = Self.numbers.filter { !$0.range.contains(self[keyPath: $0.path]) }.map {
            "the climate's \($0.name) must lie between \($0.range.lowerBound) and "
                + "\($0.range.upperBound)"
        }
        if !(0...24).contains(startHour) { problems.append("a climate starts from 0 to 24 h") }
        return problems
    }
}

/// The weather of a place: a day's course, turbulence, and bad weather on demand.
///
/// The same climate and the same stream of random numbers give the same weather, bit for bit.
public struct Weather: Sendable {
    /// Seconds of a step.
    public static let period = 0.25

    /// The weather after the last step.
    public private(set) var now = WeatherNow()

    private let climate: Climate
    /// Standard deviation along the wind as a share of the mean: 1 / ln(z / z0), EN 1991-1-4
    /// 4.4 (1).
    private let intensity: Double
    private var random: RandomStream
    private var along: Turbulence
    private var across: Turbulence
    private var statistics: WindStatistics
    private var steps = 0
    private var fairWind: Double

    private var squall = Squall()
    // A cold or warm front passes within two minutes, at the pace of `weatherHaste`.
    private var frost = Onset(rise: 120, fall: 120)
    private var heat = Onset(rise: 120, fall: 120)
    private var rain = Onset(rise: 60, fall: 60)
    private var ice = Icing()
    private var thunderstorm = Thunderstorm()

    /// Fair weather that has lasted for a minute at least.
    public init(_ climate: Climate, random: RandomStream) {
        precondition((0...40).contains(climate.wind) && (0...1).contains(climate.windSwing))
        precondition((0.003...1).contains(climate.roughness) && (5...100).contains(climate.height))
        precondition((0...100).contains(climate.humidity) && (0...24).contains(climate.startHour))
        self.climate = climate
        self.random = random
        intensity = 1 / log(climate.height / climate.roughness)
        let spectrum = WindSpectrum(height: climate.height, roughness: climate.roughness)
        fairWind = Self.fairWind(climate, hour: climate.startHour)
        along = Turbulence(
            spectrum, wavesPerOctave: 8, period: Self.period, meanWind: fairWind,
            random: &self.random)
        // IEC 61400-1:2019 table C.1: across the wind the length is a third of that along it.
        across = Turbulence(
            WindSpectrum(length: spectrum.length / 3), wavesPerOctave: 2, period: Self.period,
            meanWind: fairWind, random: &self.random)
        statistics = WindStatistics(period: Self.period, wind: fairWind)
        for _ in 0..<Int(60 / Self.period) { blow() }
        change(by: 0)
        show()
    }

    /// Moves on by `period`.
    public mutating func step() {
        // What changes over minutes is looked at once a second.
        if steps % 4 == 0 { change(by: 4 * Self.period) }
        steps += 1
        squall.step(Self.period)
        blow()
        show()
    }

    /// Calls for bad weather of a size; `nil` lets it die down.
    ///
    /// A squall's front is there within half a minute, its strongest gust within three minutes,
    /// mostly two; then it slackens to two thirds. The mean wind is chosen so that the strongest
    /// gust is of the wanted size. Ice grows by some 4 mm a minute after a minute in which the air
    /// cools. A thunderstorm comes from 25 km farther off within two minutes. Frost and heat take
    /// two minutes. Weather other than wind is played faster than nature: see `weatherHaste`.
    public mutating func set(_ fault: WeatherFault, size: Double?) {
        switch fault {
        case .storm: squall.set(size.map(squallWind))
        case .icing: rain.set(size)
        case .thunderstorm: thunderstorm.set(size)
        case .frost: frost.set(size)
        case .heat: heat.set(size)
        }
    }

    private static func fairWind(_ climate: Climate, hour: Double) -> Double {
        climate.wind * (1 + climate.windSwing * afternoon(hour))
    }

    /// From -1 at three in the morning to 1 at three in the afternoon.
    private static func afternoon(_ hour: Double) -> Double { cos(2 * .pi * (hour - 15) / 24) }
}

extension Weather {
    /// The wind of the next step.
    private mutating func blow() {
        let mean = fairWind + squall.wind(above: fairWind)
        let deviation = intensity * mean
        // The anemometer tells no negative wind.
        now.wind = max(mean + deviation * along.step(meanWind: mean), 0)
        statistics.add(now.wind)
        // IEC 61400-1:2019 6.3.2.4: across the wind the deviation is 0.8 of that along it (0.7 at
        // the least). The tangent is taken for the angle: it is small.
        let sideways = 0.8 * intensity * across.step(meanWind: mean)
        var direction = climate.direction + sideways * 180 / .pi
        if direction < 0 { direction += 360 } else if direction >= 360 { direction -= 360 }
        now.direction = direction
    }

    private mutating func show() {
        now.meanWind = statistics.mean
        now.gust = statistics.gust
    }

    /// Moves on what changes slowly.
    private mutating func change(by seconds: Double) {
        let hours = Double(steps) * Self.period / 3600 + climate.startHour
        fairWind = Self.fairWind(climate, hour: hours)
        let swing = climate.temperatureSwing * Self.afternoon(hours)
        frost.step(seconds)
        heat.step(seconds)
        rain.step(seconds)
        thunderstorm.step(seconds, random: &random)

        var temperature = climate.temperature + swing
        // Freezing rain falls from warmer air through air just below freezing.
        temperature += (min(temperature, -2) - temperature) * rain.share
        temperature += (frost.size - temperature) * frost.share
        temperature += (heat.size - temperature) * heat.share
        // The same water in the air, whatever its temperature.
        let fair = min(
            climate.humidity * Self.saturation(climate.temperature) / Self.saturation(temperature),
            96)
        now.temperature = temperature
        now.humidity = max(fair + (98 - fair) * rain.share, 1)
        ice.step(
            seconds, isRaining: rain.isOn, temperature: temperature, humidity: now.humidity,
            wind: now.meanWind, most: rain.size)
        now.ice = ice.thickness
        now.lightning = thunderstorm.distance
    }

    /// Pressure of saturated water vapour, hPa (Magnus, WMO-No. 8, annex 4.B).
    private static func saturation(_ temperature: Double) -> Double {
        6.112 * exp(17.62 * temperature / (243.12 + temperature))
    }

    /// The mean wind of a squall whose strongest gust has this size, found by trying it out on a
    /// copy of the weather: a gust grows with the mean almost in proportion, so that a few trials
    /// by the rule of false position come within a thousandth.
    private func squallWind(gust: Double) -> Double {
        var low = (wind: fairWind, gust: strongestGust(squallWind: fairWind))
        guard low.gust < gust else { return low.wind }
        var wind = low.wind * gust / max(low.gust, 1e-3)
        if !(wind < gust) || wind <= low.wind { wind = (low.wind + gust) / 2 }
        for _ in 0..<6 {
            let found = strongestGust(squallWind: wind)
            if abs(found - gust) < 1e-3 * gust || found == low.gust { break }
            let better = wind + (gust - found) * (wind - low.wind) / (found - low.gust)
            low = (wind, found)
            wind = better
        }
        return wind
    }

    /// The strongest gust of the next minutes with a squall of this mean wind.
    private func strongestGust(squallWind: Double) -> Double {
        var trial = self
        trial.squall.set(squallWind)
        var strongest = 0.0
        for _ in 0..<Int(1.5 * Squall.strongest / Self.period) {
            trial.squall.step(Self.period)
            trial.blow()
            strongest = max(strongest, trial.statistics.gust)
        }
        return strongest
    }
}
