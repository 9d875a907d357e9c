import Dispatch
import Line
import RuleLanguage
public import Simulation
import Synchronization

/// Trials of many seeds, many hours of health, and scenarios, for a scorecard. All cores work; the
/// card is the same whatever their number.
public struct Campaign: Sendable {
    private let rules: RuleBook
    private let trials: [FaultTrial]
    private let uncaused: [(rule: String, why: String)]
    private let scenarios: [Scenario]
    private let seeds: Int
    private let healthyDays: Int

    /// Plans a campaign.
    ///
    /// - Parameters:
    ///   - files: the trials of each model.
    ///   - scenarios: sites that are run once each.
    ///   - seeds: how often each trial is made, with its causes and as a near miss.
    ///   - healthyDays: days of 24 hours that a healthy machine of each model with trials runs.
    public init(
        _ rules: RuleBook, _ files: [TrialFile], scenarios: [Scenario] = [], seeds: Int,
        healthyDays: Int
    ) {
        self.rules = rules
        self.scenarios = scenarios
        trials = files.flatMap(\.trials)
        uncaused = files.flatMap(\.uncaused)
        self.seeds = seeds
        self.healthyDays = healthyDays
    }

    /// One piece of work: a site that is run once.
    private struct Job {
        enum Purpose {
            case trial(Int, isNearMiss: Bool)
            case health(model: String, day: Int)
            case scenario
        }

        var purpose: Purpose
        /// Made when it is needed: there are thousands.
        var scenario: @Sendable () -> Scenario
        var rehearsal: Rehearsal
        /// Seconds of all its machines.
        var work: Double
    }

    /// What was learnt.
    public struct Result: Sendable {
        /// All of it, rule by rule.
        public var card: Scorecard
        /// Of each scenario what was found in it.
        public var scenarios: [Outcome]
    }

    /// Why a campaign came to nothing.
    public struct Failed: Error, Sendable {
        /// For people.
        public var problems: [String]
    }

    /// Runs everything; `progress` hears which share of the work is done, from any thread.
    public func run(progress: @Sendable (Double) -> Void) throws(Failed) -> Result {
        let jobs = try self.jobs()
        let outcomes = Mutex([Outcome?](repeating: nil, count: jobs.count))
        let problems = Mutex<[String]>([])
        let all = jobs.reduce(0) { $0 + $1.work }
        let done = Mutex(0.0)
        DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
            let job = jobs[index]
            let scenario = job.scenario()
            let machines = Double(scenario.units.count)
            var reached = 0.0
            func tell(_ time: Double) {
                let sum = done.withLock { done in
                    done += (time - reached) * machines
                    return done
                }
                reached = time
                progress(min(sum / all, 1))
            }
            do throws(Simulator.Unusable) {
                let outcome = try job.rehearsal.run(scenario) { time in
                    // A look at the lock once in a simulated hour.
                    if time - reached > 3_600 { tell(time) }
                }
                outcomes.withLock { $0[index] = outcome }
            } catch {
                problems.withLock { list in
                    list += error.problems.map { "\(scenario.name): \($0)" }
                }
            }
            tell(scenario.duration)
        }
        let failures = problems.withLock { $0 }
        guard failures.isEmpty else { throw Failed(problems: failures) }
        return result(
            zip(jobs, outcomes.withLock { $0 }).compactMap { job, outcome in
                outcome.map { (job, $0) }
            })
    }

    private var models: [String] {
        Models.sheets.map(\.model).filter { model in trials.contains { $0.model == model } }
    }

    private func jobs() throws(Failed) -> [Job] {
        var jobs: [Job] = []
        // The longest first, so that no core is left with one at the end.
        for scenario in scenarios {
            jobs.append(
                Job(
                    purpose: .scenario, scenario: { scenario },
                    rehearsal: try rehearsal(of: scenario),
                    work: scenario.duration * Double(scenario.units.count)))
        }
        for model in models {
            let rehearsal = try rehearsal(of: Self.healthy(model, day: 0))
            for day in 0..<healthyDays {
                jobs.append(
                    Job(
                        purpose: .health(model: model, day: day),
                        scenario: { Self.healthy(model, day: day) }, rehearsal: rehearsal,
                        work: 86_400))
            }
        }
        for index in trials.indices.sorted(by: { trials[$0].lasts > trials[$1].lasts }) {
            let trial = trials[index]
            let rehearsal = try rehearsal(of: trial.scenario(seed: 0))
            for seed in 0..<UInt64(seeds) {
                for isNearMiss in trial.nearMiss.isEmpty ? [false] : [false, true] {
                    jobs.append(
                        Job(
                            purpose: .trial(index, isNearMiss: isNearMiss),
                            scenario: { trial.scenario(seed: seed, isNearMiss: isNearMiss) },
                            rehearsal: rehearsal,
                            work: trial.before + trial.vary + trial.lasts + trial.after))
                }
            }
        }
        return jobs
    }

    private static func healthy(_ model: String, day: Int) -> Scenario {
        Scenario(
            name: "healthy", about: Bilingual("a healthy day", "正常的一天"), site: "trial",
            seed: UInt64(1_000 + day), duration: 86_400, startHour: 0,
            units: [.init(id: "m", model: model)])
    }

    /// The compiled rules of a site.
    private func rehearsal(of scenario: Scenario) throws(Failed) -> Rehearsal {
        do throws(RuleBook.Unfit) {
            return Rehearsal(try rules.plan(for: scenario))
        } catch {
            throw Failed(problems: error.problems.map { "\(scenario.name): \($0)" })
        }
    }

    private func result(_ reports: [(job: Job, outcome: Outcome)]) -> Result {
        var result = Result(card: Scorecard(), scenarios: [])
        var book = Book(rules, kinds)
        var surprises = Surprises()
        for (job, outcome) in reports {
            result.card.messages += outcome.messages
            result.card.rejected += outcome.rejected
            switch job.purpose {
            case .scenario:
                let scenario = job.scenario()
                result.scenarios.append(outcome)
                for unit in scenario.units {
                    guard let kind = kind(of: unit.model) else { continue }
                    result.card.hours[kind, default: 0] += scenario.duration / 3_600
                    book.count(outcome, of: unit.id, kind, in: "scenario/" + scenario.name)
                }
            case .health(let model, let day):
                guard let kind = kind(of: model) else { continue }
                result.card.hours[kind, default: 0] += 24
                for finding in outcome.findings {
                    book.addFalse(finding.rule, kind, on: model, day: day)
                }
            case .trial(let index, let isNearMiss):
                let trial = trials[index]
                let name = trial.model + "/" + trial.id
                guard let kind = kind(of: trial.model) else { continue }
                if isNearMiss {
                    book.countNearMiss(outcome, trial.expects.map(\.rule), kind, in: name)
                } else {
                    for check in outcome.checks { book.count(check, kind, in: name) }
                }
                surprises.add(outcome.unexpected.map(\.rule), in: (isNearMiss ? "~" : "") + name)
            }
        }
        result.card.seeds = seeds
        result.card.trials = trials.count
        result.card.rows = book.rows
        result.card.surprises = surprises.all
        for (rule, why) in uncaused { result.card.uncaused[rule] = why }
        return result
    }

    private var kinds: [String] {
        var kinds: [String] = []
        for model in models + scenarios.flatMap({ $0.units.map(\.model) }) {
            if let kind = kind(of: model), !kinds.contains(kind) { kinds.append(kind) }
        }
        return kinds
    }

    private func kind(of model: String) -> String? { Models.sheet(model)?.kind }
}

