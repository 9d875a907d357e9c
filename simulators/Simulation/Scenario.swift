/// A simulated site: machines, weather, a seed, and what goes wrong when.
public struct Scenario: Sendable {
    /// A machine of the site.
    public struct Unit: Sendable {
        /// Its id, as in topics.
        public var id: String
        /// Its model, by name.
        public var model: String
        /// The numbers that describe it; those of labels by code.
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
    /// What goes wrong.
    public var injections: [Injection]

    /// Describes a simulated site.
    public init(
        name: String, about: Bilingual, site: String, seed: UInt64, duration: Double,
        startHour: Double? = nil, climate: Climate = Climate(), units: [Unit],
        injections: [Injection] = []
    ) {
        self.name = name
        self.about = about
        self.site = site
        self.seed = seed
        self.duration = duration
        self.startHour = startHour
        self.climate = climate
        self.units = units
        self.injections = injections
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
    /// Repeats the machines under other ids until there are so many. Faults stay with the first.
    public mutating func repeatUnits(to count: Int) {
        let own = units
        guard !own.isEmpty else { return }
        units = (0..<count).map { index in
            var unit = own[index % own.count]
            if index >= own.count { unit.id += "-\(index / own.count + 1)" }
            return unit
        }
        injections.removeAll { injection in !units.contains { $0.id == injection.unit } }
    }
}
