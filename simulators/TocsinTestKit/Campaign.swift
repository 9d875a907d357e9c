import Dispatch
import Line
import RuleLanguage
import Simulation
import Synchronization

/// Trials of many seeds, and many hours of health, for a scorecard. All cores work; the card is
/// the same whatever their number.
public struct Campaign: Sendable {
    private let rules: RuleBook
    private let trials: [FaultTrial]
    private let uncaused: [(rule: String, why: String)]
    private let seeds: Int
    private let healthyDays: Int

    /// Plans a campaign.
    ///
    /// - Parameters:
    ///   - files: the trials of each model.
    ///   - seeds: how often each trial is made, with its causes and as a near miss.
    ///   - healthyDays: days of 24 hours that a healthy machine of each model with trials runs.
    public init(_ rules: RuleBook, _ files: [TrialFile], seeds: Int, healthyDays: Int) {
        self.rules = rules
        trials = files.flatMap(\.trials)
        uncaused = files.flatMap(\.uncaused)
        self.seeds = seeds
        self.healthyDays = healthyDays
    }

    /// One piece of work.
    private enum Job {
        case trial(Int, seed: Int, isNearMiss: Bool)
        case health(model: String, seed: Int)
    }

    /// What a piece of work showed.
    private struct Report {
        var job: Job
        var outcome: Outcome
    }

    /// Why a campaign came to nothing.
    public struct Failed: Error, Sendable {
        /// For people.
        public var problems: [String]
    }

    /// Runs everything; `progress` hears how much of the work is done, from any thread.
    public func run(progress: @Sendable (_ done: Int, _ of: Int) -> Void) throws(Failed)
        -> Scorecard
    {
        let rehearsals = try prepare()
        let jobs = self.jobs
        let reports = Mutex([Report?](repeating: nil, count: jobs.count))
        let problems = Mutex<[String]>([])
        let done = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
            do {
                let outcome = try run(jobs[index], rehearsals)
                reports.withLock { $0[index] = Report(job: jobs[index], outcome: outcome) }
            } catch {
                problems.withLock { $0.append("\(jobs[index]): \(error)") }
            }
            let count = done.withLock { count in
                count += 1
                return count
            }
            progress(count, jobs.count)
        }
        let failures = problems.withLock { $0 }
        guard failures.isEmpty else { throw Failed(problems: failures) }
        return card(reports.withLock { $0.compactMap { $0 } })
    }

    private var models: [String] {
        Models.sheets.map(\.model).filter { model in trials.contains { $0.model == model } }
    }

    private var jobs: [Job] {
        var jobs: [Job] = []
        // The longest first, so that no core is left with one at the end.
        for model in models {
            for day in 0..<healthyDays { jobs.append(.health(model: model, seed: day)) }
        }
        let order = trials.indices.sorted { trials[$0].lasts > trials[$1].lasts }
        for trial in order {
            for seed in 0..<seeds {
                jobs.append(.trial(trial, seed: seed, isNearMiss: false))
                if !trials[trial].nearMiss.isEmpty {
                    jobs.append(.trial(trial, seed: seed, isNearMiss: true))
                }
            }
        }
        return jobs
    }

    private func healthy(_ model: String, seed: Int) -> Scenario {
        Scenario(
            name: "healthy", about: Bilingual("a healthy day", "正常的一天"), site: "trial",
            seed: UInt64(1_000 + seed), duration: 86_400, startHour: 0,
            units: [.init(id: "m", model: model)])
    }

    /// The compiled rules of each trial and each model.
    private func prepare() throws(Failed) -> (trials: [Rehearsal], models: [String: Rehearsal]) {
        do {
            let own = try trials.map { Rehearsal(try rules.plan(for: $0.scenario(seed: 0))) }
            var whole: [String: Rehearsal] = [:]
            for model in models {
                whole[model] = Rehearsal(try rules.plan(for: healthy(model, seed: 0)))
            }
            return (own, whole)
        } catch let error as RuleBook.Unfit {
            throw Failed(problems: error.problems)
        } catch {
            throw Failed(problems: ["\(error)"])
        }
    }

    private func run(
        _ job: Job, _ rehearsals: (trials: [Rehearsal], models: [String: Rehearsal])
    ) throws -> Outcome {
        switch job {
        case .trial(let index, let seed, let isNearMiss):
            let scenario = trials[index].scenario(seed: UInt64(seed), isNearMiss: isNearMiss)
            return try rules.rehearse(scenario, with: rehearsals.trials[index])
        case .health(let model, let seed):
            let scenario = healthy(model, seed: seed)
            guard let rehearsal = rehearsals.models[model] else {
                return try rules.rehearse(scenario)
            }
            return try rules.rehearse(scenario, with: rehearsal)
        }
    }

    private func card(_ reports: [Report]) -> Scorecard {
        var card = Scorecard()
        card.seeds = seeds
        card.trials = trials.count
        var surprises = Surprises()
        var book = Book(rules, kinds)
        for report in reports {
            card.messages += report.outcome.messages
            card.rejected += report.outcome.rejected
            switch report.job {
            case .health(let model, _):
                guard let kind = kind(of: model) else { continue }
                card.healthyHours[kind, default: 0] += 24
                for finding in report.outcome.findings {
                    book.change(finding.rule, kind) { $0.falseHazards += 1 }
                }
            case .trial(let index, _, let isNearMiss):
                let trial = trials[index]
                guard let kind = kind(of: trial.model) else { continue }
                if isNearMiss {
                    for expected in trial.expects {
                        let isRaised = !report.outcome.hazards(of: expected.rule).isEmpty
                        book.change(expected.rule, kind) {
                            $0.nearMisses += 1
                            $0.nearMissesRaised += isRaised ? 1 : 0
                        }
                    }
                } else {
                    for check in report.outcome.checks { book.count(check, kind) }
                }
                let name = (isNearMiss ? "~" : "") + trial.model + "/" + trial.id
                surprises.add(report.outcome.unexpected.map(\.rule), in: name)
            }
        }
        card.rows = book.finished
        card.surprises = surprises.all
        for (rule, why) in uncaused { card.uncaused[rule] = why }
        return card
    }

    private var kinds: [String] {
        var kinds: [String] = []
        for model in models {
            if let kind = kind(of: model), !kinds.contains(kind) { kinds.append(kind) }
        }
        return kinds
    }

    private func kind(of model: String) -> String? { Models.sheet(model)?.kind }
}

