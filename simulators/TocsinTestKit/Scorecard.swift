/// How good detection is, rule by rule: what trials and healthy machines showed.
public struct Scorecard: Codable, Sendable, Equatable {
    /// What a rule had to find in one trial or scenario.
    public struct Case: Codable, Sendable, Equatable {
        /// The trial, as `model/id`, or the scenario's name.
        public var trial: String
        /// Of each seed the seconds from the beginning of what was wrong to the hazard; `nil` when
        /// it was missed, or found too late. A scenario that expects the rule more than once has
        /// more of them.
        public var delays: [Double?]

        /// Describes one.
        public init(trial: String, delays: [Double?]) {
            self.trial = trial
            self.delays = delays
        }
    }

    /// A trial in which a rule had to stay silent.
    public struct NearMiss: Codable, Sendable, Equatable {
        /// The trial, as `model/id`.
        public var trial: String
        /// Of each seed whether the rule was raised all the same.
        public var raised: [Bool]

        /// Describes one.
        public init(trial: String, raised: [Bool]) {
            self.trial = trial
            self.raised = raised
        }
    }

    /// Hazards where there was nothing to find.
    public struct FalseHazards: Codable, Sendable, Equatable {
        /// The model that was healthy, or the scenario's name.
        public var machine: String
        /// The day, which is also its seed.
        public var day: Int
        /// How many.
        public var hazards: Int

        /// Describes some.
        public init(machine: String, day: Int, hazards: Int) {
            self.machine = machine
            self.day = day
            self.hazards = hazards
        }
    }

    /// One rule.
    public struct Row: Sendable, Equatable {
        /// The rule's id.
        public var rule: String
        /// The kind of equipment.
        public var kind: String
        /// `info`, `warning`, `major` or `critical`.
        public var severity: String
        /// Where it had to find something.
        public var cases: [Case] = []
        /// Where it had to stay silent.
        public var nearMisses: [NearMiss] = []
        /// Where it was raised and nothing was wrong.
        public var falsely: [FalseHazards] = []

        /// A rule that has not been tried yet.
        public init(rule: String, kind: String, severity: String) {
            self.rule = rule
            self.kind = kind
            self.severity = severity
        }

        /// Times that it had to find something.
        public var injected: Int { cases.reduce(0) { $0 + $1.delays.count } }
        /// Times that it did, in time.
        public var found: Int { delays.count }
        /// Times that it found nothing, or too late.
        public var missed: Int { injected - found }
        /// The delays of all that was found, rising.
        public var delays: [Double] { cases.flatMap(\.delays).compactMap(\.self).sorted() }
        /// Times that what it looks for nearly happened.
        public var nearlyHappened: Int { nearMisses.reduce(0) { $0 + $1.raised.count } }
        /// Times that it was raised all the same.
        public var nearMissesRaised: Int {
            nearMisses.reduce(0) { $0 + $1.raised.filter(\.self).count }
        }
        /// Times that it was raised where nothing was wrong.
        public var falseHazards: Int { falsely.reduce(0) { $0 + $1.hazards } }

        /// The delay that this share of those found did not exceed; `nil` when none was found.
        public func delay(_ share: Double) -> Double? { Self.quantile(delays, share) }

        /// Of rising numbers the one that this share does not exceed.
        static func quantile(_ rising: [Double], _ share: Double) -> Double? {
            guard !rising.isEmpty else { return nil }
            let rank = Int((share * Double(rising.count)).rounded(.up)) - 1
            return rising[min(max(rank, 0), rising.count - 1)]
        }
    }

    /// A hazard in a trial that the trial does not speak of.
    public struct Surprise: Codable, Sendable, Equatable {
        /// The trial, as `model/id`; with `~` before it for a near miss.
        public var trial: String
        /// The rule.
        public var rule: String
        /// In how many of its seeds.
        public var seeds: Int

        /// Describes one.
        public init(trial: String, rule: String, seeds: Int) {
            self.trial = trial
            self.rule = rule
            self.seeds = seeds
        }
    }

    /// The rules, in the order of the rule files.
    public var rows: [Row] = []
    /// Hours of each kind's machines in which a hazard that nothing explains counts as false:
    /// those of healthy machines, and those of scenarios.
    public var hours: [String: Double] = [:]
    /// Seeds of each trial.
    public var seeds = 0
    /// Trials.
    public var trials = 0
    /// Hazards in trials that nobody spoke of.
    public var surprises: [Surprise] = []
    /// Messages that the line took.
    public var messages = 0
    /// Messages that the line refused; 0 unless a model and its kind differ.
    public var rejected = 0
    /// Rules that no trial causes, with the reason.
    public var uncaused: [String: String] = [:]

    /// An empty card.
    public init() {}

    /// False hazards of a rule for 1,000 hours of one machine; `nil` when no machine of the kind
    /// ran.
    public func falsePerThousandHours(_ row: Row) -> Double? {
        guard let hours = hours[row.kind], hours > 0 else { return nil }
        return Double(row.falseHazards) * 1_000 / hours
    }

    /// Rules that were caused by nothing, and for which no reason is given.
    public var untried: [String] {
        rows.filter { $0.injected == 0 && uncaused[$0.rule] == nil }.map(\.rule)
    }

    /// False hazards of severity major or critical.
    public var graveFalseHazards: Int {
        rows.filter { $0.severity == "major" || $0.severity == "critical" }
            .reduce(0) { $0 + $1.falseHazards }
    }

    static func text(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
