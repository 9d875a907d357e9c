extension Scorecard {
    /// What is worse than in an earlier card, for people; empty when nothing is.
    ///
    /// Trial by trial and seed by seed: a card of fewer seeds, or days, is held against those of
    /// the earlier one that it has too. Both are of the same trials: one that is gone is worse.
    public func regressions(against earlier: Scorecard) -> [String] {
        var regressions: [String] = []
        if rejected > earlier.rejected {
            regressions.append("\(rejected) messages refused, before \(earlier.rejected)")
        }
        for surprise in surprises {
            let before = earlier.surprises.first {
                $0.trial == surprise.trial && $0.rule == surprise.rule
            }
            // Of fewer seeds nobody can say whether they are the same.
            if before == nil || (seeds == earlier.seeds && surprise.seeds > before?.seeds ?? 0) {
                regressions.append(
                    "\(surprise.rule) raised unexpectedly in \(surprise.trial), "
                        + "\(surprise.seeds) seeds, before \(before?.seeds ?? 0)")
            }
        }
        for before in earlier.rows {
            let now = rows.first { $0.rule == before.rule && $0.kind == before.kind }
            guard let now else {
                regressions.append("\(before.rule) of \(before.kind) is gone")
                continue
            }
            regressions += now.regressions(against: before)
        }
        for row in rows
        where !earlier.rows.contains(where: { $0.rule == row.rule && $0.kind == row.kind }) {
            regressions += row.regressions(
                against: Row(rule: row.rule, kind: row.kind, severity: row.severity))
        }
        return regressions
    }
}

extension Scorecard.Row {
    /// Delays may grow by so much of themselves and so many seconds before that is worse: a change
    /// of a model that means nothing moves them a little.
    private static let tolerance = (share: 0.05, seconds: 0.1)

    func regressions(against earlier: Self) -> [String] {
        var regressions: [String] = []
        for before in earlier.cases where !cases.contains(where: { $0.trial == before.trial }) {
            regressions.append("\(rule) is not caused in \(before.trial) any more")
        }
        for before in earlier.nearMisses
        where !nearMisses.contains(where: { $0.trial == before.trial }) {
            regressions.append("\(rule) has no near miss in \(before.trial) any more")
        }
        var delays: (before: [Double], now: [Double]) = ([], [])
        for own in cases {
            let before = earlier.cases.first { $0.trial == own.trial }?.delays ?? []
            for (seed, delay) in own.delays.enumerated() {
                // A trial that is new must be found like all others.
                let known = seed < before.count ? before[seed] : 0
                if delay == nil, known != nil {
                    regressions.append("\(rule) missed in \(own.trial), seed \(seed)")
                }
                if let delay, seed < before.count, let then = before[seed] {
                    delays.now.append(delay)
                    delays.before.append(then)
                }
            }
        }
        regressions += slower(delays.before.sorted(), delays.now.sorted())
        for near in nearMisses {
            let before = earlier.nearMisses.first { $0.trial == near.trial }?.raised ?? []
            for (seed, isRaised) in near.raised.enumerated() where isRaised {
                if seed < before.count, before[seed] { continue }
                regressions.append(
                    "\(rule) raised in the near miss of \(near.trial), seed \(seed)")
            }
        }
        for found in falsely {
            let before = earlier.falsely.first {
                $0.machine == found.machine && $0.day == found.day
            }
            if found.hazards > before?.hazards ?? 0 {
                regressions.append(
                    "\(rule) raised \(found.hazards) times falsely on \(found.machine), day "
                        + "\(found.day), before \(before?.hazards ?? 0)")
            }
        }
        return regressions
    }

    private func slower(_ before: [Double], _ now: [Double]) -> [String] {
        [("half of the time", 0.5), ("19 times of 20", 0.95), ("always", 1)].compactMap {
            name, share in
            guard let then = Self.quantile(before, share), let delay = Self.quantile(now, share),
                delay > then * (1 + Self.tolerance.share) + Self.tolerance.seconds
            else { return nil }
            return
                "\(rule) found \(name) within \(Scorecard.text(delay)) s, before "
                + "\(Scorecard.text(then)) s"
        }
    }
}

extension Scorecard.Row: Codable {
    private enum Key: String, CodingKey {
        case rule, kind, severity, cases, nearMisses = "near_misses", falsely
        case injected, found, missed, p50, p95, max
        case nearMissesRaised = "near_misses_raised", falseHazards = "false_hazards"
    }

    /// Writes what it has, and for other programs what follows from that.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rule, forKey: .rule)
        try container.encode(kind, forKey: .kind)
        try container.encode(severity, forKey: .severity)
        try container.encode(cases, forKey: .cases)
        try container.encode(nearMisses, forKey: .nearMisses)
        try container.encode(falsely, forKey: .falsely)
        try container.encode(injected, forKey: .injected)
        try container.encode(found, forKey: .found)
        try container.encode(missed, forKey: .missed)
        try container.encode(delay(0.5), forKey: .p50)
        try container.encode(delay(0.95), forKey: .p95)
        try container.encode(delay(1), forKey: .max)
        try container.encode(nearMissesRaised, forKey: .nearMissesRaised)
        try container.encode(falseHazards, forKey: .falseHazards)
    }

    /// Reads what it has; what follows from that is worked out anew.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        rule = try container.decode(String.self, forKey: .rule)
        kind = try container.decode(String.self, forKey: .kind)
        severity = try container.decode(String.self, forKey: .severity)
        cases = try container.decode([Scorecard.Case].self, forKey: .cases)
        nearMisses = try container.decode([Scorecard.NearMiss].self, forKey: .nearMisses)
        falsely = try container.decode([Scorecard.FalseHazards].self, forKey: .falsely)
    }
}
