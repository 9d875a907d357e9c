/// A simulated piece of equipment: physics in fixed steps, true values for its sensors.
///
/// A machine knows nothing of rules, limits that are watched, or messages. The same parameters,
/// the same stream of random numbers and the same weather give the same values, bit for bit.
public protocol Machine: Sendable {
    /// What it is, what it tells and what can go wrong with it.
    static var sheet: DataSheet { get }

    /// A healthy machine at rest.
    init(_ parameters: Parameters, random: RandomStream)

    /// Moves the physics on by `sheet.step` seconds.
    mutating func step(in weather: WeatherNow)

    /// Makes a fault, by its place in `sheet.faults`, of this size; `nil` mends it.
    mutating func set(fault: Int, size: Double?)

    /// Writes the true value of every signal that is not fast to its place in `sheet.signals`; NaN
    /// for what is not measured now.
    func tell(_ values: inout [Double])

    /// Writes the true value of every fast signal to its place.
    func tellFast(_ values: inout [Double])
}

extension Machine {
    /// Nothing is fast.
    public func tellFast(_ values: inout [Double]) {}
}

/// The numbers that a machine is built from: those of a scenario, and what is usual for the rest.
public struct Parameters: Sendable {
    private let values: [String: Double]

    /// Takes what a scenario says of a machine; checks nothing.
    public init(_ given: [String: Double], for sheet: DataSheet) {
        var values = given
        for parameter in sheet.parameters where values[parameter.name] == nil {
            values[parameter.name] = parameter.usual
        }
        self.values = values
    }

    /// A parameter that the data sheet names.
    public subscript(name: String) -> Double {
        guard let value = values[name] else {
            preconditionFailure("\(name): no such parameter in the data sheet, or not given")
        }
        return value
    }
}

/// The weather where a machine stands, as it is now.
public struct WeatherNow: Sendable, Equatable {
    /// Wind along the mean direction now, m/s.
    public var wind = 0.0
    /// Its mean over the last minute, m/s.
    public var meanWind = 0.0
    /// The greatest mean over three seconds of the last minute, m/s.
    public var gust = 0.0
    /// The wind's direction, degrees from north, from where it blows.
    public var direction = 0.0
    /// Air temperature, degrees Celsius.
    public var temperature = 20.0
    /// Relative humidity, per cent.
    public var humidity = 50.0
    /// Ice on ropes and structures, mm.
    public var ice = 0.0
    /// Distance of the nearest stroke of lightning of the last minutes, km; NaN without one.
    public var lightning = Double.nan

    /// Calm, mild and dry.
    public init() {}
}