/// The rows of a card while they are being filled.
private struct Book {
    private var rows: [Scorecard.Row] = []

    init(_ rules: RuleBook, _ kinds: [String]) {
        for kind in kinds {
            for rule in rules.profile(of: kind)?.rules ?? [] {
                rows.append(
                    Scorecard.Row(rule: rule.id, kind: kind, severity: rule.severity.rawValue))
            }
        }
    }

    mutating func change(_ rule: String, _ kind: String, _ body: (inout Scorecard.Row) -> Void) {
        guard let index = rows.firstIndex(where: { $0.rule == rule && $0.kind == kind }) else {
            return
        }
        body(&rows[index])
    }

    mutating func count(_ check: Outcome.Check, _ kind: String) {
        change(check.rule, kind) { row in
            row.injected += 1
            guard let delay = check.delay else { return }
            row.found += 1
            // A hundredth of a second is finer than any sensor here; and a card stays readable.
            row.delays.append((delay * 100).rounded() / 100)
        }
    }

    var finished: [Scorecard.Row] {
        rows.map { row in
            var row = row
            row.delays.sort()
            return row
        }
    }
}

/// Hazards that no trial speaks of, counted once for each seed.
private struct Surprises {
    private(set) var all: [Scorecard.Surprise] = []

    mutating func add(_ rules: [String], in trial: String) {
        for (index, rule) in rules.enumerated() where !rules[..<index].contains(rule) {
            if let known = all.firstIndex(where: { $0.trial == trial && $0.rule == rule }) {
                all[known].seeds += 1
            } else {
                all.append(.init(trial: trial, rule: rule, seeds: 1))
            }
        }
    }
}
