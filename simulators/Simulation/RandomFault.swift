/// Something that goes wrong at random times: the waits between are exponential, as between the
/// failures of parts that do not age.
public struct RandomFault: Sendable {
    /// A fault and what its size is drawn from.
    public struct Cause: Sendable, Equatable {
        /// The fault.
        public var fault: String
        /// The signal whose sensor is meant.
        public var signal: String?
        /// What its size is drawn from, evenly; `nil`: what is usual.
        public var size: ClosedRange<Double>?

        /// Describes a fault.
        public init(fault: String, signal: String? = nil, size: ClosedRange<Double>? = nil) {
            self.fault = fault
            self.signal = signal
            self.size = size
        }

        /// The fault in a size that the dice chose.
        public func drawn(_ random: inout RandomStream) -> Injection.Cause {
            Injection.Cause(
                fault: fault, size: size.map { random.uniform($0.lowerBound, $0.upperBound) },
                signal: signal)
        }

        /// The fault in the least and in the greatest of its sizes.
        public var extremes: [Injection.Cause] {
            guard let size else { return [.init(fault: fault, signal: signal)] }
            return [size.lowerBound, size.upperBound].map {
                .init(fault: fault, size: $0, signal: signal)
            }
        }
    }

    /// Which machines it befalls, each by itself.
    public enum Place: Sendable, Equatable {
        /// The machine with this id.
        case unit(String)
        /// Every machine of this model.
        case model(String)
    }

    /// Which machines.
    public var place: Place
    /// What is wrong.
    public var causes: [Cause]
    /// Mean of the seconds from one end to the next beginning.
    public var meanBetween: Double
    /// Seconds that it lasts, drawn evenly.
    public var lasts: ClosedRange<Double>
    /// What must be raised.
    public var expects: [Injection.Expectation]
    /// Rules that may be raised too.
    public var allows: [String]
    /// Seconds after the end in which consequences may still show.
    public var after: Double

    /// Describes a fault.
    public init(
        _ place: Place, causes: [Cause], meanBetween: Double, lasts: ClosedRange<Double>,
        expects: [Injection.Expectation], allows: [String] = [], after: Double = 60
    ) {
        self.place = place
        self.causes = causes
        self.meanBetween = meanBetween
        self.lasts = lasts
        self.expects = expects
        self.allows = allows
        self.after = after
    }

    func befalls(_ unit: Scenario.Unit) -> Bool {
        switch place {
        case .unit(let id): unit.id == id
        case .model(let model): unit.model == model
        }
    }

    /// When it befalls one machine, and how; all is over before the end of the scenario.
    func injections(
        _ unit: String, before end: Double, random: RandomStream
    ) -> [Injection] {
        var random = random
        var injections: [Injection] = []
        var time = random.waiting(meanBetween)
        while time < end {
            let injection = Injection(
                unit: unit, causes: causes.map { $0.drawn(&random) }, at: time,
                lasts: random.uniform(lasts.lowerBound, lasts.upperBound), expects: expects,
                allows: allows, after: after)
            if injection.span.upperBound < end { injections.append(injection) }
            time = injection.span.upperBound + random.waiting(meanBetween)
        }
        return injections
    }
}

/// Bad weather over a whole site, which every machine feels.
public struct WeatherEvent: Sendable {
    /// What comes.
    public var weather: WeatherFault
    /// How bad; `nil`: what is usual.
    public var size: Double?
    /// Seconds from the start of the scenario.
    public var at: Double
    /// For how many seconds.
    public var lasts: Double
    /// What must be raised for the machines of each kind.
    public var expects: [String: [Injection.Expectation]]
    /// Rules that may be raised too.
    public var allows: [String]
    /// Seconds after the end in which consequences may still show.
    public var after: Double

    /// Describes bad weather.
    public init(
        _ weather: WeatherFault, size: Double? = nil, at: Double, lasts: Double,
        expects: [String: [Injection.Expectation]] = [:], allows: [String] = [],
        after: Double = 60
    ) {
        self.weather = weather
        self.size = size
        self.at = at
        self.lasts = lasts
        self.expects = expects
        self.allows = allows
        self.after = after
    }

    /// What it is to one machine.
    func injection(_ unit: Scenario.Unit) -> Injection? {
        guard let sheet = Models.sheet(unit.model) else { return nil }
        return Injection(
            unit: unit.id, causes: [.init(fault: weather.rawValue, size: size)], at: at,
            lasts: lasts, expects: expects[sheet.kind] ?? [], allows: allows, after: after)
    }
}
