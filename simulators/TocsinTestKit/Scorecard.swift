/// How good detection is, rule by rule: what trials and healthy machines showed.
public struct Scorecard: Codable, Sendable, Equatable {
    /// One rule.
    public struct Row: Codable, Sendable, Equatable {
        /// The rule's id.
        public var rule: String
        /// The kind of equipment.
        public var kind: String
        /// `info`, `warning`, `major` or `critical`.
        public var severity: String
        /// Times that it had to find something.
        public var injected = 0
        /// Times that it did, in time.
        public var found = 0
        /// Seconds from the beginning of what was wrong to the hazard, rising; those that were
        /// found.
        public var delays: [Double] = []
        /// Times that what it looks for nearly happened.
        public var nearMisses = 0
        /// Times that it was raised all the same.
        public var nearMissesRaised = 0
        /// Times that it was raised on a healthy machine.
        public var falseHazards = 0

        /// A rule that has not been tried yet.
        public init(rule: String, kind: String, severity: String) {
            self.rule = rule
            self.kind = kind
            self.severity = severity
        }

        /// Times that it found nothing, or too late.
        public var missed: Int { injected - found }

        /// The delay that this share of those found did not exceed; `nil` when none was found.
        public func delay(_ share: Double) -> Double? {
            guard !delays.isEmpty else { return nil }
            let rank = Int((share * Double(delays.count)).rounded(.up)) - 1
            return delays[min(max(rank, 0), delays.count - 1)]
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
    /// Hours that healthy machines of each kind ran.
    public var healthyHours: [String: Double] = [:]
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

    /// Hazards of a rule on healthy machines, for 1,000 hours of one machine; `nil` when no machine
    /// of the kind ran.
    public func falsePerThousandHours(_ row: Row) -> Double? {
        guard let hours = healthyHours[row.kind], hours > 0 else { return nil }
        return Double(row.falseHazards) * 1_000 / hours
    }

    /// Rules that were caused by nothing, and for which no reason is given.
    public var untried: [String] {
        rows.filter { $0.injected == 0 && uncaused[$0.rule] == nil }.map(\.rule)
    }

    /// Hazards of severity major or critical on healthy machines.
    public var graveFalseHazards: Int {
        rows.filter { $0.severity == "major" || $0.severity == "critical" }
            .reduce(0) { $0 + $1.falseHazards }
    }

    /// What is worse than in an earlier card, for people; empty when nothing is.
    ///
    /// Counts are compared as they are, also those of fewer seeds: while the earlier card has
    /// nothing missed and nothing false, any one is worse.
    public func regressions(against earlier: Scorecard) -> [String] {
        var regressions: [String] = []
        if graveFalseHazards > earlier.graveFalseHazards {
            regressions.append(
                "\(graveFalseHazards) major or critical hazards on healthy machines, before "
                    + "\(earlier.graveFalseHazards)")
        }
        if rejected > earlier.rejected {
            regressions.append("\(rejected) messages refused, before \(earlier.rejected)")
        }
        for before in earlier.rows
        where !rows.contains(where: { $0.rule == before.rule && $0.kind == before.kind }) {
            regressions.append("\(before.rule) of \(before.kind) is gone")
        }
        if trials < earlier.trials {
            regressions.append("\(trials) trials, before \(earlier.trials)")
        }
        for surprise in surprises
        where !earlier.surprises.contains(where: {
            $0.trial == surprise.trial && $0.rule == surprise.rule
        }) {
            regressions.append("\(surprise.rule) raised unexpectedly in \(surprise.trial)")
        }
        for row in rows {
            guard
                let before = earlier.rows.first(where: {
                    $0.rule == row.rule && $0.kind == row.kind
                })
            else { continue }
            if row.missed > before.missed {
                regressions.append(
                    "\(row.rule) missed \(row.missed) of \(row.injected), before "
                        + "\(before.missed) of \(before.injected)")
            }
            if row.injected == 0, before.injected > 0 {
                regressions.append("\(row.rule) is caused by no trial any more")
            }
            // The clocks of devices and of the line differ by less than this.
            if let now = row.delays.last, let then = before.delays.last, now > then + 0.05 {
                regressions.append(
                    "\(row.rule) took up to \(Self.text(now)) s, before \(Self.text(then)) s")
            }
            if row.nearMissesRaised > before.nearMissesRaised {
                regressions.append(
                    "\(row.rule) raised in \(row.nearMissesRaised) near misses, before "
                        + "\(before.nearMissesRaised)")
            }
            if row.falseHazards > before.falseHazards {
                regressions.append(
                    "\(row.rule) raised \(row.falseHazards) times on healthy machines, before "
                        + "\(before.falseHazards)")
            }
        }
        return regressions
    }

    static func text(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
