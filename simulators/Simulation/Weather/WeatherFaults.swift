import Foundation

/// Bad weather that a scenario can call for.
public enum WeatherFault: String, CaseIterable, Sendable {
    /// A squall. Size: the strongest gust of three seconds that it brings, m/s.
    case storm
    /// Freezing rain. Size: the ice that it leaves on ropes and structures, mm.
    case icing
    /// A thunderstorm that draws near. Size: the distance of its nearest stroke, km.
    case thunderstorm
    /// Cold air. Size: the temperature that it brings, degrees Celsius.
    case frost
    /// Hot air. Size: the temperature that it brings, degrees Celsius.
    case heat

    /// How scenarios describe it.
    public var sheet: FaultSheet {
        switch self {
        case .storm:
            FaultSheet(
                rawValue, Bilingual("Squall", "飑风"), size: "strongest gust of 3 s, m/s",
                usual: 25, in: 0...60)
        case .icing:
            FaultSheet(
                rawValue, Bilingual("Freezing rain", "冻雨覆冰"),
                size: "ice on ropes and structures, mm", usual: 15, in: 0...60)
        case .thunderstorm:
            FaultSheet(
                rawValue, Bilingual("Thunderstorm", "雷暴"),
                size: "distance of the nearest stroke, km", usual: 5, in: 0...100)
        case .frost:
            FaultSheet(
                rawValue, Bilingual("Frost", "严寒"), size: "air temperature reached, degC",
                usual: -25, in: -50...10)
        case .heat:
            FaultSheet(
                rawValue, Bilingual("Heat", "高温"), size: "air temperature reached, degC",
                usual: 40, in: 10...60)
        }
    }
}

/// What takes hours in nature and is played so many times faster when a scenario calls for it, so
/// that a trial need not last a day: changes of air, accretion of ice, thunderstorms under way.
/// Wind, whose pace the machines feel, is never played faster.
let weatherHaste = 60.0

/// Something that comes up, stays, and goes, smoothly.
struct Onset: Sendable {
    /// Seconds to come, and to go.
    private let rise: Double
    private let fall: Double
    private var progress = 0.0
    /// Whether it comes or stays.
    private(set) var isOn = false
    /// What it leads to at its full extent.
    private(set) var size = 0.0
    private var wanted = 0.0

    init(rise: Double, fall: Double) {
        self.rise = rise
        self.fall = fall
    }

    mutating func set(_ size: Double?) {
        isOn = size != nil
        wanted = size ?? wanted
        if progress == 0 { self.size = wanted }
    }

    mutating func step(_ seconds: Double) {
        progress =
            isOn ? min(progress + seconds / rise, 1) : max(progress - seconds / fall, 0)
        // Another size of what is there already comes in the time that the first one took.
        if size != wanted { size += (wanted - size) * min(4 * seconds / rise, 1) }
    }

    /// From 0 to 1, level at both ends.
    var share: Double { progress * progress * (3 - 2 * progress) }
}

/// Ice on ropes and structures from freezing rain, and its melting.
struct Icing: Sendable {
    /// Heavy freezing rain, mm/h, where the air is saturated.
    private static let rain = 10.0
    /// Density of glaze against water (ISO 12494, table 1).
    private static let density = 0.9
    /// Heat that reaches the ice from air above freezing, W/(m2 K): a rope in a light wind,
    /// typical.
    private static let transfer = 30.0
    /// Joules that melt a millimetre of glaze on a square metre.
    private static let meltingHeat = 334e3 * 0.9

    /// Thickness, mm.
    private(set) var thickness = 0.0

    /// Moves on. Ice grows by the simple model of Jones (Atmospheric Environment 32, 1998): a
    /// cylinder of any size collects what falls and what the wind carries,
    /// thickness per hour = sqrt(P^2 + (3.6 V W)^2) / (pi density), with the water in the air
    /// W = 0.067 P^0.846 g/m3.
    mutating func step(
        _ seconds: Double, isRaining: Bool, temperature: Double, humidity: Double, wind: Double,
        most: Double
    ) {
        let hurried = seconds * weatherHaste
        if isRaining, temperature < 0, thickness < most {
            let rain = Self.rain * min(max((humidity - 90) / 8, 0), 1)
            let carried = 3.6 * wind * 0.067 * pow(rain, 0.846)
            let rate = (rain * rain + carried * carried).squareRoot() / (.pi * Self.density)
            thickness = min(thickness + rate * hurried / 3600, most)
        } else if temperature > 0, thickness > 0 {
            thickness = max(
                thickness - Self.transfer * temperature * hurried / Self.meltingHeat, 0)
        }
    }
}

/// A thunderstorm that comes near, and what a lightning detector tells of it.
struct Thunderstorm: Sendable {
    /// It is first seen so much farther off than where it ends up, km.
    private static let approach = 25.0
    /// Mean seconds between two strokes, typical of an active cell.
    private static let interval = 10.0
    /// Strokes scatter behind the cell's near edge by so much on average, km.
    private static let scatter = 3.0
    /// A detector tells the nearest stroke of the last five minutes, in ten parts.
    private static let memory = 10
    private static let part = 30.0

    private var onset = Onset(rise: 120, fall: 60)
    private var untilStroke = 0.0
    private var hasArrived = false
    private var nearest = [Double](repeating: .infinity, count: memory)
    private var current = 0
    private var inPart = 0.0

    mutating func set(_ distance: Double?) {
        onset.set(distance)
        untilStroke = 0
        hasArrived = false
    }

    /// Distance of the nearest stroke of the last minutes, km; NaN without one.
    var distance: Double {
        let least = nearest.reduce(.infinity, min)
        return least.isFinite ? least : .nan
    }

    mutating func step(_ seconds: Double, random: inout RandomStream) {
        inPart += seconds
        if inPart >= Self.part {
            inPart = 0
            current = (current + 1) % Self.memory
            nearest[current] = .infinity
        }
        onset.step(seconds)
        guard onset.isOn else { return }
        let edge = onset.size + Self.approach * (1 - onset.share)
        if onset.share == 1, !hasArrived {
            // The stroke that the size speaks of.
            hasArrived = true
            nearest[current] = min(nearest[current], edge)
        }
        untilStroke -= seconds
        if untilStroke <= 0 {
            untilStroke = random.waiting(Self.interval)
            nearest[current] = min(nearest[current], edge + random.waiting(Self.scatter))
        }
    }
}
