/// A simulated site: machines, weather, a seed, and what goes wrong when.
public struct Scenario: Sendable {
    /// A machine of the site.
    public struct Unit: Sendable {
        /// Its id, as in topics.
        public var id: String
        /// Its model, by name.
        public var model: String
        /// The numbers that describe it; those of labels by code. `period` is the seconds between
        /// its messages.
        public var parameters: [String: Double]
        /// How it writes its payloads.
        public var payload: PayloadForm

        /// Describes a machine.
        public init(
            id: String, model: String, parameters: [String: Double] = [:],
            payload: PayloadForm = .signals
        ) {
            self.id = id
            self.model = model
            self.parameters = parameters
            self.payload = payload
        }
    }

    /// What it is called.
    public var name: String
    /// What it shows.
    public var about: Bilingual
    /// The site's id in topics.
    public var site: String
    /// The seed of everything random.
    public var seed: UInt64
    /// Length in seconds.
    public var duration: Double
    /// The hour of the day at which it begins; `nil` leaves each model its own.
    public var startHour: Double?
    /// The weather that is usual here.
    public var climate: Climate
    /// The machines.
    public var units: [Unit]
    /// What goes wrong at set times.
    public var timed: [Injection]
    /// What goes wrong at random times, as the seed has it.
    public var random: [RandomFault]
    /// Bad weather over the whole site.
    public var weather: [WeatherEvent]

    /// Describes a simulated site.
    public init(
        name: String, about: Bilingual, site: String, seed: UInt64, duration: Double,
        startHour: Double? = nil, climate: Climate = Climate(), units: [Unit],
        injections timed: [Injection] = [], random: [RandomFault] = [],
        weather: [WeatherEvent] = []
    ) {
        self.name = name
        self.about = about
        self.site = site
        self.seed = seed
        self.duration = duration
        self.startHour = startHour
        self.climate = climate
        self.units = units
        self.timed = timed
        self.random = random
        self.weather = weather
    }
}

extension Scenario {
    /// All that goes wrong: at set times, by the weather of each machine, and at random times.
    public var injections: [Injection] {
        let certain = timed + weather.flatMap { event in units.compactMap(event.injection) }
        return certain + drawn(beside: certain)
    }

    /// What goes wrong at random times. What would come while something else is wrong with the
    /// machine, or would not be over before the end, is left out: nobody could say what it has to
    /// lead to.
    private func drawn(beside certain: [Injection]) -> [Injection] {
        guard !random.isEmpty else { return [] }
        var taken: [String: [ClosedRange<Double>]] = [:]
        for injection in certain { taken[injection.unit, default: []].append(injection.span) }
        var drawn: [Injection] = []
        for (index, fault) in random.enumerated() {
            for unit in units where fault.befalls(unit) {
                let stream = RandomStream(seed: seed, for: "random/\(index)/\(unit.id)")
                // Those of one fault keep apart by themselves.
                let others = taken[unit.id] ?? []
                for injection in fault.injections(unit.id, before: duration, random: stream)
                where !others.contains(where: injection.span.overlaps) {
                    taken[unit.id, default: []].append(injection.span)
                    drawn.append(injection)
                }
            }
        }
        return drawn
    }
}

/// Something that goes wrong with one machine, for a while, and what it must lead to.
public struct Injection: Sendable {
    /// One of the faults that are there together.
    public struct Cause: Sendable, Equatable {
        /// The fault: one of the model's, of the weather's, of the sensors' or of the link's.
        public var fault: String
        /// Its size; `nil`: what is usual.
        public var size: Double?
        /// The signal whose sensor is meant.
        public var signal: String?

        /// Describes a fault.
        public init(fault: String, size: Double? = nil, signal: String? = nil) {
            self.fault = fault
            self.size = size
            self.signal = signal
        }
    }

    /// A hazard that must be found.
    public struct Expectation: Sendable, Equatable {
        /// The rule.
        public var rule: String
        /// Seconds from the beginning within which it must be raised.
        public var within: Double

        /// Describes what must be found.
        public init(rule: String, within: Double) {
            self.rule = rule
            self.within = within
        }
    }

    /// Which machine.
    public var unit: String
    /// What is wrong.
    public var causes: [Cause]
    /// Seconds from the start of the scenario.
    public var at: Double
    /// For how many seconds.
    public var lasts: Double
    /// What must be raised.
    public var expects: [Expectation]
    /// Rules that may be raised too.
    public var allows: [String]
    /// Seconds after the end in which consequences may still show.
    public var after: Double

    /// Describes an injection.
    public init(
        unit: String, causes: [Cause], at: Double, lasts: Double, expects: [Expectation],
        allows: [String] = [], after: Double = 60
    ) {
        self.unit = unit
        self.causes = causes
        self.at = at
        self.lasts = lasts
        self.expects = expects
        self.allows = allows
        self.after = after
    }

    /// From its beginning until its consequences are over.
    var span: ClosedRange<Double> { at...(at + lasts + after) }

    /// The causes in words.
    public var title: String {
        causes.map { cause in cause.signal.map { "\(cause.fault)(\($0))" } ?? cause.fault }
            .joined(separator: " + ")
    }
}

/// How a machine writes what its sensors tell.
public enum PayloadForm: String, Sendable, CaseIterable {
    /// A JSON object of the kind's signals, fast ones as columns.
    case signals
    /// The running data of GB/T 24476-2017, as a lift's communication device sends them.
    case gbt24476
}

extension Scenario {
    /// Repeats the machines under other ids until there are so many; the repetitions send at other
    /// rates too: twice as seldom, twice as often, as usual, and so on. Faults of set machines stay
    /// with the first.
    public mutating func repeatUnits(to count: Int) {
        let own = units
        guard !own.isEmpty else { return }
        var taken = Set(own.map(\.id))
        units = (0..<count).map { index in
            var unit = own[index % own.count]
            var round = index / own.count
            guard round > 0 else { return unit }
            let factor = [1, 2, 0.5][round % 3]
            let id = unit.id
            repeat {
                round += 1
                unit.id = "\(id)-\(round)"
            } while !taken.insert(unit.id).inserted
            guard let sheet = Models.sheet(unit.model) else { return unit }
            let usual = unit.parameters
            unit.parameters["period"] = factor * sheet.period(of: unit)
            // Not every model can be as fast, or as slow.
            if !sheet.problems(of: unit).isEmpty { unit.parameters = usual }
            return unit
        }
        let ids = Set(units.map(\.id))
        timed.removeAll { !ids.contains($0.unit) }
        random.removeAll { fault in !units.contains(where: fault.befalls) }
    }
}