/// The rows of a card while they are being filled, in the order of the work.
private struct Book {
    private(set) var rows: [Scorecard.Row] = []

    init(_ rules: RuleBook, _ kinds: [String]) {
        for kind in kinds {
            for rule in rules.profile(of: kind)?.rules ?? [] {
                rows.append(
                    Scorecard.Row(rule: rule.id, kind: kind, severity: rule.severity.rawValue))
            }
        }
    }

    private func place(_ rule: String, _ kind: String) -> Int? {
        rows.firstIndex { $0.rule == rule && $0.kind == kind }
    }

    mutating func count(_ check: Outcome.Check, _ kind: String, in trial: String) {
        guard let row = place(check.rule, kind) else { return }
        // A hundredth of a second is finer than any sensor here; and a card stays readable.
        let delay = check.delay.map { ($0 * 100).rounded() / 100 }
        if let known = rows[row].cases.firstIndex(where: { $0.trial == trial }) {
            rows[row].cases[known].delays.append(delay)
        } else {
            rows[row].cases.append(Scorecard.Case(trial: trial, delays: [delay]))
        }
    }

    mutating func countNearMiss(
        _ outcome: Outcome, _ rules: [String], _ kind: String, in trial: String
    ) {
        for rule in rules {
            guard let row = place(rule, kind) else { continue }
            let isRaised = !outcome.hazards(of: rule).isEmpty
            if let known = rows[row].nearMisses.firstIndex(where: { $0.trial == trial }) {
                rows[row].nearMisses[known].raised.append(isRaised)
            } else {
                rows[row].nearMisses.append(
                    Scorecard.NearMiss(trial: trial, raised: [isRaised]))
            }
        }
    }

    mutating func addFalse(_ rule: String, _ kind: String, on machine: String, day: Int) {
        guard let row = place(rule, kind) else { return }
        let known = rows[row].falsely.firstIndex { $0.machine == machine && $0.day == day }
        if let known {
            rows[row].falsely[known].hazards += 1
        } else {
            rows[row].falsely.append(
                Scorecard.FalseHazards(machine: machine, day: day, hazards: 1))
        }
    }

    /// What a scenario showed of one of its machines.
    mutating func count(
        _ outcome: Outcome, of unit: String, _ kind: String, in scenario: String
    ) {
        for check in outcome.checks where check.equipment == unit {
            count(check, kind, in: scenario)
        }
        for finding in outcome.unexpected where finding.equipment == unit {
            addFalse(finding.rule, kind, on: scenario, day: 0)
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
